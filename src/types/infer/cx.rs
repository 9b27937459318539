//! The state of one item under inference: what was found, the functions finished so far, and a stack of
//! the functions being inferred (an anonymous function is inferred while its parent is).

use crate::base::{ItemId, Location, ModuleId, TextRange};
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::{ExprId, ItemAst, TypeId};
use crate::types::hir::{Expr, ExprKind, Function};
use crate::types::ty::Ty;
use crate::types::{display, is_assignable, lower_type};

use super::foresight::Foresight;
use super::scope::Frame;

pub(super) struct Cx<'a> {
    pub db: &'a dyn Db,
    pub item: ItemId,
    pub module: ModuleId,
    pub ast: &'a ItemAst,
    pub found: Vec<Diagnostic>,
    /// Finished functions, the outer before the inner: see [`Cx::reserve_function`].
    pub functions: Vec<Option<Function>>,
    /// Whether an action (spec/language.md 5.10) may stand where the next expression stands; taken by
    /// [`Cx::expr`], so that operands do not inherit it.
    pub action_allowed: bool,
    /// The functions being inferred, the innermost last. Never empty while a body is inferred.
    pub frames: Vec<Frame>,
    /// What narrowing must know of assignments that come later in the text.
    pub foresight: Foresight,
}

impl Cx<'_> {
    pub fn report(&mut self, code: Code, range: TextRange, message: impl Into<String>) {
        let location = Location::new(self.item, range);
        self.found.push(Diagnostic::new(code, location, message));
    }

    /// The written type; what is wrong in it is reported.
    pub fn lower(&mut self, ty: TypeId) -> Ty {
        lower_type(self.db, self.item, self.ast, ty, &mut self.found)
    }

    pub fn range(&self, expr: ExprId) -> TextRange {
        self.ast.expr_range(expr)
    }

    pub fn display(&self, ty: Ty) -> String {
        display(self.db, ty)
    }

    pub fn fits(&self, from: Ty, to: Ty) -> bool {
        is_assignable(self.db, from, to)
    }

    /// E030 unless `expr` may stand where `ty` is expected. Makes no conversion: a value of a
    /// subtype is a value of the type. (`byte` where `int` is expected gets a `Convert`.)
    pub fn require(&mut self, expr: Expr, ty: Ty) -> Expr {
        if expr.ty == Ty::BYTE && ty == Ty::INT {
            let range = expr.range;
            return Expr {
                kind: ExprKind::Convert(Box::new(expr)),
                ty,
                range,
            };
        }
        if !self.fits(expr.ty, ty) {
            if let ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } = expr.kind
            {
                // The branch that does not fit is the smallest place.
                let kind = ExprKind::Ternary {
                    condition,
                    then: Box::new(self.require(*then, ty)),
                    otherwise: Box::new(self.require(*otherwise, ty)),
                };
                return Expr { kind, ..expr };
            }
            let message = format!(
                "incompatible types: expected '{}', found '{}'",
                self.display(ty),
                self.display(expr.ty)
            );
            self.report(Code::E030, expr.range, message);
        }
        expr
    }

    /// A place in the list of functions for one whose body is about to be inferred, so that it is listed
    /// before those written inside it.
    pub fn reserve_function(&mut self) -> usize {
        self.functions.push(None);
        self.functions.len() - 1
    }

    pub fn finish_function(&mut self, place: usize, function: Function) {
        if let Some(slot) = self.functions.get_mut(place) {
            *slot = Some(function);
        }
    }

    /// An expression that could not be typed; the reason has been reported.
    pub fn error_expr(range: TextRange) -> Expr {
        Expr {
            kind: ExprKind::Error,
            ty: Ty::ERROR,
            range,
        }
    }
}
