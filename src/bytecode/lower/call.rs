//! Calls: arguments go to consecutive registers at the top, the result comes back in the first of them.
//! A parameter that was left out gets the mark `Absent`; the callee fills its default in. A native cannot
//! do so: for it the caller makes literal defaults, and for others a function of code stands before it.

use crate::base::{Name, TextRange};
use crate::bytecode::op::Op;
use crate::bytecode::typedesc::TypeId;
use crate::types::hir::{
    Arg, Args, Body, Call, Callee, Expr, ExprKind, FuncId, RestArgs, Visibility,
};
use crate::types::{self, FunctionRef, ObjectId, Ty, TyKind};

use super::NativeCall;
use super::fast_path::{self, FastPath};
use super::function::{FnCx, Reg, Res};

/// What the caller knows of the parameters.
#[derive(Default)]
struct Parameters<'a> {
    /// The type of the rest parameter's list.
    rest: Option<TypeId>,
    /// The native called without the code of its defaults, which the caller makes.
    native: Option<&'a FunctionRef>,
}

impl FnCx<'_, '_> {
    /// The register where a call whose result is wanted in `dst` begins its arguments: `dst` itself when
    /// nothing lies above it.
    pub(super) fn window(&mut self, dst: Reg) -> Res<Reg> {
        if self.is_fresh(dst) && self.is_last(dst) {
            Ok(dst)
        } else {
            self.alloc()
        }
    }

    pub(super) fn call(&mut self, call: &Call, dst: Reg) -> Res {
        match &call.callee {
            Callee::Function(id) => self.call_function(*id, call, dst),
            Callee::Method {
                receiver,
                object,
                name,
                target,
            } => {
                let window = self.window(dst)?;
                self.value_to(receiver, window)?;
                self.call_method(receiver, *object, *name, *target, call, window)?;
                self.move_to(dst, window);
                Ok(())
            }
            Callee::Value(callee) => {
                let c = self.value(callee)?;
                let window = self.window(dst)?;
                let parameters = Parameters {
                    rest: self.rest_of(callee.ty),
                    native: None,
                };
                let b = self.arguments(window, 0, &call.args, &parameters)?;
                self.at(call.range);
                self.emit(Op::CallValue { a: window, b, c });
                self.move_to(dst, window);
                Ok(())
            }
        }
    }

    fn call_function(&mut self, id: FuncId, call: &Call, dst: Reg) -> Res {
        if let Some(fast_path) = fast_path::of(self.cx.db, id)
            && self.fast_call(fast_path, &call.args, call.range, dst)?
        {
            return Ok(());
        }
        let Some(function) = types::function(self.cx.db, id) else {
            return Err(self.untyped("a function that is called", call.range));
        };
        let window = self.window(dst)?;
        self.call_known(&function, id, 0, &call.args, call.range, window)?;
        self.move_to(dst, window);
        Ok(())
    }

    /// Calls the function `id` with `n_given` arguments that are already at `window`, and `args`.
    fn call_known(
        &mut self,
        function: &FunctionRef,
        id: FuncId,
        n_given: u8,
        args: &Args,
        range: TextRange,
        window: Reg,
    ) -> Res {
        let rest = self.rest_list(function);
        let is_native = matches!(function.body, Body::External);
        let is_library = types::module_of(self.cx.db, id.item).is_library();
        let makes_defaults = is_native && (!is_library || only_literal_defaults(function, args));
        let parameters = Parameters {
            rest,
            native: makes_defaults.then_some(function),
        };
        let b = self.arguments(window, n_given, args, &parameters)?;
        self.at(range);
        if is_native {
            self.note_native(function, id, range);
        }
        let op = if makes_defaults {
            let d = self.cx.bare_native(function, id).0;
            Op::CallNative { a: window, b, d }
        } else {
            let d = self.cx.function(id).0;
            Op::Call { a: window, d }
        };
        self.emit(op);
        Ok(())
    }

    /// Calls the initialiser of an object that is in `window`.
    pub(super) fn call_init(
        &mut self,
        function: &FunctionRef,
        id: FuncId,
        args: &Args,
        range: TextRange,
        window: Reg,
    ) -> Res {
        self.call_known(function, id, 1, args, range, window)
    }

    fn note_native(&mut self, function: &FunctionRef, id: FuncId, range: TextRange) {
        let module = types::module_of(self.cx.db, id.item);
        let here = types::module_of(self.cx.db, self.item);
        if module.is_library() && !here.is_library() {
            let call = NativeCall {
                key: super::context::native_key(self.cx.db, function, module),
                module,
                location: self.location(range),
            };
            self.cx.note_native_call(call);
        }
    }

