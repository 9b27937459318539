//! Calls: targets, arguments matched to parameters, `new`, and the calls that the language makes itself
//! (default values of fields, iterators).

use crate::base::{Name, TextRange};
use crate::types::hir::{Arg, Args, Call as HirCall, Callee, Expr, RestArgs};
use crate::types::{self, FuncId, ObjectId, Ty, TyKind};

use super::super::ir::{Argument, Call, ContainerKind, OpKind, Parts, Reg, RestArgument, Target};
use super::super::place::Key;
use super::super::unit::Unit;
use super::builder::Builder;
use super::places::literal_key;

/// Arguments, lowered.
struct Lowered {
    positional: Vec<Option<Argument>>,
    rest: Option<RestArgument>,
}

impl Builder<'_> {
    /// A call whose result has the type `ty`.
    pub fn call(&mut self, call: &HirCall, ty: Ty, is_started: bool) -> Reg {
        let range = call.range;
        let mut receiver = None;
        let mut trust = None;
        let target = match &call.callee {
            Callee::Function(id) => Target::Unit(Unit::Function(*id)),
            Callee::Method {
                receiver: object_expr,
                object,
                name,
                target,
            } => {
                receiver = Some(self.expr(object_expr));
                self.methods(*object, *name, *target)
            }
            Callee::Value(value) => {
                let function = self.expr(value);
                let ty = function_type(value.ty);
                self.called_types.push(ty);
                if let TyKind::Function(signature) = ty.kind() {
                    trust = signature.ret_mark.map(super::trust);
                }
                Target::Value { function, ty }
            }
        };
        let args = self.arguments(&call.args, range);
        self.callees_of(&target, &args);
        let to = self.temporary();
        let site = self.site();
        let call = Call {
            to,
            site,
            target,
            receiver,
            args: args.positional,
            rest: args.rest,
            parts: self.parts(ty),
            trust,
            trap: self.trap,
            is_started,
        };
        self.push(OpKind::Call(Box::new(call)), range);
        to
    }

    /// The methods that a call by the static type can mean: of every object type that can stand there.
    fn methods(&mut self, object: ObjectId, method: Name, target: FuncId) -> Target {
        let mut found = Vec::new();
        let definition = types::object_def(self.db, object);
        if !definition.is_abstract {
            found.push((object, Unit::Function(target)));
        }
        let ty = Ty::new(&TyKind::Object(object));
        for &candidate in types::objects(self.db).iter() {
            if candidate == object {
                continue;
            }
            let own = types::object_def(self.db, candidate);
            if own.is_abstract {
                continue;
            }
            let Some(implementation) = own.method(method) else {
                continue;
            };
            if types::is_assignable(self.db, Ty::new(&TyKind::Object(candidate)), ty) {
                found.push((candidate, Unit::Function(implementation.id)));
            }
        }
        if found.is_empty() {
            return Target::Unit(Unit::Function(target));
        }
        Target::Methods(found)
    }

    fn callees_of(&mut self, target: &Target, args: &Lowered) {
        let left_out: Vec<u32> = args
            .positional
            .iter()
            .zip(0..)
            .filter(|(arg, _)| arg.is_none())
            .map(|(_, index)| index)
            .collect();
        match target {
            Target::Unit(unit) => {
                self.callee_with_defaults(unit.function(), left_out.into_iter());
            }
            Target::Methods(methods) => {
                for (_, unit) in methods {
                    self.callee_with_defaults(unit.function(), left_out.iter().copied());
                }
            }
            Target::Value { .. } | Target::Worker(_) => {}
        }
    }

    fn arguments(&mut self, args: &Args, range: TextRange) -> Lowered {
        let mut positional = Vec::with_capacity(args.positional.len());
        for arg in &args.positional {
            positional.push(arg.as_ref().map(|arg| self.argument(arg)));
        }
        let rest = match &args.rest {
            RestArgs::Items(items) if items.is_empty() => None,
            RestArgs::Items(items) => {
                let items: Vec<Argument> = items.iter().map(|arg| self.argument(arg)).collect();
                let members = items
                    .iter()
                    .enumerate()
                    .map(|(index, arg)| (Key::Index(index as i64), arg.value))
                    .collect();
                let array = self.new_container(ContainerKind::Plain, members, range);
                Some(RestArgument {
                    array,
                    items,
                    is_spread: false,
                })
            }
            RestArgs::Spread(arg) => {
                let item = self.argument(arg);
                Some(RestArgument {
                    array: item.value,
                    items: vec![item],
                    is_spread: true,
                })
            }
        };
        Lowered { positional, rest }
    }

    fn argument(&mut self, arg: &Arg) -> Argument {
        let ty = arg.value.ty;
        if matches!(ty.kind(), TyKind::Function(_)) {
            self.called_types.push(ty);
        }
        Argument {
            value: self.expr(&arg.value),
            range: arg.range,
            key: literal_key(&arg.value),
        }
    }

    /// `new T(args)`: the bare object, then `__init` as a method call on it.
    pub fn new_object(
        &mut self,
        object: ObjectId,
        init: Option<FuncId>,
        args: &Args,
        expr: &Expr,
    ) -> Reg {
        let range = expr.range;
        let receiver = self.bare_object(object, range);
        let args = self.arguments(args, range);
        let Some(init) = init else {
            return receiver;
        };
        let target = Target::Unit(Unit::Function(init));
        self.callees_of(&target, &args);
        let to = self.temporary();
        let site = self.site();
        let call = Call {
            to,
            site,
            target,
            receiver: Some(receiver),
            args: args.positional,
            rest: args.rest,
            parts: Parts {
                simple: false,
                ..self.parts(expr.ty)
            },
            trust: None,
            trap: self.trap,
            is_started: false,
        };
        self.push(OpKind::Call(Box::new(call)), range);
        // The result of `__init` is nil or an error.
        if self.parts(expr.ty).error {
            return self.join(vec![receiver, to], range);
        }
        receiver
    }

    /// The default value of a field.
    pub fn call_synthetic(&mut self, id: FuncId, ty: Ty, range: TextRange) -> Reg {
        self.call_unit(id, None, ty, range)
    }

    fn call_unit(&mut self, id: FuncId, receiver: Option<Reg>, ty: Ty, range: TextRange) -> Reg {
        self.callee(Unit::Function(id));
        let to = self.temporary();
        let site = self.site();
        let call = Call {
            to,
            site,
            target: Target::Unit(Unit::Function(id)),
            receiver,
            args: Vec::new(),
            rest: None,
            parts: self.parts(ty),
            trust: None,
            trap: self.trap,
            is_started: false,
        };
        self.push(OpKind::Call(Box::new(call)), range);
        to
    }

    // ---- iterators ----------------------------------------------------------------------------------

    /// The iterator of an object with `__iterator()`; other values are walked themselves.
    pub fn iterator(&mut self, iterable: Reg, ty: Ty, range: TextRange) -> Reg {
        let mut found = vec![iterable];
        for member in ty.members() {
            if let TyKind::Object(object) = member.kind()
                && let Some((result, _)) = self.call_named(*object, "__iterator", iterable, range)
            {
                found.push(result);
            }
        }
        if found.len() == 1 {
            return iterable;
        }
        self.join(found, range)
    }

    /// What `next()` of the iterator gives.
    pub fn next_item(&mut self, item: Reg, iterator: Reg, ty: Ty, range: TextRange) -> Reg {
        let mut found = vec![item];
        for member in ty.members() {
            let TyKind::Object(object) = member.kind() else {
                continue;
            };
            let definition = types::object_def(self.db, *object);
            let Some(method) = definition.method(Name::new("__iterator")) else {
                continue;
            };
            for result in method.signature.ret.members() {
                if let TyKind::Object(walk) = result.kind()
                    && let Some((next, _)) = self.call_named(*walk, "next", iterator, range)
                {
                    let value = self.member(next, Key::named("value"), Parts::ALL, range);
                    found.push(value);
                }
            }
        }
        self.join(found, range)
    }

    fn call_named(
        &mut self,
        object: ObjectId,
        method: &str,
        receiver: Reg,
        range: TextRange,
    ) -> Option<(Reg, Ty)> {
        let name = Name::new(method);
        let definition = types::object_def(self.db, object);
        let found = definition.method(name)?;
        let ret = found.signature.ret;
        let target = self.methods(object, name, found.id);
        let args = Lowered {
            positional: Vec::new(),
            rest: None,
        };
        self.callees_of(&target, &args);
        let to = self.temporary();
        let site = self.site();
        let call = Call {
            to,
            site,
            target,
            receiver: Some(receiver),
            args: Vec::new(),
            rest: None,
            parts: self.parts(ret),
            trust: None,
            trap: self.trap,
            is_started: false,
        };
        self.push(OpKind::Call(Box::new(call)), range);
        Some((to, ret))
    }
}

/// The function type of a value that is called.
fn function_type(ty: Ty) -> Ty {
    let members = ty.members();
    let found = members
        .iter()
        .find(|member| matches!(member.kind(), TyKind::Function(_)));
    found.copied().unwrap_or(ty)
}
