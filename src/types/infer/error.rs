//! Error constructors: `error(reason, k = v)` and `T(k = v)` (spec/language.md 5.11).
//!
//! The direct form takes its type from its place: the error type there to which reason and details fit, else the
//! type `error`. The indirect form names the type; its reason may be left out when only one is possible.

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{Arg, ExprId, Ident};
use crate::types::hir::{Expr, ExprKind};
use crate::types::ty::{Ty, TyKind};
use crate::types::{classify, generic_error, literal_base, record_def};

use super::cx::Cx;
use super::generic::error_parts;

/// The arguments of an error constructor, sorted.
#[derive(Default)]
struct Written {
    reason: Option<ExprId>,
    details: Vec<(Ident, ExprId)>,
}

impl Cx<'_> {
    pub fn error_constructor(&mut self, id: ExprId, args: &[Arg], expected: Option<Ty>) -> Expr {
        let range = self.range(id);
        let written = self.error_arguments(args);
        let Some(reason) = written.reason else {
            let message = "error reason is mandatory for direct error constructor";
            self.report(Code::E062, range, message);
            for (_, value) in written.details {
                self.expr(value, Some(Ty::ERROR));
            }
            return Self::error_expr(range);
        };
        let candidates = classify::error_part(expected.unwrap_or(Ty::NEVER)).members();
        let reasons = candidates.iter().filter_map(|ty| error_parts(*ty));
        let hint = match candidates.as_slice() {
            [_] => Ty::union(reasons.map(|(reason, _)| reason)),
            _ => Ty::union(reasons.map(|(reason, _)| reason).chain([Ty::STRING])),
        };
        let reason = self.expr(reason, Some(hint));
        if !self.fits(reason.ty, Ty::STRING) {
            let message = format!(
                "invalid error reason type '{}', expected a subtype of 'string'",
                self.display(reason.ty)
            );
            self.report(Code::E062, reason.range, message);
        }
        let ty = match candidates.as_slice() {
            [] => generic_error(self.db),
            [only] => *only,
            _ => {
                let fitting = candidates
                    .iter()
                    .find(|ty| self.could_be(**ty, reason.ty, &written.details));
                fitting.copied().unwrap_or_else(|| generic_error(self.db))
            }
        };
        // A reason that is no string has been reported.
        let reason = if self.fits(reason.ty, Ty::STRING) {
            let wanted = error_parts(ty).map_or(Ty::ERROR, |(reason, _)| reason);
            self.require(reason, wanted)
        } else {
            reason
        };
        self.error_value(ty, reason, &written.details, range)
    }

    /// `T(k = v)` with an error type `T`.
    pub fn error_of_type(&mut self, ty: Ty, args: &[Arg], range: TextRange) -> Expr {
        let written = self.error_arguments(args);
        let Some((wanted, _)) = error_parts(ty) else {
            return Self::error_expr(range);
        };
        let reason = match (written.reason, wanted.kind()) {
            (Some(reason), _) => self.expr_of(reason, wanted),
            (None, TyKind::Singleton(value)) => Expr {
                kind: ExprKind::Literal(value.clone()),
                ty: literal_base(value),
                range,
            },
            (None, _) => {
                let message = format!(
                    "cannot infer reason from error constructor: '{}'",
                    self.display(ty)
                );
                self.report(Code::E062, range, message);
                Self::error_expr(range)
            }
        };
        self.error_value(ty, reason, &written.details, range)
    }

    /// The reason, if one is given, and the named details; anything else is E062.
    fn error_arguments(&mut self, args: &[Arg]) -> Written {
        let mut written = Written::default();
        for (at, arg) in args.iter().enumerate() {
            match *arg {
                Arg::Positional(value) if at == 0 => written.reason = Some(value),
                Arg::Named { name, value, .. } => {
                    if written
                        .details
                        .iter()
                        .any(|(known, _)| known.name == name.name)
                    {
                        let message = format!("redeclared argument '{}'", name.name);
                        self.report(Code::E042, name.range, message);
                        self.expr(value, Some(Ty::ERROR));
                    } else {
                        written.details.push((name, value));
                    }
                }
                Arg::Positional(value) => self.unnamed_detail(value, self.range(value)),
                Arg::Rest { value, range } => self.unnamed_detail(value, range),
            }
        }
        written
    }

    fn unnamed_detail(&mut self, value: ExprId, range: TextRange) {
        let message = "error detail argument must be passed as named arguments";
        self.report(Code::E062, range, message);
        self.expr(value, Some(Ty::ERROR));
    }

    /// Whether an error type has room for a reason and for details of these names.
    fn could_be(&self, ty: Ty, reason: Ty, details: &[(Ident, ExprId)]) -> bool {
        let Some((wanted, detail)) = error_parts(ty) else {
            return false;
        };
        self.fits(reason, wanted)
            && details
                .iter()
                .all(|(name, _)| self.detail_type(detail, name.name).is_some())
            && self
                .required_details(detail)
                .iter()
                .all(|name| details.iter().any(|(given, _)| given.name == *name))
    }

    fn error_value(
        &mut self,
        ty: Ty,
        reason: Expr,
        details: &[(Ident, ExprId)],
        range: TextRange,
    ) -> Expr {
        let detail_ty = error_parts(ty).map_or(Ty::ERROR, |(_, detail)| detail);
        let mut detail = Vec::with_capacity(details.len());
        for (name, value) in details {
            let wanted = self.detail_type(detail_ty, name.name);
            if wanted.is_none() {
                let message = format!(
                    "undefined field '{}' in record '{}'",
                    name.name,
                    self.display(detail_ty)
                );
                self.report(Code::E023, name.range, message);
            }
            let value = self.expr_of(*value, wanted.unwrap_or(Ty::ERROR));
            detail.push((name.name, value));
        }
        for name in self.required_details(detail_ty) {
            if !details.iter().any(|(given, _)| given.name == name) {
                let message = format!("missing non-defaultable required record field '{name}'");
                self.report(Code::E070, range, message);
            }
        }
        Expr {
            kind: ExprKind::ErrorNew {
                reason: Box::new(reason),
                detail,
                detail_ty,
            },
            ty,
            range,
        }
    }

    /// What the detail may hold under a name; `None`: nothing.
    fn detail_type(&self, detail: Ty, name: Name) -> Option<Ty> {
        match detail.kind() {
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                let field = definition.field(name).map(|field| field.ty);
                field.or(definition.rest)
            }
            TyKind::Map(element) => Some(*element),
            _ => Some(Ty::ERROR),
        }
    }

    fn required_details(&self, detail: Ty) -> Vec<Name> {
        let TyKind::Record(id) = detail.kind() else {
            return Vec::new();
        };
        let definition = record_def(self.db, *id);
        let fields = definition.fields.iter();
        fields
            .filter(|field| !field.optional && field.default.is_none())
            .map(|field| field.name)
            .collect()
    }
}
