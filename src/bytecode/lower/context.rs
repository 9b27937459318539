//! The program that is being made, with the maps that keep each function, constant, module variable and
//! name once, and the queue of functions whose code is still to be written.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{FileId, ItemId, LineIndex, ModuleId, Name};
use crate::bytecode::chunk::{Code, Const, Function, Global, MethodSite, Param, Program};
use crate::bytecode::op::Op;
use crate::bytecode::shape::{MAX_WORDS, Shape};
use crate::bytecode::typedesc::{FuncId, GlobalId, TypeId};
use crate::db::{self, Db};
use crate::types::hir::{self, Body, FuncKey};
use crate::types::{self, FunctionRef, ObjectId};

use super::cells::Cells;
use super::function;
use super::types::TypeMap;
use super::{LowerError, Lowered, NativeCall};

/// Code that is still to be written.
enum Job {
    /// The body of a function of the program.
    Body { id: hir::FuncId, func: FuncId },
    /// The defaults of a native's parameters, then the native.
    WithDefaults {
        id: hir::FuncId,
        func: FuncId,
        native: FuncId,
    },
    /// Makes an object whose initialiser needs no arguments.
    Filler { object: ObjectId, func: FuncId },
}

/// A module variable that code uses, in the order in which it was met.
#[derive(Clone, Debug)]
pub(super) struct UsedGlobal {
    pub(super) id: GlobalId,
    pub(super) kind: GlobalKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum GlobalKind {
    /// A variable, listener, structured constant or service.
    Item(ItemId),
    /// The value of an annotation: `value` is the function that computes it; without, it is `true`.
    Annotation {
        item: ItemId,
        value: Option<FuncKey>,
        node: u32,
    },
}

pub(super) struct Context<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) program: Program,
    pub(super) types: TypeMap,
    functions: FxHashMap<hir::FuncId, FuncId>,
    natives: FxHashMap<Name, FuncId>,
    fillers: FxHashMap<ObjectId, FuncId>,
    jobs: VecDeque<Job>,
    constants: FxHashMap<ConstKey, u32>,
    shapes: FxHashMap<TypeId, Arc<Shape>>,
    globals: FxHashMap<GlobalKind, GlobalId>,
    pub(super) used_globals: Vec<UsedGlobal>,
    pub(super) locks: super::control::LockGroups,
    lines: FxHashMap<FileId, Arc<LineIndex>>,
    cells: FxHashMap<ItemId, Arc<Cells>>,
    native_calls: Vec<NativeCall>,
    n_lambdas: u32,
}

#[derive(PartialEq, Eq, Hash)]
enum ConstKey {
    Int(i64),
    Float(u64),
    Decimal(Box<str>),
    String(Box<str>),
    Bytes(Box<[u8]>),
    Keys(Box<[Box<str>]>),
}

impl<'db> Context<'db> {
    pub(super) fn new(db: &'db dyn Db) -> Self {
        Self {
            db,
            program: Program::new(),
            types: TypeMap::default(),
            functions: FxHashMap::default(),
            natives: FxHashMap::default(),
            fillers: FxHashMap::default(),
            jobs: VecDeque::new(),
            constants: FxHashMap::default(),
            shapes: FxHashMap::default(),
            globals: FxHashMap::default(),
            used_globals: Vec::new(),
            locks: super::control::LockGroups::default(),
            lines: FxHashMap::default(),
            cells: FxHashMap::default(),
            native_calls: Vec::new(),
            n_lambdas: 0,
        }
    }

