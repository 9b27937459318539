//! Unary and binary operators (spec/language.md 5.8): the type in which the operation is done, the operands
//! widened to it. A chain `a + b + …` is walked along its left spine, so that its length costs no stack.

use crate::base::{ModuleId, Name, TextRange};
use crate::diagnostics::Code;
use crate::resolve;
use crate::syntax::ast::{self, BinaryOp, ExprId, Literal as Written, UnaryOp};
use crate::types::classify::{is_nilable, without_nil};
use crate::types::hir::{self, Expr, ExprKind, LocalId, XmlItem, XmlTemplate};
use crate::types::ty::{Literal, Ty, TyKind};
use crate::types::{constant, is_pure, item_type, literal_base, overlap, param_bound};

use super::cx::Cx;

/// One operator of a chain with its right operand; `id` is the whole expression up to there.
#[derive(Clone, Copy)]
struct Link {
    id: ExprId,
    op: BinaryOp,
    rhs: ExprId,
}

/// What is known behind a run of `&&` (when all held) or of `||` (when none did).
struct Run {
    op: BinaryOp,
    facts: Vec<(LocalId, Ty)>,
}

impl Cx<'_> {
    pub fn not(&mut self, id: ExprId, operand: ExprId) -> Expr {
        let range = self.range(id);
        let operand = self.expr(operand, None);
        if !self.is_base(operand.ty, Ty::BOOLEAN) {
            return self.undefined_unary(UnaryOp::Not, &operand, range);
        }
        Expr {
            kind: ExprKind::Not(Box::new(operand)),
            ty: Ty::BOOLEAN,
            range,
        }
    }

    pub fn unary(
        &mut self,
        id: ExprId,
        op: UnaryOp,
        operand: ExprId,
        expected: Option<Ty>,
    ) -> Expr {
        let range = self.range(id);
        if op == UnaryOp::Minus
            && let Some(literal) = self.negated(operand)
        {
            return self.literal_of(&literal, expected, range);
        }
        let hint = if op == UnaryOp::BitNot {
            None
        } else {
            expected
        };
        let operand = self.expr(operand, hint);
        if operand.ty.is_error() {
            return Self::error_expr(range);
        }
        let base = self.number_base(operand.ty);
        let (kind, ty) = match (op, base) {
            (UnaryOp::Plus, Some(base)) if base != Ty::BYTE => (hir::UnaryOp::Plus, base),
            (UnaryOp::Minus, Some(base)) if base != Ty::BYTE => (hir::UnaryOp::Minus, base),
            (UnaryOp::Plus, Some(_)) => (hir::UnaryOp::Plus, Ty::INT),
            (UnaryOp::Minus, Some(_)) => (hir::UnaryOp::Minus, Ty::INT),
            (UnaryOp::BitNot, Some(Ty::INT)) => (hir::UnaryOp::BitNot, Ty::INT),
            (UnaryOp::BitNot, Some(Ty::BYTE)) => return complement_of_byte(operand, range),
            _ => return self.undefined_unary(op, &operand, range),
        };
        let kind = ExprKind::Unary {
            op: kind,
            operand: Box::new(widened(operand, ty)),
        };
        Expr { kind, ty, range }
    }

    /// The number behind a minus, with its sign.
    fn negated(&self, operand: ExprId) -> Option<Written> {
        match self.ast.expr(operand) {
            ast::Expr::Literal(Written::Int(int)) => Some(Written::Int(int.wrapping_neg())),
            ast::Expr::Literal(Written::Float { text, suffix }) => {
                let text = match text.strip_prefix('-') {
                    Some(digits) => digits.to_owned(),
                    None => format!("-{text}"),
                };
                Some(Written::Float {
                    text: text.into(),
                    suffix: *suffix,
                })
            }
            _ => None,
        }
    }

    pub fn binary(
        &mut self,
        id: ExprId,
        op: BinaryOp,
        lhs: ExprId,
        rhs: ExprId,
        expected: Option<Ty>,
    ) -> Expr {
        let action_allowed = std::mem::take(&mut self.action_allowed);
        if op == BinaryOp::BitOr
            && let Some(ty) = self.meant_as_type(id, expected)
        {
            return self.type_desc(id, ty);
        }
        let mut links = vec![Link { id, op, rhs }];
        let mut first = lhs;
        while let ast::Expr::Binary { op, lhs, rhs } = self.ast.expr(first) {
            links.push(Link {
                id: first,
                op: *op,
                rhs: *rhs,
            });
            first = *lhs;
        }
        links.reverse();
        let elvis_alone = links.iter().all(|link| link.op == BinaryOp::Elvis);
        self.action_allowed = action_allowed && elvis_alone;
        let mut rest = links.iter();
        let mut whole = match links.first() {
            Some(link) if self.left_waits(first, link) => {
                rest.next();
                self.literal_first(first, *link)
            }
            Some(link) => {
                let hint = self.left_hint(first, *link, expected);
                self.expr(first, hint)
            }
            None => return Self::error_expr(self.range(id)),
        };
        self.action_allowed = false;
        let mut run = None;
        for link in rest {
            whole = self.link(whole, *link, expected, &mut run);
        }
        whole
    }

    /// What `first` should be: for `?:` what the whole should be; a literal beside a literal takes part in
    /// decimal arithmetic where that is asked.
    fn left_hint(&self, first: ExprId, link: Link, expected: Option<Ty>) -> Option<Ty> {
        match link.op {
            BinaryOp::Elvis => expected.map(Ty::optional),
            op if is_arithmetic(op) && self.is_number(first) => {
                expected.filter(|&expected| expected == Ty::DECIMAL)
            }
            _ => None,
        }
    }

    /// Whether the left operand takes its type from the right one.
    fn left_waits(&self, first: ExprId, link: &Link) -> bool {
        let takes = is_arithmetic(link.op) || is_comparison(link.op);
        let null = matches!(self.ast.expr(first), ast::Expr::Literal(Written::Null));
        takes && !self.is_number(link.rhs) && (null || self.is_number(first))
    }

    fn literal_first(&mut self, first: ExprId, link: Link) -> Expr {
        let rhs = self.expr(link.rhs, None);
        let hint = self.operand_hint(first, rhs.ty, link.op);
        let lhs = self.expr(first, hint);
        self.operation(link.op, lhs, rhs, self.range(link.id))
    }

    fn link(&mut self, lhs: Expr, link: Link, expected: Option<Ty>, run: &mut Option<Run>) -> Expr {
        let range = self.range(link.id);
        match link.op {
            BinaryOp::And | BinaryOp::Or => self.logical(lhs, link, run),
            BinaryOp::Elvis => {
                let otherwise = self.expr(link.rhs, expected);
                self.elvis(lhs, otherwise, range)
            }
            op => {
                let hint = self.operand_hint(link.rhs, lhs.ty, op);
                let rhs = self.expr(link.rhs, hint);
                self.operation(op, lhs, rhs, range)
            }
        }
    }

    /// What an operand is guided by when the other one has type `other`: a number meets a decimal as a
    /// decimal, a constructor is compared with what is of its kind, `null` is json.
    fn operand_hint(&self, operand: ExprId, other: Ty, op: BinaryOp) -> Option<Ty> {
        if self.is_number(operand) && (is_arithmetic(op) || is_comparison(op)) {
            return self.number_base(other).filter(|&base| base == Ty::DECIMAL);
        }
        let takes_context = matches!(
            self.ast.expr(operand),
            ast::Expr::Literal(Written::Null) | ast::Expr::List(_) | ast::Expr::Record(_)
        );
        (is_comparison(op) && takes_context && !other.is_error()).then_some(other)
    }

    /// Whether the expression is a number as written, perhaps with a sign.
    fn is_number(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            ast::Expr::Literal(Written::Int(_) | Written::Float { .. }) => true,
            ast::Expr::Unary {
                op: UnaryOp::Minus,
                operand,
            } => self.negated(*operand).is_some(),
            _ => false,
        }
    }

    /// `lhs && rhs`: the right side is reached when the left one holds; `||`: when it does not.
    fn logical(&mut self, lhs: Expr, link: Link, run: &mut Option<Run>) -> Expr {
        let range = self.range(link.id);
        let is_and = link.op == BinaryOp::And;
        let mut facts = match run.take() {
            Some(run) if run.op == link.op => run.facts,
            _ => {
                let facts = self.facts(&lhs);
                if is_and {
                    facts.when_true
                } else {
                    facts.when_false
                }
            }
        };
        let rhs = self.narrowed(&facts, |cx| cx.expr(link.rhs, None));
        let of_rhs = self.facts(&rhs);
        let of_rhs = if is_and {
            of_rhs.when_true
        } else {
            of_rhs.when_false
        };
        facts.retain(|(local, _)| of_rhs.iter().all(|(other, _)| other != local));
        facts.extend(of_rhs);
        *run = Some(Run { op: link.op, facts });
        if !self.is_base(lhs.ty, Ty::BOOLEAN) || !self.is_base(rhs.ty, Ty::BOOLEAN) {
            return self.undefined_binary(link.op, &lhs, &rhs, range);
        }
        let (lhs, rhs) = (Box::new(lhs), Box::new(rhs));
        let kind = if is_and {
            ExprKind::And(lhs, rhs)
        } else {
            ExprKind::Or(lhs, rhs)
        };
        Expr {
            kind,
            ty: Ty::BOOLEAN,
            range,
        }
    }

    fn elvis(&mut self, value: Expr, otherwise: Expr, range: TextRange) -> Expr {
        if value.ty.is_error() {
            return Self::error_expr(range);
        }
        if !is_nilable(value.ty) {
            return self.undefined_binary(BinaryOp::Elvis, &value, &otherwise, range);
        }
        let ty = Ty::union([without_nil(value.ty), otherwise.ty]);
        let kind = ExprKind::Elvis {
            value: Box::new(value),
            otherwise: Box::new(otherwise),
        };
        Expr { kind, ty, range }
    }

    /// Any operator but `&&`, `||` and `?:` on typed operands.
    fn operation(&mut self, op: BinaryOp, lhs: Expr, rhs: Expr, range: TextRange) -> Expr {
        if lhs.ty.is_error() || rhs.ty.is_error() {
            return Self::error_expr(range);
        }
        let numbers = self.number_base(lhs.ty).zip(self.number_base(rhs.ty));
        match op {
            BinaryOp::ClosedRange | BinaryOp::HalfOpenRange => match numbers {
                Some(numbers) if are_ints(numbers) => self.int_range(op, lhs, rhs, range),
                _ => self.undefined_binary(op, &lhs, &rhs, range),
            },
            BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::RefEqual | BinaryOp::RefNotEqual => {
                self.equality(op, lhs, rhs, range)
            }
            BinaryOp::Add if numbers.is_none() => self.concatenation(lhs, rhs, range),
            _ => match numbers.and_then(|numbers| operation_types(op, numbers)) {
                Some((done_in, ty)) => typed_binary(op, lhs, rhs, done_in, ty, range),
                None => self.undefined_binary(op, &lhs, &rhs, range),
            },
        }
    }

    fn equality(&mut self, op: BinaryOp, lhs: Expr, rhs: Expr, range: TextRange) -> Expr {
        let by_value = matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let comparable = !by_value || is_pure(self.db, lhs.ty) || is_pure(self.db, rhs.ty);
        let numbers = self.number_base(lhs.ty).zip(self.number_base(rhs.ty));
        let share = match numbers {
            // Whether constants differ is no question of types.
            Some(numbers) => numbers.0 == numbers.1 || are_ints(numbers),
            None => overlap(self.db, value_base(lhs.ty), value_base(rhs.ty)),
        };
        if !comparable || !share {
            return self.undefined_binary(op, &lhs, &rhs, range);
        }
        let (lhs, rhs) = match numbers {
            Some((a, b)) if a != b => (widened(lhs, Ty::INT), widened(rhs, Ty::INT)),
            _ => (lhs, rhs),
        };
        let kind = ExprKind::Binary {
            op: lowered_op(op),
            lhs: Box::new(lhs),
            rhs: Box::new(rhs),
        };
        Expr {
            kind,
            ty: Ty::BOOLEAN,
            range,
        }
    }

    /// `+` on strings, on xml with xml or string; a string becomes an item of text.
    fn concatenation(&mut self, lhs: Expr, rhs: Expr, range: TextRange) -> Expr {
        let string = |cx: &Self, expr: &Expr| cx.is_base(expr.ty, Ty::STRING);
        let xml = |expr: &Expr| expr.ty == Ty::XML;
        if string(self, &lhs) && string(self, &rhs) {
            return typed_binary(BinaryOp::Add, lhs, rhs, Ty::STRING, Ty::STRING, range);
        }
        let text = |expr: Expr| {
            if xml(&expr) {
                return expr;
            }
            let range = expr.range;
            let items = vec![XmlItem::Insertion(expr)];
            Expr {
                kind: ExprKind::Xml(XmlTemplate { items }),
                ty: Ty::XML,
                range,
            }
        };
        let fits =
            (xml(&lhs) && (xml(&rhs) || string(self, &rhs))) || (xml(&rhs) && string(self, &lhs));
        if fits {
            let (lhs, rhs) = (text(lhs), text(rhs));
            return typed_binary(BinaryOp::Add, lhs, rhs, Ty::XML, Ty::XML, range);
        }
        self.undefined_binary(BinaryOp::Add, &lhs, &rhs, range)
    }

    fn int_range(&mut self, op: BinaryOp, start: Expr, end: Expr, range: TextRange) -> Expr {
        let kind = ExprKind::Range {
            start: Box::new(widened(start, Ty::INT)),
            end: Box::new(widened(end, Ty::INT)),
            inclusive: op == BinaryOp::ClosedRange,
        };
        Expr {
            kind,
            ty: self.range_type(),
            range,
        }
    }

    /// The object type of ranges, declared in the library.
    pub fn range_type(&self) -> Ty {
        let scope = resolve::module_scope(self.db, ModuleId::new("ballerina/lang.object"));
        let item = scope.get(Name::new("Range"));
        item.map_or(Ty::ERROR, |item| item_type(self.db, item))
    }

    fn undefined_unary(&mut self, op: UnaryOp, operand: &Expr, range: TextRange) -> Expr {
        if !operand.ty.is_error() {
            let message = format!(
                "operator '{}' not defined for '{}'",
                op.as_str(),
                self.display(operand.ty)
            );
            self.report(Code::E031, range, message);
        }
        Self::error_expr(range)
    }

    fn undefined_binary(&mut self, op: BinaryOp, lhs: &Expr, rhs: &Expr, range: TextRange) -> Expr {
        if !lhs.ty.is_error() && !rhs.ty.is_error() {
            let message = format!(
                "operator '{}' not defined for '{}' and '{}'",
                op.as_str(),
                self.display(lhs.ty),
                self.display(rhs.ty)
            );
            self.report(Code::E031, range, message);
        }
        Self::error_expr(range)
    }

    /// Whether all values of the type are of the simple type `base`. What failed is of every type.
    pub fn is_base(&self, ty: Ty, base: Ty) -> bool {
        ty.is_error() || self.simple_base(ty) == Some(base)
    }

    /// The simple type that all values of `ty` have.
    pub fn simple_base(&self, ty: Ty) -> Option<Ty> {
        match ty.kind() {
            TyKind::Nil
            | TyKind::Boolean
            | TyKind::Int
            | TyKind::Byte
            | TyKind::Float
            | TyKind::Decimal
            | TyKind::String => Some(ty),
            TyKind::Singleton(value) => Some(literal_base(value)),
            TyKind::Param(item) => self.simple_base(param_bound(self.db, *item)),
            TyKind::Union { members, .. } => {
                let mut bases = members.iter().map(|&member| self.simple_base(member));
                let first = bases.next()??;
                bases.all(|base| base == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// As [`Cx::simple_base`], when it is a numeric type.
    pub fn number_base(&self, ty: Ty) -> Option<Ty> {
        self.simple_base(ty)
            .filter(|&base| matches!(base, Ty::INT | Ty::BYTE | Ty::FLOAT | Ty::DECIMAL))
    }
}

/// A single value's type is that of its kind: `A == "x"` is a question to be asked.
fn value_base(ty: Ty) -> Ty {
    match ty.kind() {
        TyKind::Singleton(value) => literal_base(value),
        _ => ty,
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Remainder
    )
}

fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::RefEqual
            | BinaryOp::RefNotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
    )
}

fn are_ints((a, b): (Ty, Ty)) -> bool {
    let int = |ty: Ty| matches!(ty, Ty::INT | Ty::BYTE);
    int(a) && int(b)
}

/// The type in which an operation on numbers is done, and the type of its result.
fn operation_types(op: BinaryOp, (a, b): (Ty, Ty)) -> Option<(Ty, Ty)> {
    let wider = [Ty::DECIMAL, Ty::FLOAT]
        .into_iter()
        .find(|&ty| a == ty || b == ty)
        .unwrap_or(Ty::INT);
    match op {
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
            Some((wider, Ty::BOOLEAN))
        }
        op if is_arithmetic(op) => Some((wider, wider)),
        _ if !are_ints((a, b)) => None,
        // What is no greater than a byte is a byte.
        BinaryOp::BitAnd if a == Ty::BYTE || b == Ty::BYTE => Some((Ty::INT, Ty::BYTE)),
        BinaryOp::BitOr | BinaryOp::BitXor if a == Ty::BYTE && b == Ty::BYTE => {
            Some((Ty::INT, Ty::BYTE))
        }
        BinaryOp::ShiftRight | BinaryOp::ShiftRightUnsigned if a == Ty::BYTE => {
            Some((Ty::INT, Ty::BYTE))
        }
        BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight
        | BinaryOp::ShiftRightUnsigned => Some((Ty::INT, Ty::INT)),
        _ => None,
    }
}

