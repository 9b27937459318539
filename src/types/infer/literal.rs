//! Literals, by the type that their place expects (spec/language.md chapter 1): a number takes the first of
//! its forms that the type has, a value that is a member of a finite type has that member's type.

use crate::base::{Decimal, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId, FloatSuffix};
use crate::types::constant::parse_float;
use crate::types::hir::{Expr, ExprKind};
use crate::types::literal_base;
use crate::types::ty::{Literal, Ty, TyKind};

use super::cx::Cx;

impl Cx<'_> {
    pub fn literal(&mut self, id: ExprId, literal: &ast::Literal, expected: Option<Ty>) -> Expr {
        let range = self.range(id);
        match literal {
            ast::Literal::Null if !expected.is_some_and(takes_null) => {
                let message = "'null' literal is only supported for 'json'";
                self.report(Code::E038, range, message);
                Self::error_expr(range)
            }
            ast::Literal::Bytes(bytes) => Expr {
                kind: ExprKind::Bytes(bytes.to_vec()),
                ty: Ty::array(Ty::BYTE),
                range,
            },
            _ => self.literal_of(literal, expected, range),
        }
    }

    /// A literal that is no byte array, as `expected` wants it where it can.
    pub fn literal_of(
        &mut self,
        literal: &ast::Literal,
        expected: Option<Ty>,
        range: TextRange,
    ) -> Expr {
        let forms = forms(literal);
        let (value, ty) = match choose(&forms, expected) {
            Some(chosen) => chosen,
            None => match forms.into_iter().next() {
                Some(natural) => {
                    let ty = literal_base(&natural);
                    (natural, ty)
                }
                None => {
                    self.report(Code::E004, range, "number out of range");
                    return Self::error_expr(range);
                }
            },
        };
        Expr {
            kind: ExprKind::Literal(value),
            ty,
            range,
        }
    }
}

fn takes_null(expected: Ty) -> bool {
    expected.is_error()
        || expected
            .members()
            .iter()
            .any(|member| matches!(member.kind(), TyKind::Json))
}

/// The values that the literal can stand for; what it is by itself first.
pub(super) fn forms(literal: &ast::Literal) -> Vec<Literal> {
    match literal {
        ast::Literal::Nil | ast::Literal::Null => vec![Literal::Nil],
        ast::Literal::Bool(value) => vec![Literal::Boolean(*value)],
        ast::Literal::String(text) => vec![Literal::String(text.clone())],
        ast::Literal::Bytes(_) => Vec::new(),
        ast::Literal::Int(int) => {
            let mut forms = vec![Literal::Int(*int)];
            forms.extend(u8::try_from(*int).ok().map(Literal::Byte));
            #[expect(
                clippy::cast_precision_loss,
                reason = "the nearest double is what is meant"
            )]
            forms.push(Literal::Float((*int as f64).to_bits()));
            forms.push(Literal::Decimal(int.to_string().into()));
            forms
        }
        ast::Literal::Float { text, suffix } => {
            let float = || parse_float(text).map(|value| Literal::Float(value.to_bits()));
            let decimal =
                || Decimal::parse(text).map(|value| Literal::Decimal(value.to_string().into()));
            let both = match suffix {
                Some(FloatSuffix::Float) => [float(), None],
                Some(FloatSuffix::Decimal) => [decimal(), None],
                None => [float(), decimal()],
            };
            both.into_iter().flatten().collect()
        }
    }
}

/// The first form that a member of `expected` takes, with the member's type.
pub(super) fn choose(forms: &[Literal], expected: Option<Ty>) -> Option<(Literal, Ty)> {
    let members = expected?.members();
    let natural = forms.first()?;
    let by_form = forms.iter().find_map(|form| {
        let base = literal_base(form);
        let fits = |&&member: &&Ty| {
            member == base || matches!(member.kind(), TyKind::Singleton(value) if value == form)
        };
        members.iter().find(fits).map(|&ty| (form.clone(), ty))
    });
    let takes_all = || {
        members
            .iter()
            .any(|member| matches!(member.kind(), TyKind::Any | TyKind::Anydata | TyKind::Json))
    };
    match by_form {
        Some(chosen) if &chosen.0 == natural || !takes_all() => Some(chosen),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(literal: &ast::Literal, expected: &[Ty]) -> Option<Ty> {
        let expected = Ty::union(expected.iter().copied());
        choose(&forms(literal), Some(expected)).map(|(_, ty)| ty)
    }

    #[test]
    fn numbers_take_the_first_form_that_is_expected() {
        let five = ast::Literal::Int(5);
        let big = ast::Literal::Int(256);
        let half = ast::Literal::Float {
            text: "0.5".into(),
            suffix: None,
        };
        let single = Ty::singleton(Literal::Int(5));
        assert_eq!(chosen(&five, &[Ty::BYTE]), Some(Ty::BYTE));
        assert_eq!(chosen(&five, &[Ty::BYTE, Ty::INT]), Some(Ty::INT));
        assert_eq!(chosen(&five, &[Ty::DECIMAL, Ty::FLOAT]), Some(Ty::FLOAT));
        assert_eq!(chosen(&five, &[single, Ty::STRING]), Some(single));
        assert_eq!(chosen(&five, &[Ty::JSON, Ty::FLOAT]), None);
        assert_eq!(chosen(&big, &[Ty::BYTE]), None);
        assert_eq!(chosen(&half, &[Ty::DECIMAL]), Some(Ty::DECIMAL));
        assert_eq!(chosen(&half, &[Ty::INT]), None);
    }
}
