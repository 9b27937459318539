//! Tables of the rows of a query (spec/jdbc.md section 4).
//!
//! Input → output: columns and cells, the row type that the program asked for → a table whose rows are
//! records of that type, the columns put into its fields by position. A row that does not fit is an error in
//! its place: reading it panics, reading the others does not.

use super::failure::Failure;
use super::fault;
use super::moment::{Moment, MomentKind};
use super::rows::{Cell, Column, Declared};
use crate::base::{Decimal, Name};
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::runtime::heap::kinds::Table;
use crate::runtime::native::Ctx;
use crate::runtime::relation::is_type;
use crate::runtime::value::V;

const NO_TYPE: &str = "the expected record type is not specified in the remote function";
const NIL: &str = "trying to assign a Nil value to a non-nillable field";
const MISMATCH: &str = "trying to assign to a mismatching type";
const UNION_MISMATCH: &str =
    "corresponding Union type in the record is not an assignable nillable type";

/// The table of a result.
pub fn of_rows(
    cx: &mut Ctx,
    row_type: Option<TypeId>,
    columns: &[Column],
    cells: Vec<Vec<Cell>>,
) -> V {
    let fields = fields(cx, row_type, columns.len());
    let mut rows = Vec::with_capacity(cells.len());
    for row in cells {
        let built = match &fields {
            Ok(fields) => build(cx, row_type, fields, columns, &row),
            Err(message) => Err(*message),
        };
        rows.push(built.unwrap_or_else(|message| fault::error(cx, &Failure::application(message))));
    }
    let ty = match row_type {
        Some(row_type) => cx.types.intern(TypeDesc::Table(row_type)),
        None => any_table(cx),
    };
    // Tells tables of databases from those of the program.
    let native = cx.heap.new_handle(());
    cx.heap.new_table(Table {
        ty,
        rows,
        native,
        ..Table::default()
    })
}

/// `table<record {}>`, as the library's own function names it.
fn any_table(cx: &Ctx) -> TypeId {
    let select = cx.find_function("ballerinax/java.jdbc", "nativeSelect");
    let found = select.and_then(|select| {
        let TypeDesc::Function(signature) = cx.types.get(cx.heap.function_type(select)) else {
            return None;
        };
        let TypeDesc::Union { members, .. } = cx.types.get(signature.ret) else {
            return None;
        };
        let is_table = |&&member: &&TypeId| matches!(cx.types.get(member), TypeDesc::Table(_));
        members.iter().find(is_table).copied()
    });
    found.unwrap_or(TypeId::NEVER)
}

/// The fields that the columns go into, or why there are none.
fn fields(
    cx: &Ctx,
    row_type: Option<TypeId>,
    n_columns: usize,
) -> Result<Vec<(Name, TypeId)>, &'static str> {
    let Some(TypeDesc::Record(record)) = row_type.map(|ty| cx.types.get(ty)) else {
        return Err(NO_TYPE);
    };
    match record.fields.len().cmp(&n_columns) {
        std::cmp::Ordering::Greater => Err(
            "number of fields in the constraint type is greater than column count of the result set",
        ),
        std::cmp::Ordering::Less => Err(
            "number of fields in the constraint type is lower than column count of the result set",
        ),
        std::cmp::Ordering::Equal => {
            let fields = record.fields.iter();
            Ok(fields.map(|field| (field.name, field.ty)).collect())
        }
    }
}

fn build(
    cx: &mut Ctx,
    row_type: Option<TypeId>,
    fields: &[(Name, TypeId)],
    columns: &[Column],
    cells: &[Cell],
) -> Result<V, &'static str> {
    let row = cx
        .heap
        .new_record(&cx.types, row_type.unwrap_or(TypeId::ANYDATA_MAP));
    for ((&(name, ty), column), cell) in fields.iter().zip(columns).zip(cells) {
        let value = field_value(cx, ty, column.declared, cell)?;
        cx.heap.set_field(row, name, value);
    }
    Ok(row)
}

/// The first of the values that a cell can be read as which the field takes.
fn field_value(
    cx: &mut Ctx,
    ty: TypeId,
    declared: Declared,
    cell: &Cell,
) -> Result<V, &'static str> {
    let takes_nil = cx.types.admits_nil(ty);
    if *cell == Cell::Null {
        return if takes_nil { Ok(V::NIL) } else { Err(NIL) };
    }
    for reading in readings(declared, cell) {
        let value = match reading {
            Reading::Simple(value) => value,
            Reading::Text(text) => cx.heap.new_string_owned(text),
            Reading::Decimal(number) => cx.heap.new_decimal(number),
            Reading::Bytes(bytes) => cx.heap.new_bytes(bytes),
        };
        if is_type(&cx.heap, &cx.types, value, ty) {
            return Ok(value);
        }
    }
    Err(if takes_nil { UNION_MISMATCH } else { MISMATCH })
}

/// A value to be made.
enum Reading {
    Simple(V),
    Text(String),
    Decimal(Decimal),
    Bytes(Vec<u8>),
}

/// What a cell may be read as, by the type of its column and what is stored.
fn readings(declared: Declared, cell: &Cell) -> Vec<Reading> {
    let truth =
        |number: i64| matches!(number, 0 | 1).then_some(Reading::Simple(V::boolean(number != 0)));
    match (declared, cell) {
        (_, Cell::Null) => Vec::new(),
        (Declared::Date, cell) => moment_readings(MomentKind::Date, cell),
        (Declared::Time, cell) => moment_readings(MomentKind::Time, cell),
        (Declared::Timestamp, cell) => moment_readings(MomentKind::Timestamp, cell),
        (Declared::Boolean, Cell::Int(number)) => truth(*number)
            .into_iter()
            .chain([Reading::Simple(V::int(*number))])
            .collect(),
        #[expect(clippy::cast_precision_loss, reason = "the column holds floats")]
        (Declared::Float, Cell::Int(number)) => vec![Reading::Simple(V::float(*number as f64))],
        (Declared::Value, Cell::Int(number)) => [
            Reading::Simple(V::int(*number)),
            Reading::Decimal(Decimal::from_int(*number)),
        ]
        .into_iter()
        .chain(truth(*number))
        .collect(),
        (_, Cell::Int(number)) => vec![Reading::Simple(V::int(*number))],
        (Declared::Value, Cell::Real(number)) => vec![
            Reading::Simple(V::float(*number)),
            Reading::Decimal(Decimal::from_float(*number)),
        ],
        (_, Cell::Real(number)) => vec![Reading::Simple(V::float(*number))],
        (_, Cell::Text(text)) => vec![Reading::Text(text.clone())],
        (_, Cell::Bytes(bytes)) => vec![Reading::Bytes(bytes.clone())],
    }
}

/// Text first, milliseconds second. Text that is no time stays what it is.
fn moment_readings(kind: MomentKind, cell: &Cell) -> Vec<Reading> {
    let moment = match cell {
        Cell::Text(text) => Moment::parse(kind, text),
        Cell::Int(millis) => Moment::of_millis(kind, *millis),
        Cell::Null | Cell::Real(_) | Cell::Bytes(_) => None,
    };
    match (moment, cell) {
        (Some(moment), _) => vec![
            Reading::Text(moment.to_text()),
            Reading::Simple(V::int(moment.to_millis())),
        ],
        (None, Cell::Text(text)) => vec![Reading::Text(text.clone())],
        (None, _) => Vec::new(),
    }
}