    /// A method call with the receiver in `window`. Where only one class can stand, its code is called
    /// directly.
    fn call_method(
        &mut self,
        receiver: &Expr,
        object: ObjectId,
        name: Name,
        target: FuncId,
        call: &Call,
        window: Reg,
    ) -> Res {
        let Some(function) = types::function(self.cx.db, target) else {
            return Err(self.untyped("a method that is called", call.range));
        };
        if !matches!(function.body, Body::Abstract) && self.is_exactly(receiver, object) {
            return self.call_known(&function, target, 1, &call.args, call.range, window);
        }
        let rest = self.rest_list(&function);
        if matches!(function.body, Body::External) {
            self.note_native(&function, target, call.range);
        }
        let parameters = Parameters { rest, native: None };
        let b = self.arguments(window, 1, &call.args, &parameters)?;
        self.at(call.range);
        let d = self.cx.method_site(name);
        self.emit(Op::CallMethod { a: window, b, d });
        Ok(())
    }

    /// Whether every value of the receiver is of this very class: it is `self`, or the class has private
    /// members, which no other class can have.
    fn is_exactly(&self, receiver: &Expr, object: ObjectId) -> bool {
        let own = self
            .function
            .and_then(|function| function.receiver.as_ref());
        if let (ExprKind::Local(local), Some(own)) = (&self.peel(receiver).kind, own)
            && own.local == *local
            && own.object == object
        {
            return true;
        }
        let definition = types::object_def(self.cx.db, object);
        let private = Visibility::Private;
        let has_private = definition.fields.iter().any(|f| f.visibility == private)
            || definition.methods.iter().any(|m| m.visibility == private);
        has_private && !definition.is_abstract
    }

    /// Calls the method `name` of the object in `window`; `n_args` counts it.
    pub(super) fn call_method_named(&mut self, name: &str, window: Reg, n_args: u8) {
        let d = self.cx.method_site(Name::new(name));
        self.emit(Op::CallMethod {
            a: window,
            b: n_args,
            d,
        });
    }

    /// Calls the native `key` with the arguments from `window` on.
    pub(super) fn call_native(&mut self, key: &str, window: Reg, n_args: u8) {
        let d = self.cx.native(key, n_args).0;
        self.emit(Op::CallNative {
            a: window,
            b: n_args,
            d,
        });
    }

    /// Calls a function of code that takes nothing, for a value in `dst`.
    pub(super) fn call_thunk(&mut self, id: FuncId, dst: Reg) -> Res {
        let mark = self.mark();
        let window = self.window(dst)?;
        let d = self.cx.function(id).0;
        self.emit(Op::Call { a: window, d });
        self.move_to(dst, window);
        self.release(mark);
        Ok(())
    }

    // ---- arguments

    /// Puts the arguments into the registers from `window` on, of which `n_given` are there already;
    /// `window` itself is taken. How many there are then.
    fn arguments(
        &mut self,
        window: Reg,
        n_given: u8,
        args: &Args,
        parameters: &Parameters<'_>,
    ) -> Res<u8> {
        let mut n_args = n_given;
        for (at, arg) in args.positional.iter().enumerate() {
            let register = self.argument_register(window, n_args)?;
            match arg {
                Some(arg) => self.value_to(&arg.value, register)?,
                None => self.left_out(at, parameters, register)?,
            }
            n_args += 1;
        }
        match (&args.rest, parameters.rest) {
            (RestArgs::Items(items), Some(list)) => {
                let register = self.argument_register(window, n_args)?;
                let items: Vec<&Expr> = items.iter().map(|arg| &arg.value).collect();
                self.list_of(&items, list, register)?;
                n_args += 1;
            }
            (RestArgs::Spread(arg), Some(_)) => {
                let register = self.argument_register(window, n_args)?;
                self.value_to(&arg.value, register)?;
                n_args += 1;
            }
            (RestArgs::Items(_) | RestArgs::Spread(_), None) => {}
        }
        Ok(n_args)
    }

    fn argument_register(&mut self, window: Reg, at: u8) -> Res<Reg> {
        if at == 0 { Ok(window) } else { self.alloc() }
    }

    fn left_out(&mut self, at: usize, parameters: &Parameters<'_>, register: Reg) -> Res {
        let default = parameters
            .native
            .and_then(|native| native.params.get(at))
            .and_then(|param| param.default.as_ref());
        match default {
            Some(default) if is_literal(default) => self.value_to(default, register),
            _ => {
                self.emit(Op::LoadAbsent { a: register });
                Ok(())
            }
        }
    }

