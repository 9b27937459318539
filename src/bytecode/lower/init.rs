//! The program as a whole: what is reached from the main module, the initialisers of modules in the order of
//! their imports, services and the starting and stopping of listeners (language.md 7.1).
//!
//! A user's module is initialised whole. Of a library module only what the program reaches: its variables
//! have no effects that could be missed.

use rustc_hash::FxHashSet;

use crate::base::{FileId, ItemId, Location, ModuleId, Name, TextRange};
use crate::bytecode::chunk::{Code, Function};
use crate::bytecode::op::Op;
use crate::bytecode::typedesc::{FuncId, GlobalId, TypeId};
use crate::resolve::{self, DefKind};
use crate::types::hir::{self, Body, Expr, HirItemKind, ServiceDef, StmtKind};
use crate::types::{self, FuncKey, TyKind};

use super::LowerError;
use super::context::{Context, GlobalKind, file_name};
use super::function::{self, FnCx, Reg, Res};

/// What the initialisers of modules need to know.
#[derive(Default)]
struct Plan {
    /// Imported modules before their importers.
    modules: Vec<ModuleId>,
    services: Vec<Service>,
    /// The module variables that hold listeners, each once.
    listeners: Vec<GlobalId>,
}

struct Service {
    module: ModuleId,
    item: ItemId,
    /// Makes the service object and attaches it to its listeners.
    attach: FuncId,
}

pub(super) fn lower_program(cx: &mut Context<'_>, root: ModuleId) -> Result<(), LowerError> {
    let mut plan = Plan {
        modules: types::module_closure(cx.db, &[root]),
        ..Plan::default()
    };
    if let Some(main) = types::module_function(cx.db, root, "main")
        && types::function(cx.db, main).is_some_and(|main| main.is_public)
    {
        cx.program.main = Some(cx.function(main));
    }
    for module in plan.modules.clone() {
        if !module.is_library() {
            whole_module(cx, module, &mut plan)?;
        }
        if let Some(init) = types::module_function(cx.db, module, "__init") {
            cx.function(init);
        }
    }
    reach(cx)?;
    let used = modules_of_globals(cx, &plan.modules);
    let before = types::module_closure(cx.db, &used);
    let modules: Vec<ModuleId> = before
        .into_iter()
        .filter(|module| !plan.modules.contains(module))
        .collect();
    plan.modules.splice(0..0, modules);
    for module in plan.modules.clone() {
        let has_work = has_work(cx, module, &plan);
        if has_work {
            let init = lower_init(cx, module, &plan)?;
            cx.program.inits.push(init);
        }
    }
    if !plan.listeners.is_empty() {
        let start = lower_on_listeners(cx, "__start", &plan.listeners, true)?;
        let stop = lower_on_listeners(cx, "__gracefulStop", &plan.listeners, false)?;
        cx.program.start = Some(start);
        cx.program.stop = Some(stop);
    }
    Ok(())
}

/// Asks for everything in a module of the user that runs by itself.
fn whole_module(cx: &mut Context<'_>, module: ModuleId, plan: &mut Plan) -> Result<(), LowerError> {
    for &item in types::module_items(cx.db, module).iter() {
        let inferred = types::infer(cx.db, item);
        match &inferred.hir.kind {
            HirItemKind::Variable(variable) => {
                let global = cx.global_of(item);
                if variable.is_listener {
                    plan.add_listener(global);
                }
            }
            HirItemKind::Service(service) => {
                let attach = lower_attach(cx, item, service, plan)?;
                plan.services.push(Service {
                    module,
                    item,
                    attach,
                });
            }
            HirItemKind::Function(_)
            | HirItemKind::TypeDef { .. }
            | HirItemKind::Constant { .. }
            | HirItemKind::Annotation
            | HirItemKind::Error => {}
        }
    }
    Ok(())
}