fn typed_binary(op: BinaryOp, lhs: Expr, rhs: Expr, done_in: Ty, ty: Ty, range: TextRange) -> Expr {
    let kind = ExprKind::Binary {
        op: lowered_op(op),
        lhs: Box::new(widened(lhs, done_in)),
        rhs: Box::new(widened(rhs, done_in)),
    };
    Expr { kind, ty, range }
}

/// `expr` as a value of the simple type `ty`: a literal is rewritten, a number of another type converted; of a
/// finite type of such values only the type changes.
pub(super) fn widened(mut expr: Expr, ty: Ty) -> Expr {
    let base = match expr.ty.kind() {
        TyKind::Singleton(value) => literal_base(value),
        TyKind::Union { members, .. } => match members.first().map(|first| first.kind()) {
            Some(TyKind::Singleton(value)) => literal_base(value),
            _ => members.first().copied().unwrap_or(expr.ty),
        },
        _ => expr.ty,
    };
    if let ExprKind::Literal(value) = &expr.kind
        && base != ty
        && let Some(value) = constant::convert(value, ty)
    {
        expr.kind = ExprKind::Literal(value);
        expr.ty = ty;
        return expr;
    }
    let is_number = |ty| matches!(ty, Ty::INT | Ty::BYTE | Ty::FLOAT | Ty::DECIMAL);
    if base == ty || !is_number(base) || !is_number(ty) {
        expr.ty = ty;
        return expr;
    }
    let range = expr.range;
    Expr {
        kind: ExprKind::Convert(Box::new(expr)),
        ty,
        range,
    }
}

