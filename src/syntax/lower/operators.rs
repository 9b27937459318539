//! Operators: a flat list of operands and operators becomes a tree. Precedence climbing with an
//! explicit stack, so that a chain of any length needs no recursion (spec/language.md 2.6).

use std::iter::Peekable;

use pest::iterators::Pairs;
use smallvec::SmallVec;

use super::{LowerCx, P};
use crate::base::TextRange;
use crate::syntax::ast::{BinaryOp, CheckKind, Expr, ExprId, Literal, QName, TypeExpr, UnaryOp};
use crate::syntax::grammar::Rule;

pub(super) type Parts<'t> = Peekable<Pairs<'t, Rule>>;

/// How tight `is` binds among the binary operators.
const TYPE_TEST: u8 = 8;

/// How tight an operator binds: the numbers of the table in the specification.
const fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Elvis => 2,
        BinaryOp::Or => 3,
        BinaryOp::And => 4,
        BinaryOp::BitOr | BinaryOp::BitXor | BinaryOp::BitAnd => 5,
        BinaryOp::RefEqual | BinaryOp::RefNotEqual => 6,
        BinaryOp::Equal | BinaryOp::NotEqual => 7,
        BinaryOp::Less | BinaryOp::Greater | BinaryOp::LessEqual | BinaryOp::GreaterEqual => 9,
        BinaryOp::ClosedRange | BinaryOp::HalfOpenRange => 10,
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight | BinaryOp::ShiftRightUnsigned => 11,
        BinaryOp::Add | BinaryOp::Subtract => 12,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => 13,
    }
}

pub(super) fn binary_op(text: &str) -> Option<BinaryOp> {
    BinaryOp::ALL.iter().copied().find(|op| op.as_str() == text)
}

#[derive(Default)]
struct Chain {
    operands: SmallVec<[ExprId; 4]>,
    operators: SmallVec<[BinaryOp; 4]>,
}

impl<'t> LowerCx<'t> {
    /// The expression of an `expr` or `guard_expr` pair.
    pub(super) fn expr(&mut self, pair: P<'t>) -> ExprId {
        let range = self.range(&pair);
        let parts = pair.into_inner();
        let links = parts.len();
        self.nested(range, |cx| {
            cx.chained(links, range, |cx| cx.conditional(parts, range))
        })
        .flatten()
        .unwrap_or_else(|| self.error_expr(range))
    }

    /// `a ? b : c ? d : e`, right-associative.
    fn conditional(&mut self, parts: Pairs<'t, Rule>, range: TextRange) -> ExprId {
        let mut parts = parts.peekable();
        let mut arms: Vec<(ExprId, ExprId)> = Vec::new();
        let mut last = self.chain(&mut parts, range);
        while parts
            .next_if(|part| part.as_rule() == Rule::question)
            .is_some()
        {
            let then = match parts.next() {
                Some(part) => self.expr(part),
                None => self.error_expr(range),
            };
            let has_colon = parts
                .next_if(|part| part.as_rule() == Rule::colon)
                .is_some();
            let (then, otherwise) = if has_colon {
                (then, self.chain(&mut parts, range))
            } else {
                self.split_at_colon(then)
            };
            arms.push((last, then));
            last = otherwise;
        }
        while let Some((condition, then)) = arms.pop() {
            let range = self.cover(condition, last);
            let ternary = Expr::Ternary {
                condition,
                then,
                otherwise: last,
            };
            last = self.arena.add_expr(ternary, range);
        }
        last
    }

    /// `c ? a:b`, where `a:b` was read as one qualified name.
    fn split_at_colon(&mut self, then: ExprId) -> (ExprId, ExprId) {
        if let &Expr::Name(QName {
            prefix: Some(prefix),
            name,
        }) = self.arena.expr(then)
        {
            let [then, otherwise] = [prefix, name].map(|name| {
                let whole = QName { prefix: None, name };
                self.arena.add_expr(Expr::Name(whole), name.range)
            });
            return (then, otherwise);
        }
        let end = TextRange::empty(self.arena.expr_range(then).end);
        let found = self.token_after(end.end);
        self.syntax_error(found.1, format!("missing token ':' before '{}'", found.0));
        (then, self.error_expr(end))
    }

    fn chain(&mut self, parts: &mut Parts<'t>, range: TextRange) -> ExprId {
        let mut chain = Chain::default();
        let first = self.operand(parts, range);
        chain.operands.push(first);
        while let Some(part) = parts
            .next_if(|part| matches!(part.as_rule(), Rule::infix | Rule::kw_is | Rule::sync_arrow))
        {
            match part.as_rule() {
                Rule::infix => {
                    let Some(op) = binary_op(part.as_str()) else {
                        continue;
                    };
                    self.reduce(&mut chain, precedence(op));
                    chain.operators.push(op);
                    let operand = self.operand(parts, range);
                    chain.operands.push(operand);
                }
                Rule::kw_is => {
                    self.reduce(&mut chain, TYPE_TEST);
                    self.type_test(&mut chain, parts, range);
                }
                _ => {
                    self.reduce(&mut chain, 0);
                    self.sync_send(&mut chain, parts);
                }
            }
        }
        self.reduce(&mut chain, 0);
        match chain.operands.pop() {
            Some(whole) => whole,
            None => self.error_expr(range),
        }
    }