/// Lowers until nothing new is asked for: code, then the initial values of the variables that it uses, then
/// the types that the natives in use may make.
fn reach(cx: &mut Context<'_>) -> Result<(), LowerError> {
    let mut n_globals = 0;
    let mut typed: FxHashSet<ModuleId> = FxHashSet::default();
    loop {
        cx.work_off()?;
        let is_new = name_types(cx, &mut typed);
        let used: Vec<GlobalKind> = cx
            .used_globals
            .iter()
            .skip(n_globals)
            .map(|used| used.kind)
            .collect();
        if used.is_empty() && !is_new {
            return Ok(());
        }
        n_globals += used.len();
        for kind in used {
            if let Some(id) = initial_of(cx, kind) {
                cx.function(id);
            }
        }
    }
}

/// The function that computes the first value of a module variable.
fn initial_of(cx: &Context<'_>, kind: GlobalKind) -> Option<hir::FuncId> {
    let (item, key): (ItemId, FuncKey) = match kind {
        GlobalKind::Annotation { item, value, .. } => (item, value?),
        GlobalKind::Item(item) => match &types::infer(cx.db, item).hir.kind {
            HirItemKind::Variable(variable) => (item, variable.initial),
            HirItemKind::Constant {
                initial: Some(initial),
                ..
            } => (item, *initial),
            _ => return None,
        },
    };
    Some(hir::FuncId { item, key })
}

/// Natives make values of the types that their module declares: those of every library module of which a
/// native is in use are named. Classes are named when the program has them already.
fn name_types(cx: &mut Context<'_>, typed: &mut FxHashSet<ModuleId>) -> bool {
    let mut modules = Vec::new();
    for function in &cx.program.functions {
        if let Code::Native(key) = function.code
            && let Some((module, _)) = key.as_str().split_once(':')
        {
            let module = ModuleId::new(module);
            if typed.insert(module) {
                modules.push(module);
            }
        }
    }
    for &module in &modules {
        for &item in types::module_items(cx.db, module).iter() {
            name_type(cx, module, item);
        }
    }
    !modules.is_empty()
}

fn name_type(cx: &mut Context<'_>, module: ModuleId, item: ItemId) {
    let definition = resolve::definition(cx.db, item);
    let may_be =
        |definition: resolve::Definition| definition.kind == DefKind::Type && !definition.is_object;
    if !definition.is_some_and(may_be) {
        return;
    }
    let ty = types::item_type(cx.db, item);
    let has_values_of_its_own = matches!(
        ty.kind(),
        TyKind::Record(_) | TyKind::ErrorType { .. } | TyKind::Union { .. }
    );
    if has_values_of_its_own {
        let id = cx.ty(ty);
        let name = Name::new(&format!("{}:{}", module.as_str(), item.name()));
        cx.program.named_types.insert(name, id);
    }
}

fn modules_of_globals(cx: &Context<'_>, known: &[ModuleId]) -> Vec<ModuleId> {
    let mut found = Vec::new();
    for used in &cx.used_globals {
        let module = types::module_of(cx.db, used.kind.item());
        if !known.contains(&module) && !found.contains(&module) {
            found.push(module);
        }
    }
    found
}

impl GlobalKind {
    /// The item in whose module the variable is initialised.
    fn item(self) -> ItemId {
        match self {
            Self::Item(item) | Self::Annotation { item, .. } => item,
        }
    }
}

impl Plan {
    fn add_listener(&mut self, global: GlobalId) {
        if !self.listeners.contains(&global) {
            self.listeners.push(global);
        }
    }
}

// ---- initialisers

fn has_work(cx: &Context<'_>, module: ModuleId, plan: &Plan) -> bool {
    plan.services.iter().any(|service| service.module == module)
        || types::module_function(cx.db, module, "__init").is_some()
        || cx
            .used_globals
            .iter()
            .any(|used| types::module_of(cx.db, used.kind.item()) == module)
}

