//! The queries of the checker: what later stages and tools may ask. Thin: each looks up its inputs and
//! calls the module that does the work.

use std::ops::Deref;
use std::sync::Arc;

use crate::base::{ItemId, ModuleId, Name};
use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostics::Diagnostic;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{Expr, ExprId, ItemAst, ItemKind, RecordEntry, RecordKey, VarType};

use super::hir::{FuncId, Function, HirItem, HirItemKind, ObjectDef, RecordDef};
use super::lang::NAMED;
use super::ty::{FunctionTy, Literal, ObjectId, RecordId, Ty, TyKind};
use super::{constant, definitions, head, lower_type};

/// The typed form of an item, and what was wrong in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Inferred {
    pub hir: HirItem,
    pub diagnostics: Vec<Diagnostic>,
}

/// A function of the HIR; keeps its item alive.
#[derive(Clone, Debug)]
pub struct FunctionRef {
    item: Arc<Inferred>,
    at: usize,
}

impl Deref for FunctionRef {
    type Target = Function;

    fn deref(&self) -> &Function {
        &self.item.hir.functions[self.at]
    }
}

/// What `@flow {…}` says of a native function: the words of a taint summary, as written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FlowSpec {
    pub ret: Vec<String>,
    pub out: Vec<String>,
    pub sink: Vec<String>,
    pub applies: Vec<String>,
}

// ---- items ------------------------------------------------------------------------------------

/// The module that an item belongs to.
pub fn module_of(db: &dyn Db, item: ItemId) -> ModuleId {
    db::modules(db)
        .module_of(item.file())
        .unwrap_or(ModuleId(Name::new("")))
}

/// The typed form of an item.
pub fn infer(db: &dyn Db, item: ItemId) -> Arc<Inferred> {
    let inferred = Project::try_get(db)
        .zip(db::source_file(db, item.file()))
        .map(|(project, source)| infer_in(db, project, source, item));
    inferred.unwrap_or_else(|| Arc::new(nothing(db, item)))
}

#[salsa::tracked(returns(clone), cycle_result = infer_cycle)]
fn infer_in(db: &dyn Db, _project: Project, _source: SourceFile, item: ItemId) -> Arc<Inferred> {
    match db::item_ast(db, item) {
        Some(ast) => Arc::new(super::infer::infer_item(db, item, &ast)),
        None => Arc::new(nothing(db, item)),
    }
}

fn infer_cycle(
    db: &dyn Db,
    _id: salsa::Id,
    _project: Project,
    _source: SourceFile,
    item: ItemId,
) -> Arc<Inferred> {
    Arc::new(nothing(db, item))
}

fn nothing(db: &dyn Db, item: ItemId) -> Inferred {
    let module = module_of(db, item);
    let hir = HirItem {
        item,
        module,
        kind: HirItemKind::Error,
        functions: Vec::new(),
    };
    Inferred {
        hir,
        diagnostics: Vec::new(),
    }
}

/// One function of the program.
pub fn function(db: &dyn Db, id: FuncId) -> Option<FunctionRef> {
    let item = infer(db, id.item);
    let at = item
        .hir
        .functions
        .iter()
        .position(|function| function.key == id.key)?;
    Some(FunctionRef { item, at })
}

// ---- types of definitions -----------------------------------------------------------------------

/// The type of a definition: of a type definition the type, of a function its function type, of a constant or
/// module variable the declared or inferred type.
pub fn item_type(db: &dyn Db, item: ItemId) -> Ty {
    let found = Project::try_get(db).zip(db::source_file(db, item.file()));
    found.map_or(Ty::ERROR, |(project, source)| {
        item_type_in(db, project, source, item)
    })
}

#[salsa::tracked(returns(copy), cycle_result = item_type_cycle)]
fn item_type_in(db: &dyn Db, _project: Project, _source: SourceFile, item: ItemId) -> Ty {
    let Some(ast) = db::item_ast(db, item) else {
        return Ty::ERROR;
    };
    let mut unreported = Vec::new();
    match &ast.kind {
        ItemKind::Type(definition) => {
            lower_type::definition_type(db, item, &ast, definition, &mut unreported)
        }
        ItemKind::Function(function) => Ty::function(head::function_type(db, item, &ast, function)),
        ItemKind::Const(constant) => match constant::value_of(db, item, &ast, constant) {
            Some(value) => Ty::singleton(value),
            None => constant.ty.map_or_else(
                || inferred_type(db, item),
                |ty| lower_type::lower_type(db, item, &ast, ty, &mut unreported),
            ),
        },
        ItemKind::Var(variable) => match variable.ty {
            VarType::Type(ty) => lower_type::lower_type(db, item, &ast, ty, &mut unreported),
            VarType::Infer(_) => inferred_type(db, item),
        },
        ItemKind::Service(_) => Ty::SERVICE,
        ItemKind::Error => Ty::ERROR,
        ItemKind::Annotation(annotation) => annotation.ty.map_or(Ty::BOOLEAN, |ty| {
            lower_type::lower_type(db, item, &ast, ty, &mut unreported)
        }),
    }
}

