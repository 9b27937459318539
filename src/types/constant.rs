//! Constants: literals and arithmetic on them (spec/language.md 2.2 and 5.2). A constant whose
//! expression is no constant gives `None` here; `check` reports E057 where it is defined.

use crate::base::ItemId;
use crate::base::float_hex::parse_hex_float;
use crate::db::Db;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{self, BinaryOp, Expr, ExprId, FloatSuffix, ItemAst, UnaryOp};

use super::queries;
use super::ty::{Literal, Ty, TyKind};

/// The value of a written literal by itself: integers are `int`, fractions `float` unless they have the
/// suffix `d`. `None` for byte arrays.
pub fn literal_value(literal: &ast::Literal) -> Option<Literal> {
    Some(match literal {
        ast::Literal::Nil | ast::Literal::Null => Literal::Nil,
        ast::Literal::Bool(value) => Literal::Boolean(*value),
        ast::Literal::Int(value) => Literal::Int(*value),
        ast::Literal::Float {
            text,
            suffix: Some(FloatSuffix::Decimal),
        } => Literal::Decimal(text.clone()),
        ast::Literal::Float { text, .. } => Literal::Float(parse_float(text)?.to_bits()),
        ast::Literal::String(text) => Literal::String(text.clone()),
        ast::Literal::Bytes(_) => return None,
    })
}

/// A decimal or hexadecimal floating-point literal without suffix.
pub fn parse_float(text: &str) -> Option<f64> {
    if text.contains(['x', 'X']) {
        return parse_hex_float(text);
    }
    text.parse().ok()
}

/// `value` as the type `ty` wants it: an integer literal where a float, decimal or byte is asked.
pub fn convert(value: &Literal, ty: Ty) -> Option<Literal> {
    let direct = |target: Ty| match (value, target.kind()) {
        (Literal::Nil, TyKind::Nil)
        | (Literal::Boolean(_), TyKind::Boolean)
        | (Literal::Int(_), TyKind::Int)
        | (Literal::Byte(_), TyKind::Byte)
        | (Literal::Float(_), TyKind::Float)
        | (Literal::Decimal(_), TyKind::Decimal)
        | (Literal::String(_), TyKind::String) => Some(value.clone()),
        (_, TyKind::Any | TyKind::Anydata | TyKind::Json) => Some(value.clone()),
        (_, TyKind::Singleton(member)) if member == value => Some(value.clone()),
        _ => None,
    };
    let widened = |target: Ty| match (value, target.kind()) {
        (Literal::Int(int), TyKind::Byte) => u8::try_from(*int).ok().map(Literal::Byte),
        (Literal::Byte(byte), TyKind::Int) => Some(Literal::Int(i64::from(*byte))),
        #[expect(
            clippy::cast_precision_loss,
            reason = "the nearest double is what is meant"
        )]
        (Literal::Int(int), TyKind::Float) => Some(Literal::Float((*int as f64).to_bits())),
        (Literal::Int(int), TyKind::Decimal) => Some(Literal::Decimal(int.to_string().into())),
        _ => None,
    };
    let members = ty.members();
    members
        .iter()
        .find_map(|&m| direct(m))
        .or_else(|| members.iter().find_map(|&m| widened(m)))
}

/// The value of a simple constant.
pub(super) fn value_of(
    db: &dyn Db,
    item: ItemId,
    ast: &ItemAst,
    constant: &ast::Const,
) -> Option<Literal> {
    let value = eval(db, item, ast, constant.value)?;
    match constant.ty {
        Some(ty) => convert(
            &value,
            super::lower_type(db, item, ast, ty, &mut Vec::new()),
        ),
        None => Some(value),
    }
}