/// Variables in the order of their dependencies, annotations, `__init`, services.
fn lower_init(cx: &mut Context<'_>, module: ModuleId, plan: &Plan) -> Result<FuncId, LowerError> {
    let mut steps = Vec::new();
    let order = types::init_order(cx.db, module);
    for &item in order.iter() {
        let kind = GlobalKind::Item(item);
        let used = cx.used_globals.iter().find(|used| used.kind == kind);
        if let Some(id) = used.map(|used| used.id) {
            steps.push((step(cx, kind, id), place_of(cx, item)));
        }
    }
    for used in cx.used_globals.clone() {
        let is_here = types::module_of(cx.db, used.kind.item()) == module;
        if is_here && matches!(used.kind, GlobalKind::Annotation { .. }) {
            let step = step(cx, used.kind, used.id);
            steps.push((step, place_of(cx, used.kind.item())));
        }
    }
    if let Some(init) = types::module_function(cx.db, module, "__init") {
        steps.push((Step::Run(cx.function(init)), place_of(cx, init.item)));
    }
    for service in plan
        .services
        .iter()
        .filter(|service| service.module == module)
    {
        let place = place_of(cx, service.item);
        steps.push((Step::Run(service.attach), place));
    }

    let item = types::module_items(cx.db, module).first().copied();
    let item = item.unwrap_or(ItemId::of_file(FileId::new("")));
    let func = synthetic(cx, module, item, "<init>");
    let place = Location::new(item, TextRange::default());
    function::lower_with(cx, func, item, None, place, |cx| {
        let register = cx.alloc()?;
        for (step, place) in &steps {
            cx.at_place(*place);
            cx.init_step(step, register);
        }
        cx.emit(Op::ReturnNil);
        Ok(())
    })?;
    Ok(func)
}

/// The start of a definition: its name, for a variable.
fn place_of(cx: &Context<'_>, item: ItemId) -> Location {
    let range = match &types::infer(cx.db, item).hir.kind {
        HirItemKind::Variable(variable) => variable.range,
        _ => TextRange::default(),
    };
    Location::new(item, range)
}

/// One thing that an initialiser does.
enum Step {
    /// The value of a function into a variable.
    Set(FuncId, GlobalId),
    /// An annotation without a value.
    SetTrue(GlobalId),
    /// A function that may fail.
    Run(FuncId),
}

fn step(cx: &mut Context<'_>, kind: GlobalKind, id: GlobalId) -> Step {
    match initial_of(cx, kind) {
        Some(initial) => Step::Set(cx.function(initial), id),
        None => Step::SetTrue(id),
    }
}

impl FnCx<'_, '_> {
    fn init_step(&mut self, step: &Step, a: Reg) {
        match *step {
            Step::Set(func, global) => {
                self.emit(Op::Call { a, d: func.0 });
                self.emit(Op::SetGlobal { a, d: global.0 });
            }
            Step::SetTrue(global) => {
                self.emit(Op::LoadBool { a, b: true });
                self.emit(Op::SetGlobal { a, d: global.0 });
            }
            Step::Run(func) => {
                self.emit(Op::Call { a, d: func.0 });
                self.return_if_error(a);
            }
        }
    }

    fn return_if_error(&mut self, a: Reg) {
        let fine = self.label();
        self.jump(Op::JmpNotError { a, d: 0 }, fine);
        self.emit(Op::Return { a });
        self.bind(fine);
    }
}

/// An entry for a function that no text of the program has.
fn synthetic(cx: &mut Context<'_>, module: ModuleId, item: ItemId, name: &str) -> FuncId {
    let func = cx.reserve_function(Name::new(name));
    if let Some(entry) = cx.program.function(func).cloned() {
        let module = crate::db::modules(cx.db)
            .get(module)
            .map_or(module.0, |source| source.short_name);
        let ret = TypeId::NIL_OR_ERROR;
        let file = file_name(item);
        cx.set_function(
            func,
            Function {
                module,
                file,
                ret,
                ..entry
            },
        );
    }
    func
}