fn item_type_cycle(
    _db: &dyn Db,
    _id: salsa::Id,
    _project: Project,
    _source: SourceFile,
    _item: ItemId,
) -> Ty {
    Ty::ERROR
}

/// `var x = e;`: the type of `e`.
fn inferred_type(db: &dyn Db, item: ItemId) -> Ty {
    match &infer(db, item).hir.kind {
        HirItemKind::Variable(variable) => variable.ty,
        HirItemKind::Constant {
            initial: Some(key), ..
        } => function(db, FuncId { item, key: *key }).map_or(Ty::ERROR, |initial| initial.ret.ty),
        _ => Ty::ERROR,
    }
}

/// The value of a simple constant.
pub fn constant_value(db: &dyn Db, item: ItemId) -> Option<Literal> {
    let (project, source) = Project::try_get(db).zip(db::source_file(db, item.file()))?;
    constant_value_in(db, project, source, item)
}

#[salsa::tracked(returns(clone), cycle_result = constant_cycle)]
fn constant_value_in(
    db: &dyn Db,
    _project: Project,
    _source: SourceFile,
    item: ItemId,
) -> Option<Literal> {
    let ast = db::item_ast(db, item)?;
    match &ast.kind {
        ItemKind::Const(constant) => constant::value_of(db, item, &ast, constant),
        _ => None,
    }
}

fn constant_cycle(
    _db: &dyn Db,
    _id: salsa::Id,
    _project: Project,
    _source: SourceFile,
    _item: ItemId,
) -> Option<Literal> {
    None
}

/// The signature of a named function or method.
pub fn signature(db: &dyn Db, id: FuncId) -> Option<Arc<FunctionTy>> {
    let (project, source) = Project::try_get(db).zip(db::source_file(db, id.item.file()))?;
    signature_in(db, project, source, id)
}

#[salsa::tracked(returns(clone))]
fn signature_in(
    db: &dyn Db,
    _project: Project,
    _source: SourceFile,
    id: FuncId,
) -> Option<Arc<FunctionTy>> {
    let ast = db::item_ast(db, id.item)?;
    let node = head::function_node(&ast, id.key)?;
    Some(Arc::new(head::function_type(
        db,
        id.item,
        &ast,
        node.function,
    )))
}

/// The definition of a record type.
pub fn record_def(db: &dyn Db, id: RecordId) -> Arc<RecordDef> {
    let found = Project::try_get(db).zip(db::source_file(db, id.item.file()));
    let found = found.map(|(project, source)| record_def_in(db, project, source, id));
    found.unwrap_or_else(|| Arc::new(empty_record(id)))
}

#[salsa::tracked(returns(clone), cycle_result = record_cycle)]
fn record_def_in(
    db: &dyn Db,
    _project: Project,
    _source: SourceFile,
    id: RecordId,
) -> Arc<RecordDef> {
    Arc::new(match db::item_ast(db, id.item) {
        Some(ast) => definitions::record(db, id, &ast, module_of(db, id.item)),
        None => empty_record(id),
    })
}

/// A record that includes itself.
fn record_cycle(
    _db: &dyn Db,
    _salsa: salsa::Id,
    _project: Project,
    _source: SourceFile,
    id: RecordId,
) -> Arc<RecordDef> {
    Arc::new(empty_record(id))
}

fn empty_record(id: RecordId) -> RecordDef {
    let module = ModuleId(Name::new(""));
    RecordDef {
        id,
        name: None,
        module,
        fields: Vec::new(),
        rest: None,
    }
}

/// The definition of an object type or service.
pub fn object_def(db: &dyn Db, id: ObjectId) -> Arc<ObjectDef> {
    let found = Project::try_get(db).zip(db::source_file(db, id.item.file()));
    let found = found.map(|(project, source)| object_def_in(db, project, source, id));
    found.unwrap_or_else(|| Arc::new(empty_object(id)))
}

#[salsa::tracked(returns(clone), cycle_result = object_cycle)]
fn object_def_in(
    db: &dyn Db,
    _project: Project,
    _source: SourceFile,
    id: ObjectId,
) -> Arc<ObjectDef> {
    Arc::new(match db::item_ast(db, id.item) {
        Some(ast) => definitions::object(db, id, &ast, module_of(db, id.item)),
        None => empty_object(id),
    })
}

fn object_cycle(
    _db: &dyn Db,
    _salsa: salsa::Id,
    _project: Project,
    _source: SourceFile,
    id: ObjectId,
) -> Arc<ObjectDef> {
    Arc::new(empty_object(id))
}

fn empty_object(id: ObjectId) -> ObjectDef {
    ObjectDef {
        id,
        name: None,
        module: ModuleId(Name::new("")),
        is_abstract: false,
        is_client: false,
        is_service: false,
        fields: Vec::new(),
        methods: Vec::new(),
        init: None,
    }
}

/// What a type parameter of the library stands for when nothing more is known.
pub fn param_bound(db: &dyn Db, item: ItemId) -> Ty {
    let Some(ast) = db::item_ast(db, item) else {
        return Ty::ERROR;
    };
    match &ast.kind {
        ItemKind::Type(definition) => {
            lower_type::lower_type(db, item, &ast, definition.ty, &mut Vec::new())
        }
        _ => Ty::ERROR,
    }
}

