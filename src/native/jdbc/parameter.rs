//! Parameters of statements: from what the program gives to what the driver binds
//! (spec/jdbc.md section 3).
//!
//! Input → output: values and SQL type names, already out of the language's heap → one [`Bound`]
//! for each placeholder, lists spread over theirs, or the failure whose words the specification
//! gives. Nothing is ever written into the text of the statement but question marks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::failure::Failure;
use super::moment::{Moment, MomentKind};

/// A value of the program.
#[derive(Clone, PartialEq, Debug)]
pub enum Given {
    Nil,
    Int(i64),
    Float(f64),
    /// In its text form.
    Decimal(String),
    Boolean(bool),
    Text(String),
    Bytes(Vec<u8>),
    /// A point in time of the time module.
    Time(i64),
    List(Vec<Given>),
    /// Anything else: its type.
    Other(String),
}

/// One argument of a remote function.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// `None` for a direct value.
    pub sql_type: Option<String>,
    pub value: Given,
    pub is_out: bool,
}

/// What the driver is given for one question mark.
#[derive(Clone, PartialEq, Debug)]
pub enum Bound {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// Whether a list stands for as many parameters as it has members.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    Expand,
    Refuse,
}

/// What `parameters` bind: one list for each placeholder.
pub fn bind(parameters: &[Parameter], lists: Lists) -> Result<Vec<Vec<Bound>>, Failure> {
    let mut bound = Vec::with_capacity(parameters.len());
    for (index, parameter) in parameters.iter().enumerate() {
        bound.push(bind_one(parameter, index, lists)?);
    }
    Ok(bound)
}

fn bind_one(parameter: &Parameter, index: usize, lists: Lists) -> Result<Vec<Bound>, Failure> {
    if parameter.is_out {
        return Err(Failure::application(
            "an OUT or INOUT parameter is only supported in a call",
        ));
    }
    let Some(sql_type) = &parameter.sql_type else {
        return direct(&parameter.value).map(|value| vec![value]);
    };
    match (&parameter.value, lists) {
        (Given::List(members), Lists::Expand) if sql_type != "ARRAY" => members
            .iter()
            .map(|member| typed(sql_type, member, index))
            .collect(),
        (value, _) => typed(sql_type, value, index).map(|value| vec![value]),
    }
}

/// A value without an SQL type.
fn direct(value: &Given) -> Result<Bound, Failure> {
    Ok(match value {
        Given::Nil => Bound::Null,
        Given::Int(number) => Bound::Int(*number),
        Given::Float(number) => Bound::Float(*number),
        Given::Decimal(digits) => Bound::Text(digits.clone()),
        Given::Boolean(truth) => Bound::Int(i64::from(*truth)),
        Given::Text(text) => Bound::Text(text.clone()),
        Given::Bytes(bytes) => Bound::Bytes(bytes.clone()),
        Given::List(_) => {
            return Err(Failure::application(
                "array data type as a direct value is supported only for byte type elements, \
                 use jdbc:Parameter instead",
            ));
        }
        Given::Time(_) => return Err(not_direct("time:Time")),
        Given::Other(ty) => return Err(not_direct(ty)),
    })
}

fn not_direct(ty: &str) -> Failure {
    Failure::application(format!(
        "unsupported data type {ty} specified as a direct value for sql operations, \
         use jdbc:Parameter instead"
    ))
}