// ---- services

/// A function that makes the object of a service and attaches it to its listeners.
fn lower_attach(
    cx: &mut Context<'_>,
    item: ItemId,
    service: &ServiceDef,
    plan: &mut Plan,
) -> Result<FuncId, LowerError> {
    let module = types::module_of(cx.db, item);
    let func = synthetic(cx, module, item, "<attach>");
    let class = cx.object_ty(service.object);
    let object = cx.global_of(item);
    let id = hir::FuncId {
        item,
        key: service.listener_function,
    };
    let Some(function) = types::function(cx.db, id) else {
        let at = Location::new(item, TextRange::default());
        let what = "a service";
        return Err(LowerError::Untyped { what, at });
    };
    let mut globals = Vec::new();
    for listener in &service.listeners {
        let global = match listener.variable {
            Some(variable) => cx.global_of(variable),
            None => {
                let ty = cx.ty(listener.ty);
                cx.hidden_global(Name::new("$listener"), ty)
            }
        };
        plan.add_listener(global);
        globals.push((global, listener.variable.is_none()));
    }
    let place = Location::new(item, function.name_range);
    function::lower_with(cx, func, item, Some(&function), place, |cx| {
        let made = cx.alloc()?;
        cx.emit(Op::NewObject {
            a: made,
            d: class.0,
        });
        cx.emit(Op::SetGlobal {
            a: made,
            d: object.0,
        });
        for (expr, &(global, is_new)) in listener_exprs(&function).zip(&globals) {
            cx.attach(expr, global, is_new, made, service.name)?;
        }
        cx.emit(Op::ReturnNil);
        Ok(())
    })?;
    Ok(func)
}

/// The listener expressions of a service head.
fn listener_exprs(function: &hir::Function) -> impl Iterator<Item = &Expr> {
    let stmts = match &function.body {
        Body::Block(block) => block.stmts.as_slice(),
        Body::Expr(_) | Body::External | Body::Abstract => &[],
    };
    stmts.iter().filter_map(|stmt| match &stmt.kind {
        StmtKind::Expr(expr) => Some(expr),
        _ => None,
    })
}

impl FnCx<'_, '_> {
    /// `listener.__attach(service, name)`.
    fn attach(
        &mut self,
        expr: &Expr,
        global: GlobalId,
        is_new: bool,
        service: Reg,
        name: Option<Name>,
    ) -> Res {
        self.begin_statement();
        self.at(expr.range);
        let mark = self.mark();
        let window = self.push(expr)?;
        if is_new {
            self.emit(Op::SetGlobal {
                a: window,
                d: global.0,
            });
        }
        let argument = self.alloc()?;
        self.move_to(argument, service);
        let named = self.alloc()?;
        match name {
            Some(name) => {
                let d = self.cx.string(name.as_str());
                self.emit(Op::LoadConst { a: named, d });
            }
            None => {
                self.emit(Op::LoadNil { a: named });
            }
        }
        self.call_method_named("__attach", window, 3);
        self.return_if_error(window);
        self.release(mark);
        Ok(())
    }
}

/// A function that calls `method` of every listener; with `may_fail`, the first error ends it.
fn lower_on_listeners(
    cx: &mut Context<'_>,
    method: &str,
    listeners: &[GlobalId],
    may_fail: bool,
) -> Result<FuncId, LowerError> {
    let func = cx.reserve_function(Name::new(method));
    let item = ItemId::of_file(FileId::new(""));
    let place = Location::new(item, TextRange::default());
    function::lower_with(cx, func, item, None, place, |cx| {
        let register = cx.alloc()?;
        for global in listeners {
            cx.emit(Op::GetGlobal {
                a: register,
                d: global.0,
            });
            cx.call_method_named(method, register, 1);
            if may_fail {
                cx.return_if_error(register);
            }
        }
        cx.emit(Op::ReturnNil);
        Ok(())
    })?;
    Ok(func)
}