    /// The list type of the rest parameter of a function value.
    fn rest_of(&mut self, callee: Ty) -> Option<TypeId> {
        let TyKind::Function(function) = callee.kind() else {
            return None;
        };
        let element = self.cx.ty(function.rest.as_ref()?.ty);
        Some(self.cx.program.types.array(element))
    }

    // ---- start

    /// `start f(…)`: the arguments are evaluated here, the call happens on the new strand.
    pub(super) fn start(&mut self, call: &Call, dst: Reg) -> Res {
        let c = self.alloc()?;
        let mut parameters = Parameters::default();
        match &call.callee {
            Callee::Function(id) => {
                let Some(function) = types::function(self.cx.db, *id) else {
                    return Err(self.untyped("a function that is started", call.range));
                };
                parameters.rest = self.rest_list(&function);
                let d = self.cx.function(*id).0;
                self.emit(Op::LoadFunc { a: c, d });
            }
            Callee::Method {
                receiver,
                name,
                target,
                ..
            } => {
                let function = types::function(self.cx.db, *target);
                parameters.rest = function.and_then(|function| self.rest_list(&function));
                let b = self.operand(receiver, c)?;
                let d = self.cx.method_site(*name);
                self.emit(Op::BindMethod { a: c, b, d });
            }
            Callee::Value(callee) => {
                parameters.rest = self.rest_of(callee.ty);
                self.value_to(callee, c)?;
            }
        }
        let window = self.alloc()?;
        let b = self.arguments(window, 0, &call.args, &parameters)?;
        self.at(call.range);
        self.emit(Op::Start { a: window, b, c });
        self.move_to(dst, window);
        Ok(())
    }

    fn rest_list(&mut self, function: &FunctionRef) -> Option<TypeId> {
        let element = self.cx.ty(function.rest.as_ref()?.ty);
        Some(self.cx.program.types.array(element))
    }

    // ---- language library functions that are instructions

    /// Whether the call was lowered to the instruction of `fast_path`.
    fn fast_call(
        &mut self,
        fast_path: FastPath,
        args: &Args,
        range: TextRange,
        dst: Reg,
    ) -> Res<bool> {
        let Some(Some(first)) = args.positional.first() else {
            return Ok(false);
        };
        let first = &first.value;
        if !fast_path.fits(self.peel(first).ty) {
            return Ok(false);
        }
        match (fast_path, &args.rest) {
            (FastPath::Push, RestArgs::Items(items)) => self.push_all(first, items, range, dst)?,
            (FastPath::Push, RestArgs::Spread(_)) => return Ok(false),
            (FastPath::ListLen | FastPath::StringLen | FastPath::Sqrt | FastPath::Text, _) => {
                let b = self.operand(first, dst)?;
                self.at(range);
                self.emit(match fast_path {
                    FastPath::ListLen => Op::ListLen { a: dst, b },
                    FastPath::StringLen => Op::StringLen { a: dst, b },
                    FastPath::Sqrt => Op::SqrtFloat { a: dst, b },
                    FastPath::Text | FastPath::Push => Op::ToText { a: dst, b },
                });
            }
        }
        Ok(true)
    }

    fn push_all(&mut self, list: &Expr, items: &[Arg], range: TextRange, dst: Reg) -> Res {
        let a = self.value(list)?;
        // All members are evaluated before the first one is added.
        let first = self.mark();
        if items.len() == 1 {
            for item in items {
                let b = self.value(&item.value)?;
                self.at(range);
                self.emit(Op::Push { a, b });
            }
        } else {
            let b = self.alloc()?;
            let values: Vec<&Expr> = items.iter().map(|arg| &arg.value).collect();
            self.list_of(&values, TypeId::ANY_OR_ERROR_ARRAY, b)?;
            self.at(range);
            self.emit(Op::PushAll { a, b });
        }
        self.release(first);
        self.emit(Op::LoadNil { a: dst });
        Ok(())
    }
}

/// Whether the defaults of all parameters that `args` leaves out are literals.
fn only_literal_defaults(function: &FunctionRef, args: &Args) -> bool {
    let params = function.params.iter().enumerate();
    params
        .filter(|(at, _)| args.positional.get(*at).is_none_or(Option::is_none))
        .all(|(_, param)| match &param.default {
            Some(default) => is_literal(default),
            None => true,
        })
}

fn is_literal(default: &Expr) -> bool {
    matches!(default.kind, ExprKind::Literal(_))
}