/// A value with an SQL type.
fn typed(sql_type: &str, value: &Given, index: usize) -> Result<Bound, Failure> {
    if *value == Given::Nil && !matches!(sql_type, "STRUCT" | "REFCURSOR") {
        return Ok(Bound::Null);
    }
    let refused = |words: &str| {
        Failure::application(format!(
            "invalid input value \"{}\" specified for {words}",
            text_of(value)
        ))
    };
    match sql_type {
        "VARCHAR" | "CHAR" | "LONGVARCHAR" | "NCHAR" | "NVARCHAR" | "LONGNVARCHAR" | "CLOB"
        | "NCLOB" => match value {
            Given::Text(text) => Ok(Bound::Text(text.clone())),
            _ => Err(refused("string")),
        },
        "TINYINT" | "SMALLINT" | "INTEGER" => whole(value).map(Bound::Int).ok_or_else(|| {
            Failure::application(format!(
                "invalid value \"{}\" specified for integer ",
                text_of(value)
            ))
        }),
        "BIGINT" => whole(value)
            .map(Bound::Int)
            .ok_or_else(|| refused("bigint")),
        "NUMERIC" | "DECIMAL" => exact(value)
            .map(Bound::Text)
            .ok_or_else(|| refused("numeric type")),
        "REAL" | "FLOAT" => floating(value)
            .map(Bound::Float)
            .ok_or_else(|| refused("float ")),
        "DOUBLE" => floating(value)
            .map(Bound::Float)
            .ok_or_else(|| refused("double")),
        "BIT" | "BOOLEAN" => truth(value),
        "BINARY" | "VARBINARY" | "LONGVARBINARY" | "BLOB" => binary(value),
        "DATE" => moment(MomentKind::Date, "date", value, index),
        "TIME" => moment(MomentKind::Time, "time", value, index),
        "TIMESTAMP" | "DATETIME" => moment(MomentKind::Timestamp, "timestamp", value, index),
        "ARRAY" => Err(Failure::application(
            "unsupported data type specified as an array parameter",
        )),
        _ => Err(Failure::application(format!(
            "unsupported data type {sql_type} specified as a parameter at index {index}"
        ))),
    }
}

fn whole(value: &Given) -> Option<i64> {
    match value {
        Given::Int(number) => Some(*number),
        Given::Text(digits) => digits.parse().ok(),
        _ => None,
    }
}

/// The digits of a decimal; the database keeps them exactly as far as the column's type does.
fn exact(value: &Given) -> Option<String> {
    match value {
        Given::Decimal(digits) => Some(digits.clone()),
        Given::Int(number) => Some(number.to_string()),
        Given::Float(number) if number.is_finite() => Some(number.to_string()),
        Given::Text(digits) => digits
            .parse::<bigdecimal::BigDecimal>()
            .is_ok()
            .then(|| digits.clone()),
        _ => None,
    }
}