/// Evaluates a constant expression; names mean simple constants.
pub fn eval(db: &dyn Db, item: ItemId, ast: &ItemAst, expr: ExprId) -> Option<Literal> {
    match ast.expr(expr) {
        Expr::Literal(literal) => literal_value(literal),
        Expr::Group(inner) => eval(db, item, ast, *inner),
        Expr::Name(name) => {
            let found = resolve::lookup(db, item.file(), name).ok()?;
            let definition = resolve::definition(db, found)?;
            (definition.kind == DefKind::Constant).then(|| queries::constant_value(db, found))?
        }
        Expr::Unary { op, operand } => unary(*op, &eval(db, item, ast, *operand)?),
        Expr::Binary { op, lhs, rhs } => {
            let lhs = eval(db, item, ast, *lhs)?;
            let rhs = eval(db, item, ast, *rhs)?;
            binary(*op, &lhs, &rhs)
        }
        _ => None,
    }
}

fn unary(op: UnaryOp, value: &Literal) -> Option<Literal> {
    match (op, value) {
        (UnaryOp::Plus, Literal::Int(_) | Literal::Float(_) | Literal::Decimal(_)) => {
            Some(value.clone())
        }
        (UnaryOp::Minus, Literal::Int(int)) => Some(Literal::Int(int.wrapping_neg())),
        (UnaryOp::Minus, Literal::Float(bits)) => {
            Some(Literal::Float((-f64::from_bits(*bits)).to_bits()))
        }
        (UnaryOp::Minus, Literal::Decimal(text)) => Some(Literal::Decimal(
            text.strip_prefix('-')
                .map_or_else(|| format!("-{text}"), str::to_owned)
                .into(),
        )),
        (UnaryOp::BitNot, Literal::Int(int)) => Some(Literal::Int(!int)),
        (UnaryOp::Not, Literal::Boolean(value)) => Some(Literal::Boolean(!value)),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest double is what is meant"
)]
fn binary(op: BinaryOp, lhs: &Literal, rhs: &Literal) -> Option<Literal> {
    match (lhs, rhs) {
        (Literal::Int(a), Literal::Int(b)) => int_arithmetic(op, *a, *b).map(Literal::Int),
        (Literal::Float(a), Literal::Float(b)) => {
            float_arithmetic(op, f64::from_bits(*a), f64::from_bits(*b))
        }
        (Literal::Int(a), Literal::Float(b)) => float_arithmetic(op, *a as f64, f64::from_bits(*b)),
        (Literal::Float(a), Literal::Int(b)) => float_arithmetic(op, f64::from_bits(*a), *b as f64),
        (Literal::String(a), Literal::String(b)) if op == BinaryOp::Add => {
            Some(Literal::String(format!("{a}{b}").into()))
        }
        (Literal::Decimal(a), Literal::Decimal(b)) => decimal_arithmetic(op, a, b),
        _ => None,
    }
}

fn int_arithmetic(op: BinaryOp, a: i64, b: i64) -> Option<i64> {
    match op {
        BinaryOp::Add => Some(a.wrapping_add(b)),
        BinaryOp::Subtract => Some(a.wrapping_sub(b)),
        BinaryOp::Multiply => Some(a.wrapping_mul(b)),
        BinaryOp::Divide => a.checked_div(b),
        BinaryOp::Remainder => a.checked_rem(b),
        _ => None,
    }
}

fn float_arithmetic(op: BinaryOp, a: f64, b: f64) -> Option<Literal> {
    let value = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Remainder => a % b,
        _ => return None,
    };
    Some(Literal::Float(value.to_bits()))
}

fn decimal_arithmetic(op: BinaryOp, a: &str, b: &str) -> Option<Literal> {
    use std::str::FromStr;
    let a = bigdecimal::BigDecimal::from_str(a).ok()?;
    let b = bigdecimal::BigDecimal::from_str(b).ok()?;
    let value = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        _ => return None,
    };
    Some(Literal::Decimal(value.to_string().into()))
}

#[cfg(test)]
mod tests {
    use super::parse_float;

    #[test]
    fn hexadecimal_floats() {
        assert_eq!(parse_float("0x1.8p3"), Some(12.0));
        assert_eq!(parse_float("0xAp-2"), Some(2.5));
        assert_eq!(parse_float("0x.8"), Some(0.5));
        assert_eq!(parse_float("-1.5e3"), Some(-1500.0));
    }
}
