//! Arguments matched to parameters (spec/language.md 5.5).
//!
//! Input: the arguments as written and a signature. Output: one entry for every parameter, in their order, and the
//! type of the result. Arguments are inferred in the order written, each with the type of its parameter; arrow
//! functions come last, when the other arguments have said what type parameters stand for.

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{self, ExprId};
use crate::types::hir::{Arg, Args, Expr, RestArgs};
use crate::types::ty::{FunctionTy, Ty};

use super::cx::Cx;
use super::generic::{Bindings, is_generic};

/// A call's arguments in their places, and what the call gives.
pub(super) struct Matched {
    pub args: Args,
    pub ret: Ty,
}

/// Where a written argument goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Param(usize),
    /// One member of the rest parameter.
    Rest,
    /// `...e`: the rest parameter itself.
    Spread,
    /// There is no place for it: reported.
    Nowhere,
}

impl Cx<'_> {
    /// Matches the arguments of a call of `name` to the parameters of `signature` (E040–E043) and infers each with
    /// the type of its parameter (E030). `range` is the whole call.
    pub fn arguments(
        &mut self,
        name: &str,
        signature: &FunctionTy,
        args: &[ast::Arg],
        range: TextRange,
    ) -> Matched {
        self.arguments_after(name, signature, None, args, range)
    }

    /// As [`Cx::arguments`]; `first` is the value whose method is called, the first argument.
    pub fn arguments_after(
        &mut self,
        name: &str,
        signature: &FunctionTy,
        first: Option<Expr>,
        args: &[ast::Arg],
        range: TextRange,
    ) -> Matched {
        let targets = self.targets(name, signature, first.is_some(), args);
        let mut bindings = Bindings::default();
        let mut matched = Args {
            positional: vec![None; signature.params.len()],
            rest: RestArgs::default(),
        };
        if let Some(first) = first {
            let target = if signature.params.is_empty() {
                Target::Rest
            } else {
                Target::Param(0)
            };
            let range = first.range;
            let value = self.learned(target.ty(signature), first, &mut bindings);
            target.put(&mut matched, Arg { value, range });
        }
        let mut values: Vec<Option<Expr>> = vec![None; args.len()];
        for late in [false, true] {
            for ((arg, &target), slot) in args.iter().zip(&targets).zip(&mut values) {
                if self.is_arrow(arg.value()) == late {
                    let ty = target.ty(signature);
                    *slot = Some(self.argument(arg.value(), ty, &mut bindings));
                }
            }
        }
        for ((arg, &target), value) in args.iter().zip(&targets).zip(values) {
            if let Some(value) = value {
                let range = self.argument_range(arg);
                target.put(&mut matched, Arg { value, range });
            }
        }
        if !targets.contains(&Target::Nowhere) {
            self.missing(name, signature, &matched, range);
        }
        Matched {
            args: matched,
            ret: bindings.instantiate(self.db, signature.ret),
        }
    }

    /// The arguments of a call of nothing: inferred for the mistakes inside them.
    pub fn stray_arguments(&mut self, args: &[ast::Arg]) {
        for arg in args {
            if !self.is_arrow(arg.value()) {
                self.expr(arg.value(), Some(Ty::ERROR));
            }
        }
    }

    /// Arrow functions alone need to know what type is expected.
    fn is_arrow(&self, value: ExprId) -> bool {
        match self.ast.expr(value) {
            ast::Expr::Group(inner) => self.is_arrow(*inner),
            ast::Expr::Arrow { .. } => true,
            _ => false,
        }
    }

    fn argument(&mut self, value: ExprId, ty: Option<Ty>, bindings: &mut Bindings) -> Expr {
        match ty {
            None => {
                if self.is_arrow(value) {
                    return Self::error_expr(self.range(value));
                }
                self.expr(value, None)
            }
            Some(ty) if is_generic(ty) => {
                let hint = bindings.hint(self.db, ty);
                let expr = self.expr(value, hint);
                self.learned(Some(ty), expr, bindings)
            }
            Some(ty) => self.expr_of(value, ty),
        }
    }

    /// The argument, checked for a parameter of type `ty`, from which type parameters learn what they are.
    fn learned(&mut self, ty: Option<Ty>, expr: Expr, bindings: &mut Bindings) -> Expr {
        let Some(ty) = ty else {
            return expr;
        };
        bindings.learn(self.db, ty, expr.ty);
        let wanted = bindings.instantiate(self.db, ty);
        if !self.fits(expr.ty, wanted) {
            bindings.give_up(ty);
        }
        self.require(expr, wanted)
    }

    /// Where each argument goes. At most one report of a surplus argument.
    fn targets(
        &mut self,
        name: &str,
        signature: &FunctionTy,
        has_first: bool,
        args: &[ast::Arg],
    ) -> Vec<Target> {
        let n_params = signature.params.len();
        let mut taken = vec![false; n_params];
        let mut next = usize::from(has_first && n_params > 0);
        if let (true, Some(first)) = (has_first, taken.first_mut()) {
            *first = true;
        }
        let mut has_items = has_first && n_params == 0;
        let mut named = false;
        let mut spread = false;
        let mut surplus = false;
        let mut targets = Vec::with_capacity(args.len());
        for arg in args {
            let range = self.argument_range(arg);
            let target = match *arg {
                ast::Arg::Positional(_) if named => {
                    self.report(
                        Code::E043,
                        range,
                        "positional argument not allowed after named arguments",
                    );
                    Target::Nowhere
                }
                ast::Arg::Positional(_) if !spread && next < n_params => {
                    next += 1;
                    if let Some(slot) = taken.get_mut(next - 1) {
                        *slot = true;
                    }
                    Target::Param(next - 1)
                }
                ast::Arg::Positional(_) if !spread && signature.rest.is_some() => {
                    has_items = true;
                    Target::Rest
                }
                ast::Arg::Named { name, .. } => {
                    named = true;
                    self.named_target(signature, name, &mut taken)
                }
                ast::Arg::Rest { .. } if named => {
                    self.report(
                        Code::E043,
                        range,
                        "rest argument not allowed after named arguments",
                    );
                    Target::Nowhere
                }
                ast::Arg::Rest { .. } if signature.rest.is_some() && !has_items && !spread => {
                    spread = true;
                    Target::Spread
                }
                ast::Arg::Positional(_) | ast::Arg::Rest { .. } => {
                    if !surplus {
                        let message = format!("too many arguments in call to '{name}()'");
                        self.report(Code::E041, range, message);
                    }
                    surplus = true;
                    Target::Nowhere
                }
            };
            targets.push(target);
        }
        targets
    }

    fn named_target(
        &mut self,
        signature: &FunctionTy,
        name: ast::Ident,
        taken: &mut [bool],
    ) -> Target {
        let mut params = signature.params.iter();
        let at = params.position(|param| param.name == Some(name.name));
        let slot = at.and_then(|at| taken.get_mut(at).map(|slot| (at, slot)));
        match slot {
            None => {
                let message = format!("undefined defaultable parameter '{}'", name.name);
                self.report(Code::E042, name.range, message);
                Target::Nowhere
            }
            Some((_, true)) => {
                let message = format!("redeclared argument '{}'", name.name);
                self.report(Code::E042, name.range, message);
                Target::Nowhere
            }
            Some((at, slot)) => {
                *slot = true;
                Target::Param(at)
            }
        }
    }

    fn missing(&mut self, name: &str, signature: &FunctionTy, matched: &Args, range: TextRange) {
        let params = signature.params.iter().zip(&matched.positional).enumerate();
        for (at, (param, arg)) in params {
            if arg.is_some() || param.defaultable {
                continue;
            }
            // Parameters of function types need no name.
            let missing = param
                .name
                .map_or_else(|| (at + 1).to_string(), |name| name.to_string());
            let message = format!("missing required parameter '{missing}' in call to '{name}'()");
            self.report(Code::E040, range, message);
        }
    }

    fn argument_range(&self, arg: &ast::Arg) -> TextRange {
        match *arg {
            ast::Arg::Positional(value) => self.range(value),
            ast::Arg::Named { range, .. } | ast::Arg::Rest { range, .. } => range,
        }
    }
}

impl Target {
    /// What is expected there.
    fn ty(self, signature: &FunctionTy) -> Option<Ty> {
        let rest = || signature.rest.as_ref().map(|rest| rest.ty);
        match self {
            Self::Param(at) => signature.params.get(at).map(|param| param.ty),
            Self::Rest => rest(),
            Self::Spread => rest().map(Ty::array),
            Self::Nowhere => None,
        }
    }

    fn put(self, args: &mut Args, arg: Arg) {
        match self {
            Self::Param(at) => {
                if let Some(slot) = args.positional.get_mut(at) {
                    *slot = Some(arg);
                }
            }
            Self::Rest => {
                if let RestArgs::Items(items) = &mut args.rest {
                    items.push(arg);
                }
            }
            Self::Spread => args.rest = RestArgs::Spread(Box::new(arg)),
            Self::Nowhere => {}
        }
    }
}