fn floating(value: &Given) -> Option<f64> {
    match value {
        Given::Float(number) => Some(*number),
        // Rounds to the nearest double, as a cast of the language does.
        #[expect(clippy::cast_precision_loss)]
        Given::Int(number) => Some(*number as f64),
        Given::Decimal(digits) | Given::Text(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn truth(value: &Given) -> Result<Bound, Failure> {
    match value {
        Given::Boolean(truth) => Ok(Bound::Int(i64::from(*truth))),
        Given::Int(number @ (0 | 1)) => Ok(Bound::Int(*number)),
        Given::Int(number) => Err(Failure::application(format!(
            "invalid integer value \"{number}\" specified for boolean"
        ))),
        Given::Text(text) => Ok(Bound::Int(i64::from(
            text.eq_ignore_ascii_case("true") || text == "1",
        ))),
        _ => Err(Failure::application(format!(
            "invalid input value \"{}\" specified for boolean",
            text_of(value)
        ))),
    }
}

fn binary(value: &Given) -> Result<Bound, Failure> {
    let bytes = match value {
        Given::Bytes(bytes) => Some(bytes.clone()),
        Given::Text(text) => STANDARD.decode(text).ok(),
        _ => None,
    };
    bytes.map(Bound::Bytes).ok_or_else(|| {
        Failure::application(format!(
            "invalid input value \"{}\" specified for binary",
            text_of(value)
        ))
    })
}

fn moment(kind: MomentKind, word: &str, value: &Given, index: usize) -> Result<Bound, Failure> {
    let unsuitable = || {
        Failure::application(format!(
            "invalid input type for {word} parameter at index {index}"
        ))
    };
    let moment = match value {
        Given::Text(text) => Moment::of_parameter(kind, text)?,
        Given::Int(millis) | Given::Time(millis) => {
            Moment::of_millis(kind, *millis).ok_or_else(unsuitable)?
        }
        _ => return Err(unsuitable()),
    };
    Ok(Bound::Text(moment.to_sql()))
}

fn text_of(value: &Given) -> String {
    match value {
        Given::Nil => String::new(),
        Given::Int(number) | Given::Time(number) => number.to_string(),
        Given::Float(number) => number.to_string(),
        Given::Decimal(text) | Given::Text(text) => text.clone(),
        Given::Boolean(truth) => truth.to_string(),
        Given::Bytes(_) => "byte[]".to_owned(),
        Given::List(members) => members.iter().map(text_of).collect::<Vec<_>>().join(" "),
        Given::Other(ty) => ty.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Given, Lists, Parameter, bind};

    fn one(sql_type: &str, value: Given) -> Result<Vec<Bound>, String> {
        let parameter = Parameter {
            sql_type: Some(sql_type.to_owned()),
            value,
            is_out: false,
        };
        bind(&[parameter], Lists::Expand)
            .map(|mut bound| bound.remove(0))
            .map_err(|failure| failure.message().to_owned())
    }

    #[test]
    fn numbers_come_from_numbers_and_digits() {
        assert_eq!(
            one("INTEGER", Given::Text("12".into())),
            Ok(vec![Bound::Int(12)])
        );
        assert_eq!(
            one("INTEGER", Given::Float(1.5)),
            Err("invalid value \"1.5\" specified for integer ".into())
        );
        assert_eq!(
            one("BIGINT", Given::Boolean(true)),
            Err("invalid input value \"true\" specified for bigint".into())
        );
        assert_eq!(
            one("DECIMAL", Given::Float(0.25)),
            Ok(vec![Bound::Text("0.25".into())])
        );
        assert_eq!(
            one("NUMERIC", Given::Text("x".into())),
            Err("invalid input value \"x\" specified for numeric type".into())
        );
        assert_eq!(
            one("DOUBLE", Given::Boolean(false)),
            Err("invalid input value \"false\" specified for double".into())
        );
    }

    #[test]
    fn booleans_come_from_zero_and_one() {
        assert_eq!(one("BOOLEAN", Given::Int(1)), Ok(vec![Bound::Int(1)]));
        assert_eq!(
            one("BIT", Given::Int(91)),
            Err("invalid integer value \"91\" specified for boolean".into())
        );
    }

    #[test]
    fn lists_spread_over_their_placeholder() {
        let list = Given::List(vec![Given::Int(1), Given::Int(3)]);
        assert_eq!(
            one("INTEGER", list.clone()),
            Ok(vec![Bound::Int(1), Bound::Int(3)])
        );
        assert_eq!(
            one("ARRAY", list),
            Err("unsupported data type specified as an array parameter".into())
        );
    }

    #[test]
    fn nil_is_null_of_any_type() {
        assert_eq!(one("VARCHAR", Given::Nil), Ok(vec![Bound::Null]));
        assert_eq!(
            one("STRUCT", Given::Nil),
            Err("unsupported data type STRUCT specified as a parameter at index 0".into())
        );
    }

    #[test]
    fn direct_values_have_the_type_of_the_language() {
        let bound = bind(
            &[
                Given::Boolean(true),
                Given::Text("it's".into()),
                Given::Decimal("1.10".into()),
            ]
            .map(|value| Parameter {
                sql_type: None,
                value,
                is_out: false,
            }),
            Lists::Expand,
        );
        assert_eq!(
            bound,
            Ok(vec![
                vec![Bound::Int(1)],
                vec![Bound::Text("it's".into())],
                vec![Bound::Text("1.10".into())]
            ])
        );
    }
}