    fn type_test(&mut self, chain: &mut Chain, parts: &mut Parts<'t>, range: TextRange) {
        let Some(operand) = chain.operands.pop() else {
            return;
        };
        let ty = match parts.next() {
            Some(ty) => self.type_(ty),
            None => self.error_type(range),
        };
        let whole = self
            .arena
            .expr_range(operand)
            .cover(self.arena.type_range(ty));
        let test = self.arena.add_expr(Expr::TypeTest { operand, ty }, whole);
        chain.operands.push(test);
    }

    fn sync_send(&mut self, chain: &mut Chain, parts: &mut Parts<'t>) {
        let (Some(value), Some(peer)) = (chain.operands.pop(), parts.next()) else {
            return;
        };
        let peer = self.peer(peer);
        let whole = self.arena.expr_range(value).cover(peer.range());
        let send = self.arena.add_expr(Expr::SyncSend { value, peer }, whole);
        chain.operands.push(send);
    }

    /// Applies the operators that bind at least as tight as `limit`.
    fn reduce(&mut self, chain: &mut Chain, limit: u8) {
        while let Some(&op) = chain.operators.last() {
            if precedence(op) < limit {
                return;
            }
            let (Some(rhs), Some(lhs)) = (chain.operands.pop(), chain.operands.pop()) else {
                return;
            };
            chain.operators.pop();
            let range = self.cover(lhs, rhs);
            let whole = self.arena.add_expr(Expr::Binary { op, lhs, rhs }, range);
            if op == BinaryOp::BitOr
                && let (Some(left), Some(right)) = (self.as_type(lhs), self.as_type(rhs))
            {
                let ty = self
                    .arena
                    .add_type(TypeExpr::Union(vec![left, right]), range);
                self.arena.set_type_reading(whole, ty);
            }
            chain.operands.push(whole);
        }
    }

    pub(super) fn cover(&self, first: ExprId, last: ExprId) -> TextRange {
        self.arena
            .expr_range(first)
            .cover(self.arena.expr_range(last))
    }

    /// `prefix* primary postfix*`
    fn operand(&mut self, parts: &mut Parts<'t>, range: TextRange) -> ExprId {
        let mut prefixes: SmallVec<[P<'t>; 4]> = SmallVec::new();
        while let Some(prefix) = parts.next_if(|part| {
            matches!(
                part.as_rule(),
                Rule::sign_op | Rule::check_op | Rule::cast_op
            )
        }) {
            prefixes.push(prefix);
        }
        if prefixes.is_empty() {
            return self.unprefixed(parts, range);
        }
        let smallest = smallest_int(&prefixes, parts);
        let levels = u32::try_from(prefixes.len()).unwrap_or(u32::MAX / 2);
        let inner = self.nested_by(levels, range, |cx| match smallest {
            true => cx.smallest_int_expr(&mut prefixes, parts),
            false => cx.unprefixed(parts, range),
        });
        let Some(mut operand) = inner else {
            // The rest of the chain belongs to what is too deep.
            while parts.next().is_some() {}
            return self.error_expr(range);
        };
        while let Some(prefix) = prefixes.pop() {
            operand = self.prefixed(prefix, operand);
        }
        operand
    }

    fn smallest_int_expr(
        &mut self,
        prefixes: &mut SmallVec<[P<'t>; 4]>,
        parts: &mut Parts<'t>,
    ) -> ExprId {
        let sign = prefixes.pop().map(|sign| self.range(&sign));
        let number = parts.next().map(|number| self.range(&number));
        let range = sign.unwrap_or_default().cover(number.unwrap_or_default());
        let literal = Expr::Literal(Literal::Int(i64::MIN));
        self.arena.add_expr(literal, range)
    }

    fn prefixed(&mut self, prefix: P<'t>, operand: ExprId) -> ExprId {
        let range = self.range(&prefix).cover(self.arena.expr_range(operand));
        let expr = match prefix.as_rule() {
            Rule::cast_op => self.cast(prefix, operand),
            Rule::check_op => match prefix.as_str() {
                "check" => Expr::Check {
                    kind: CheckKind::Check,
                    operand,
                },
                "checkpanic" => Expr::Check {
                    kind: CheckKind::Panic,
                    operand,
                },
                _ => Expr::TypeOf(operand),
            },
            _ => {
                let op = match prefix.as_str() {
                    "-" => UnaryOp::Minus,
                    "+" => UnaryOp::Plus,
                    "~" => UnaryOp::BitNot,
                    _ => UnaryOp::Not,
                };
                Expr::Unary { op, operand }
            }
        };
        self.arena.add_expr(expr, range)
    }

    fn cast(&mut self, prefix: P<'t>, operand: ExprId) -> Expr {
        let mut annotations = Vec::new();
        let mut ty = None;
        for part in prefix.into_inner() {
            match part.as_rule() {
                Rule::annotation => annotations.push(self.annotation(part)),
                Rule::type_ => ty = Some(self.type_(part)),
                _ => {}
            }
        }
        Expr::Cast {
            annotations,
            ty,
            operand,
        }
    }
}

/// Whether `- 9223372036854775808` stands next: in range as a whole, its parts are not.
fn smallest_int(prefixes: &[P<'_>], parts: &mut Parts<'_>) -> bool {
    prefixes.last().is_some_and(|prefix| prefix.as_str() == "-")
        && parts.peek().is_some_and(|part| {
            part.as_rule() == Rule::number
                && matches!(
                    super::literal::number(part.as_str()),
                    super::literal::Number::MinMagnitude
                )
        })
}
