//! Which of several expected types take a constructor (spec/language.md 4.3), found without a trace:
//! constructors and literals are compared by their form, other expressions by the type that they have.

use rustc_hash::FxHashMap;

use crate::syntax::ast::{self, ExprId, RecordEntry, RecordKey, UnaryOp};
use crate::types::hir::RecordDef;
use crate::types::ty::{Ty, TyKind};
use crate::types::{param_bound, record_def};

use super::cx::Cx;
use super::literal::{choose, forms};

/// What was found out already: a nested constructor is asked about many types, each once.
#[derive(Default)]
struct Known {
    admits: FxHashMap<(ExprId, Ty), bool>,
    types: FxHashMap<ExprId, Ty>,
}

impl Cx<'_> {
    /// Those of `targets` that take the constructor `id`.
    pub(super) fn admitting(&mut self, id: ExprId, targets: &[Ty]) -> Vec<Ty> {
        let mut known = Known::default();
        targets
            .iter()
            .copied()
            .filter(|&target| self.admits(id, target, &mut known))
            .collect()
    }

    fn admits(&mut self, id: ExprId, ty: Ty, known: &mut Known) -> bool {
        if let Some(&found) = known.admits.get(&(id, ty)) {
            return found;
        }
        let found = self.admits_anew(id, ty, known);
        known.admits.insert((id, ty), found);
        found
    }

    fn admits_anew(&mut self, id: ExprId, ty: Ty, known: &mut Known) -> bool {
        if let TyKind::Param(item) = ty.kind() {
            return self.admits(id, param_bound(self.db, *item), known);
        }
        let ast = self.ast;
        match ast.expr(id) {
            ast::Expr::Group(inner) => self.admits(*inner, ty, known),
            ast::Expr::Unary {
                op: UnaryOp::Minus,
                operand,
            } if matches!(ast.expr(*operand), ast::Expr::Literal(_)) => {
                self.admits(*operand, ty, known)
            }
            ast::Expr::Literal(ast::Literal::Null) => self.fits(Ty::JSON, ty),
            ast::Expr::Literal(literal) if !matches!(literal, ast::Literal::Bytes(_)) => {
                let forms = forms(literal);
                choose(&forms, Some(ty)).is_some()
                    || forms
                        .first()
                        .is_some_and(|natural| self.fits(crate::types::literal_base(natural), ty))
            }
            ast::Expr::List(items) => {
                let members = ty.members();
                members
                    .into_iter()
                    .any(|member| self.list_admits(items, member, known))
            }
            ast::Expr::Record(entries) => {
                let members = ty.members();
                members
                    .into_iter()
                    .any(|member| self.mapping_admits(entries, member, known))
            }
            ast::Expr::Arrow { .. } => has_member(ty, |kind| matches!(kind, TyKind::Function(_))),
            ast::Expr::New { class: None, .. } => has_member(ty, |kind| {
                matches!(kind, TyKind::Object(_) | TyKind::Stream(_))
            }),
            ast::Expr::Table(_) => has_member(ty, |kind| matches!(kind, TyKind::Table(_))),
            _ => {
                let own = match known.types.get(&id) {
                    Some(&own) => own,
                    None => {
                        let own = self.type_without_trace(id);
                        known.types.insert(id, own);
                        own
                    }
                };
                self.fits(own, ty)
            }
        }
    }

    fn list_admits(&mut self, items: &[ExprId], ty: Ty, known: &mut Known) -> bool {
        let mut all = |cx: &mut Self, items: &[ExprId], ty: Ty| {
            items.iter().all(|&item| cx.admits(item, ty, known))
        };
        match ty.kind() {
            TyKind::Array { element, size } => {
                size.is_none_or(|size| size as usize == items.len()) && all(self, items, *element)
            }
            TyKind::Tuple { members, rest } => {
                let Some((own, further)) = items.split_at_checked(members.len()) else {
                    return false;
                };
                own.iter()
                    .zip(members)
                    .all(|(&item, &ty)| all(self, &[item], ty))
                    && match rest {
                        Some(rest) => all(self, further, *rest),
                        None => further.is_empty(),
                    }
            }
            TyKind::Json => all(self, items, Ty::JSON),
            TyKind::Any | TyKind::Anydata => !items.is_empty() && all(self, items, ty),
            _ => ty.is_error(),
        }
    }

    fn mapping_admits(&mut self, entries: &[RecordEntry], ty: Ty, known: &mut Known) -> bool {
        let value_type = match ty.kind() {
            TyKind::Map(value) => *value,
            TyKind::Json => Ty::JSON,
            TyKind::Record(id) => {
                let definition = record_def(self.db, *id);
                return self.record_admits(entries, &definition, known);
            }
            _ => return ty.is_error(),
        };
        entries
            .iter()
            .all(|entry| self.admits(entry.value, value_type, known))
    }

    fn record_admits(
        &mut self,
        entries: &[RecordEntry],
        definition: &RecordDef,
        known: &mut Known,
    ) -> bool {
        let name_of = |entry: &RecordEntry| match &entry.key {
            RecordKey::Ident(name) => Some(name.name),
            RecordKey::String { value, .. } => Some(crate::base::Name::new(value)),
            RecordKey::Computed(_) => None,
        };
        let given: rustc_hash::FxHashSet<_> = entries.iter().filter_map(name_of).collect();
        let complete = definition
            .fields
            .iter()
            .all(|field| field.optional || field.default.is_some() || given.contains(&field.name));
        complete
            && entries.iter().all(|entry| {
                let Some(name) = name_of(entry) else {
                    return true;
                };
                match (definition.field(name), definition.rest, &entry.key) {
                    (Some(field), _, _) => self.admits(entry.value, field.ty, known),
                    (None, Some(rest), RecordKey::String { .. }) => {
                        self.admits(entry.value, rest, known)
                    }
                    _ => false,
                }
            })
    }

    /// The type of an expression, whose mistakes and functions are those of its real inference later.
    fn type_without_trace(&mut self, id: ExprId) -> Ty {
        let (found, functions) = (self.found.len(), self.functions.len());
        let ty = self.expr(id, None).ty;
        self.found.truncate(found);
        self.functions.truncate(functions);
        ty
    }
}

fn has_member(ty: Ty, is: impl Fn(&TyKind) -> bool) -> bool {
    ty.members().iter().any(|member| is(member.kind()))
}
