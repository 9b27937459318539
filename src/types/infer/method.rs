//! Calls of methods, of functions in record fields, of library functions of values, and of remote methods
//! (spec/language.md 5.6, 5.10).

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{Arg, ExprId, Ident};
use crate::types::hir::{Callee, Expr, ExprKind, FieldKind, MethodDef, ObjectDef, Visibility};
use crate::types::ty::{ObjectId, RecordId, Ty, TyKind};
use crate::types::{classify, lang_function, module_of, object_def, record_def, signature};

use super::call::call_expr;
use super::cx::Cx;

impl Cx<'_> {
    pub fn method_call(&mut self, id: ExprId, receiver: ExprId, name: Ident, args: &[Arg]) -> Expr {
        let range = self.range(id);
        let receiver = self.expr(receiver, None);
        match receiver.ty.kind() {
            TyKind::Error => self.no_call(args, range),
            TyKind::Object(object) => {
                let definition = object_def(self.db, *object);
                match definition.method(name.name) {
                    Some(method) => {
                        self.own_method(receiver, &definition, method, name, args, range)
                    }
                    None => self.lang_call(receiver, name, args, range),
                }
            }
            TyKind::Record(record) => match self.function_field(*record, name.name) {
                Some(ty) => {
                    let range_of_value = receiver.range.cover(name.range);
                    let value = Expr {
                        kind: ExprKind::Field {
                            base: Box::new(receiver),
                            name: name.name,
                            kind: FieldKind::Record(*record),
                            optional: false,
                        },
                        ty,
                        range: range_of_value,
                    };
                    self.value_call(value, name.as_str(), args, range)
                }
                None => self.lang_call(receiver, name, args, range),
            },
            _ => self.lang_call(receiver, name, args, range),
        }
    }

    fn own_method(
        &mut self,
        receiver: Expr,
        object: &ObjectDef,
        method: &MethodDef,
        name: Ident,
        args: &[Arg],
        range: TextRange,
    ) -> Expr {
        if method.is_remote {
            let message = "invalid remote function invocation syntax, use '->' operator";
            self.report(Code::E046, name.range, message);
        } else if !self.sees(object, method.visibility) {
            self.not_accessible(name.as_str(), name.range);
        }
        self.bound_call(receiver, object, method, args, range)
    }

    fn bound_call(
        &mut self,
        receiver: Expr,
        object: &ObjectDef,
        method: &MethodDef,
        args: &[Arg],
        range: TextRange,
    ) -> Expr {
        let callee = Callee::Method {
            receiver: Box::new(receiver),
            object: object.id,
            name: method.name,
            target: method.id,
        };
        self.finish_call(callee, method.name.as_str(), &method.signature, args, range)
    }

    /// The type of a field that holds a function.
    fn function_field(&self, record: RecordId, name: Name) -> Option<Ty> {
        let definition = record_def(self.db, record);
        let field = definition.field(name)?;
        let held = classify::without_nil(field.ty);
        matches!(held.kind(), TyKind::Function(_)).then(|| {
            if field.optional {
                field.ty.optional()
            } else {
                field.ty
            }
        })
    }

    /// Whether a member of `object` with this visibility may be used here.
    pub fn sees(&self, object: &ObjectDef, visibility: Visibility) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::Module => module_of(self.db, object.id.item) == self.module,
            Visibility::Private => self.is_inside(object.id),
        }
    }

    /// Whether this is a method of the object, or a function written in one.
    fn is_inside(&self, object: ObjectId) -> bool {
        let mut receivers = self
            .frames
            .iter()
            .filter_map(|frame| frame.receiver.as_ref());
        receivers.any(|receiver| receiver.object == object)
    }

    /// A function of the language library, with the receiver as its first argument.
    fn lang_call(&mut self, receiver: Expr, name: Ident, args: &[Arg], range: TextRange) -> Expr {
        let found = lang_function(self.db, receiver.ty, name.name)
            .and_then(|id| Some((id, signature(self.db, id)?)))
            .filter(|(_, signature)| !signature.params.is_empty() || signature.rest.is_some());
        let Some((id, signature)) = found else {
            let message = match receiver.ty.kind() {
                TyKind::Object(_) => {
                    let object = self.display(receiver.ty);
                    format!("undefined function '{}' in object '{object}'", name.name)
                }
                _ => format!("undefined function '{}'", name.name),
            };
            self.report(Code::E022, name.range, message);
            return self.no_call(args, range);
        };
        let matched = self.arguments_after(name.as_str(), &signature, Some(receiver), args, range);
        call_expr(Callee::Function(id), matched.args, matched.ret, range)
    }

    pub fn remote_call(
        &mut self,
        id: ExprId,
        receiver: ExprId,
        name: Ident,
        args: &[Arg],
        action_allowed: bool,
    ) -> Expr {
        let range = self.range(id);
        self.allow_action(action_allowed, range);
        let receiver = self.expr(receiver, None);
        let object = match receiver.ty.kind() {
            TyKind::Error => return self.no_call(args, range),
            TyKind::Object(object) => object_def(self.db, *object),
            _ => return self.no_client(&receiver, args, range),
        };
        if !object.is_client {
            return self.no_client(&receiver, args, range);
        }
        match object.method(name.name).filter(|method| method.is_remote) {
            Some(method) => {
                if !self.sees(&object, method.visibility) {
                    self.not_accessible(name.as_str(), name.range);
                }
                self.bound_call(receiver, &object, method, args, range)
            }
            None => {
                let message = format!(
                    "undefined remote function '{}' in client object {}",
                    name.name,
                    self.display(receiver.ty)
                );
                self.report(Code::E046, name.range, message);
                self.no_call(args, range)
            }
        }
    }

    fn no_client(&mut self, receiver: &Expr, args: &[Arg], range: TextRange) -> Expr {
        let message = "invalid remote function invocation, expected an client object";
        self.report(Code::E046, receiver.range, message);
        self.no_call(args, range)
    }
}