    /// Writes the code of everything that was asked for.
    pub(super) fn work_off(&mut self) -> Result<(), LowerError> {
        while let Some(job) = self.jobs.pop_front() {
            match job {
                Job::Body { id, func } => function::lower_body(self, id, func)?,
                Job::WithDefaults { id, func, native } => {
                    function::lower_native_wrapper(self, id, func, native)?;
                }
                Job::Filler { object, func } => function::lower_filler(self, object, func)?,
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Lowered, LowerError> {
        self.program.n_locks = self.locks.resolve(&mut self.program.ops);
        self.program.link()?;
        Ok(Lowered {
            program: self.program,
            native_calls: self.native_calls,
        })
    }

    // ---- functions

    /// The function `id`; its code is written later when it was not asked for before.
    pub(super) fn function(&mut self, id: hir::FuncId) -> FuncId {
        if let Some(&func) = self.functions.get(&id) {
            return func;
        }
        let func = self.reserve_function(Name::new("$function"));
        self.functions.insert(id, func);
        if let Some(function) = types::function(self.db, id) {
            self.describe(&function, id, func);
        }
        func
    }

    /// An entry without code.
    pub(super) fn reserve_function(&mut self, name: Name) -> FuncId {
        let func = FuncId(index_u32(self.program.functions.len()));
        let empty = Name::new("");
        self.program.functions.push(Function {
            name,
            module: empty,
            module_path: empty,
            file: empty,
            code: Code::Missing,
            n_regs: 1,
            params: Vec::new(),
            rest: None,
            ret: TypeId::NIL,
            captures_at: 0,
            ty: TypeId::FUNCTION,
            annotations: Vec::new(),
        });
        func
    }

    fn describe(&mut self, function: &FunctionRef, id: hir::FuncId, func: FuncId) {
        let entry = self.entry_of(function, id);
        self.set_function(func, entry);
        match function.body {
            Body::External => {
                let module = types::module_of(self.db, id.item);
                if !module.is_library() {
                    return;
                }
                let native = native_key(self.db, function, module);
                if has_defaults(function) {
                    let native = self.native_entry(native, func);
                    self.jobs.push_back(Job::WithDefaults { id, func, native });
                } else {
                    self.natives.entry(native).or_insert(func);
                    self.set_code(func, Code::Native(native));
                }
            }
            Body::Abstract => {}
            Body::Block(_) | Body::Expr(_) => self.jobs.push_back(Job::Body { id, func }),
        }
    }

    fn entry_of(&mut self, function: &FunctionRef, id: hir::FuncId) -> Function {
        let module = types::module_of(self.db, id.item);
        let mut params = Vec::with_capacity(function.params.len());
        for param in &function.params {
            params.push(Param {
                name: param.name,
                ty: self.ty(param.ty),
                has_default: param.default.is_some(),
            });
        }
        let rest = function.rest.as_ref().map(|rest| self.ty(rest.ty));
        let ret = self.ty(function.ret.ty);
        let ty = self.function_ty(params.iter().map(|param| param.ty).collect(), rest, ret);
        let n_self = usize::from(function.receiver.is_some());
        let captures_at = n_self + params.len() + usize::from(rest.is_some());
        Function {
            name: self.display_name(function),
            module: short_name(self.db, module),
            module_path: module.0,
            file: file_name(id.item),
            code: Code::Missing,
            n_regs: 1,
            params,
            rest,
            ret,
            captures_at: u8::try_from(captures_at).unwrap_or(u8::MAX),
            ty,
            annotations: self.annotations(id.item, &function.annotations),
        }
    }

    /// As stack traces print it.
    fn display_name(&mut self, function: &FunctionRef) -> Name {
        if let Some(receiver) = &function.receiver {
            let object = types::object_def(self.db, receiver.object);
            let owner = object.name.map_or("$object", Name::as_str);
            return Name::new(&format!("{owner}.{}", function.name));
        }
        if function.key.kind == types::FuncKind::Lambda {
            self.n_lambdas += 1;
            return Name::new(&format!("$lambda${}", self.n_lambdas));
        }
        function.name
    }

    /// The native with this key, which takes `n_args` arguments.
    pub(super) fn native(&mut self, key: &str, n_args: u8) -> FuncId {
        let key = Name::new(key);
        if let Some(&func) = self.natives.get(&key) {
            return func;
        }
        let func = self.reserve_function(key);
        self.set_code(func, Code::Native(key));
        if let Some(entry) = self.program.functions.get_mut(func.0 as usize) {
            entry.captures_at = n_args;
        }
        self.natives.insert(key, func);
        func
    }

    /// The native `key` beside the function `like` that adds its defaults.
    fn native_entry(&mut self, key: Name, like: FuncId) -> FuncId {
        if let Some(&func) = self.natives.get(&key) {
            return func;
        }
        let func = self.native(key.as_str(), 0);
        if let Some(entry) = self.program.function(like).cloned() {
            let code = Code::Native(key);
            self.set_function(func, Function { code, ..entry });
        }
        func
    }

    /// Where a `Native` function of the program goes when it is called with all its arguments: the
    /// native itself, without the code that fills defaults in.
    pub(super) fn bare_native(&mut self, function: &FunctionRef, id: hir::FuncId) -> FuncId {
        let func = self.function(id);
        let module = types::module_of(self.db, id.item);
        if !module.is_library() || !has_defaults(function) {
            return func;
        }
        let key = native_key(self.db, function, module);
        self.native_entry(key, func)
    }

    /// Makes objects of a class that needs no arguments.
    pub(super) fn filler(&mut self, object: ObjectId) -> FuncId {
        if let Some(&func) = self.fillers.get(&object) {
            return func;
        }
        let func = self.reserve_function(Name::new("$filler"));
        self.fillers.insert(object, func);
        self.jobs.push_back(Job::Filler { object, func });
        func
    }

    pub(super) fn set_function(&mut self, func: FuncId, function: Function) {
        if let Some(entry) = self.program.functions.get_mut(func.0 as usize) {
            *entry = function;
        }
    }

    pub(super) fn set_code(&mut self, func: FuncId, code: Code) {
        if let Some(entry) = self.program.functions.get_mut(func.0 as usize) {
            entry.code = code;
        }
    }

    pub(super) fn set_registers(&mut self, func: FuncId, n_regs: u8) {
        if let Some(entry) = self.program.functions.get_mut(func.0 as usize) {
            entry.n_regs = n_regs;
        }
    }

    /// Notes that user code calls the native function `id`.
    pub(super) fn note_native_call(&mut self, call: NativeCall) {
        self.native_calls.push(call);
    }

    // ---- tables

    pub(super) fn constant(&mut self, constant: Const) -> u32 {
        let key = match &constant {
            Const::Int(value) => ConstKey::Int(*value),
            Const::Float(value) => ConstKey::Float(value.to_bits()),
            Const::Decimal(text) => ConstKey::Decimal(text.clone()),
            Const::String(text) => ConstKey::String(text.clone()),
            Const::Bytes(bytes) => ConstKey::Bytes(bytes.clone()),
            Const::Keys(keys) => ConstKey::Keys(keys.clone()),
        };
        let program = &mut self.program;
        *self
            .constants
            .entry(key)
            .or_insert_with(|| program.add_const(constant))
    }

    pub(super) fn string(&mut self, text: &str) -> u32 {
        self.constant(Const::String(text.into()))
    }

    /// A new site: each call has a cache of its own.
    pub(super) fn method_site(&mut self, method: Name) -> u32 {
        let sites = &mut self.program.sites;
        sites.push(MethodSite { method });
        index_u32(sites.len() - 1)
    }

    /// The layout of a record or object type.
    pub(super) fn shape(&mut self, ty: TypeId) -> Arc<Shape> {
        if let Some(shape) = self.shapes.get(&ty) {
            return shape.clone();
        }
        let shape = Arc::new(Shape::of(&self.program.types, ty));
        self.shapes.insert(ty, shape.clone());
        shape
    }

    pub(super) fn is_too_wide(shape: &Shape) -> bool {
        shape.words > MAX_WORDS
    }

    // ---- module variables

    /// The place of a module variable, constant, service or annotation value.
    pub(super) fn global(&mut self, kind: GlobalKind, name: Name, ty: TypeId) -> GlobalId {
        if let Some(&id) = self.globals.get(&kind) {
            return id;
        }
        let id = self.hidden_global(name, ty);
        self.globals.insert(kind, id);
        self.used_globals.push(UsedGlobal { id, kind });
        id
    }

    /// A module variable that only generated code uses.
    pub(super) fn hidden_global(&mut self, name: Name, ty: TypeId) -> GlobalId {
        let id = GlobalId(index_u32(self.program.globals.len()));
        self.program.globals.push(Global { name, ty });
        id
    }

    pub(super) fn global_of(&mut self, item: ItemId) -> GlobalId {
        let kind = GlobalKind::Item(item);
        if let Some(&id) = self.globals.get(&kind) {
            return id;
        }
        let ty = match &types::infer(self.db, item).hir.kind {
            hir::HirItemKind::Variable(variable) => variable.ty,
            hir::HirItemKind::Service(_) => types::Ty::SERVICE,
            hir::HirItemKind::Constant { .. }
            | hir::HirItemKind::Function(_)
            | hir::HirItemKind::TypeDef { .. }
            | hir::HirItemKind::Annotation
            | hir::HirItemKind::Error => types::item_type(self.db, item),
        };
        let ty = self.ty(ty);
        self.global(kind, item.name(), ty)
    }

    // ---- per item

    /// Which variables of an item live in cells.
    pub(super) fn cells(&mut self, item: ItemId) -> Arc<Cells> {
        let db = self.db;
        self.cells
            .entry(item)
            .or_insert_with(|| Arc::new(Cells::of(&types::infer(db, item).hir)))
            .clone()
    }

    /// Where the lines of a file start.
    pub(super) fn line_index(&mut self, file: FileId) -> Option<Arc<LineIndex>> {
        let db = self.db;
        let source = db::source_file(db, file)?;
        let index = self
            .lines
            .entry(file)
            .or_insert_with(|| Arc::new(LineIndex::new(source.text(db).as_str())));
        Some(index.clone())
    }

    pub(super) fn emit(&mut self, op: Op) -> u32 {
        self.program.ops.push(op);
        index_u32(self.program.ops.len() - 1)
    }

    pub(super) fn pc(&self) -> u32 {
        index_u32(self.program.ops.len())
    }
}

/// `module:name` or `module:Type.name`, by which natives are found.
pub(super) fn native_key(db: &dyn Db, function: &FunctionRef, module: ModuleId) -> Name {
    let module = module.as_str();
    let name = function.name;
    match &function.receiver {
        Some(receiver) => {
            let object = types::object_def(db, receiver.object);
            let owner = object.name.map_or("$object", Name::as_str);
            Name::new(&format!("{module}:{owner}.{name}"))
        }
        None => Name::new(&format!("{module}:{name}")),
    }
}

pub(super) fn has_defaults(function: &hir::Function) -> bool {
    function.params.iter().any(|param| param.default.is_some())
}

fn short_name(db: &dyn Db, module: ModuleId) -> Name {
    let modules = db::modules(db);
    modules
        .get(module)
        .map_or(module.0, |source| source.short_name)
}

/// The last part of the item's path.
pub(super) fn file_name(item: ItemId) -> Name {
    let path = item.file().path();
    Name::new(path.rsplit(['/', '\\']).next().unwrap_or(path))
}

pub(super) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