/// `~b` of a byte flips its eight bits.
fn complement_of_byte(operand: Expr, range: TextRange) -> Expr {
    let all_bits = Expr {
        kind: ExprKind::Literal(Literal::Int(0xFF)),
        ty: Ty::INT,
        range: operand.range,
    };
    typed_binary(
        BinaryOp::BitXor,
        operand,
        all_bits,
        Ty::INT,
        Ty::BYTE,
        range,
    )
}

/// The operator of the HIR. Only operators with an instruction of their own come here.
pub(super) fn lowered_op(op: BinaryOp) -> hir::BinaryOp {
    match op {
        BinaryOp::Add => hir::BinaryOp::Add,
        BinaryOp::Subtract => hir::BinaryOp::Sub,
        BinaryOp::Multiply => hir::BinaryOp::Mul,
        BinaryOp::Divide => hir::BinaryOp::Div,
        BinaryOp::Remainder => hir::BinaryOp::Rem,
        BinaryOp::BitAnd => hir::BinaryOp::BitAnd,
        BinaryOp::BitOr => hir::BinaryOp::BitOr,
        BinaryOp::BitXor => hir::BinaryOp::BitXor,
        BinaryOp::ShiftLeft => hir::BinaryOp::Shl,
        BinaryOp::ShiftRight => hir::BinaryOp::Shr,
        BinaryOp::ShiftRightUnsigned => hir::BinaryOp::UShr,
        BinaryOp::Less => hir::BinaryOp::Lt,
        BinaryOp::LessEqual => hir::BinaryOp::Le,
        BinaryOp::Greater => hir::BinaryOp::Gt,
        BinaryOp::GreaterEqual => hir::BinaryOp::Ge,
        BinaryOp::NotEqual => hir::BinaryOp::Ne,
        BinaryOp::RefEqual => hir::BinaryOp::RefEq,
        BinaryOp::RefNotEqual => hir::BinaryOp::RefNe,
        BinaryOp::Equal
        | BinaryOp::Elvis
        | BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::ClosedRange
        | BinaryOp::HalfOpenRange => hir::BinaryOp::Eq,
    }
}