/// `any|error`.
pub fn any_or_error(db: &dyn Db) -> Ty {
    Ty::union([Ty::ANY, generic_error(db)])
}

/// The type `error`.
pub fn generic_error(db: &dyn Db) -> Ty {
    Ty::new(&TyKind::ErrorType {
        reason: Ty::STRING,
        detail: default_detail(db),
    })
}

/// The detail type of `error`: `record {| string message?; error cause?; (anydata|error)...; |}`, declared in
/// the library module `lang.error`.
pub fn default_detail(db: &dyn Db) -> Ty {
    let scope = resolve::module_scope(db, ModuleId::new("ballerina/lang.error"));
    scope
        .get(Name::new("Detail"))
        .map_or(Ty::ERROR, |item| item_type(db, item))
}

/// The rest type of `record { }`: `anydata|error`.
pub fn open_rest(db: &dyn Db) -> Ty {
    Ty::union([Ty::ANYDATA, generic_error(db)])
}

// ---- modules ----------------------------------------------------------------------------------

/// All items of a module, file by file, in the order of the text.
pub fn module_items(db: &dyn Db, module: ModuleId) -> Arc<Vec<ItemId>> {
    let found = resolve::module_definitions(db, module);
    Arc::new(
        found
            .into_iter()
            .map(|definition| definition.item)
            .collect(),
    )
}

pub fn module_imports(db: &dyn Db, module: ModuleId) -> Arc<Vec<ModuleId>> {
    Arc::new(resolve::module_imports(db, module))
}

/// The modules that are checked.
pub fn user_modules(db: &dyn Db) -> Arc<Vec<ModuleId>> {
    Arc::new(db::modules(db).user().to_vec())
}

/// `roots` and what they import, directly or not: imported modules before their importers, each once.
pub fn module_closure(db: &dyn Db, roots: &[ModuleId]) -> Vec<ModuleId> {
    let mut order = Vec::new();
    let mut entered = rustc_hash::FxHashSet::default();
    let mut work: Vec<(ModuleId, bool)> = roots.iter().rev().map(|&root| (root, false)).collect();
    while let Some((module, done)) = work.pop() {
        if done {
            order.push(module);
        } else if entered.insert(module) {
            work.push((module, true));
            let imports = resolve::module_imports(db, module);
            work.extend(imports.into_iter().rev().map(|imported| (imported, false)));
        }
    }
    order
}

/// Every object type, service and service constructor written in the user's modules and in the library
/// modules that they import.
pub fn objects(db: &dyn Db) -> Arc<Vec<ObjectId>> {
    Project::try_get(db).map_or_else(Arc::default, |project| objects_in(db, project))
}

#[salsa::tracked(returns(clone))]
fn objects_in(db: &dyn Db, _project: Project) -> Arc<Vec<ObjectId>> {
    let modules = module_closure(db, &user_modules(db));
    let items = modules
        .into_iter()
        .flat_map(|module| module_items(db, module).to_vec());
    let found = items
        .filter_map(|item| db::item_ast(db, item).map(|ast| definitions::objects_in(item, &ast)));
    Arc::new(found.flatten().collect())
}

/// The function named `name` of a module.
pub fn module_function(db: &dyn Db, module: ModuleId, name: &str) -> Option<FuncId> {
    let item = resolve::module_scope(db, module).get(Name::new(name))?;
    let found = resolve::definition(db, item)?;
    (found.kind == DefKind::Function).then_some(FuncId { item, key: NAMED })
}

// ---- native functions -----------------------------------------------------------------------------

/// The `@flow` annotation of a library function.
pub fn flow_spec(db: &dyn Db, id: FuncId) -> Option<Arc<FlowSpec>> {
    let ast = db::item_ast(db, id.item)?;
    let node = head::function_node(&ast, id.key)?;
    let annotation = node
        .annotations
        .iter()
        .find(|a| a.name.name.as_str() == "flow")?;
    if !module_of(db, id.item).is_library() {
        return None;
    }
    let mut spec = FlowSpec::default();
    if let Some(value) = annotation.value
        && let Expr::Record(entries) = ast.expr(value)
    {
        for entry in entries {
            read_flow(&ast, entry, &mut spec);
        }
    }
    Some(Arc::new(spec))
}

fn read_flow(ast: &ItemAst, entry: &RecordEntry, spec: &mut FlowSpec) {
    let RecordKey::Ident(key) = entry.key else {
        return;
    };
    let words = match key.as_str() {
        "ret" => &mut spec.ret,
        "out" => &mut spec.out,
        "sink" => &mut spec.sink,
        "applies" => &mut spec.applies,
        _ => return,
    };
    if let Expr::List(items) = ast.expr(entry.value) {
        words.extend(items.iter().filter_map(|&item| text_of(ast, item)));
    }
}

fn text_of(ast: &ItemAst, expr: ExprId) -> Option<String> {
    match ast.expr(expr) {
        Expr::Literal(crate::syntax::ast::Literal::String(text)) => Some(text.to_string()),
        _ => None,
    }
}
