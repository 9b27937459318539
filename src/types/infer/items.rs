//! What an item consists of: its functions and methods, the functions that evaluate initial, default and annotation
//! values, services. Drives the inference of every body in the item.
//!
//! Bodies are inferred by [`super::function`]; here is which there are, and what else an item's HIR says.

use rustc_hash::FxHashSet;

use crate::base::{ItemId, TextRange};
use crate::db::Db;
use crate::resolve::{self, DefKind};
use crate::syntax::ast::{
    self, ExprId, ItemAst, ItemKind, ObjectMember, RecordMember, TypeExpr, TypeId, VarType,
};
use crate::types::hir::{
    Block, Body, ExprKind, FuncKey, FuncKind, Function, FunctionKind, HirItem, HirItemKind,
    ModuleVariable, ServiceDef, ServiceListener, Stmt, StmtKind,
};
use crate::types::lower_type::definition_type;
use crate::types::queries::{Inferred, constant_value};
use crate::types::ty::{ObjectId, ObjectIdKind, Ty};
use crate::types::{NAMED, mark_of, module_of, node_number};

use super::cx::Cx;
use super::foresight::Foresight;
use super::function::{Head, number};

/// The typed form of `item`.
pub(super) fn infer(db: &dyn Db, item: ItemId, ast: &ItemAst) -> Inferred {
    let mut foresight = Foresight::default();
    loop {
        let mut cx = Cx {
            db,
            item,
            module: module_of(db, item),
            ast,
            found: Vec::new(),
            functions: Vec::new(),
            action_allowed: false,
            frames: Vec::new(),
            foresight,
        };
        let kind = cx.item();
        cx.type_bodies();
        let (inferred, learned) = cx.finish(kind);
        match learned.next() {
            Some(more) => foresight = more,
            None => return inferred,
        }
    }
}

/// The key of the function that evaluates the initial value of a variable or constant.
const INITIAL: FuncKey = FuncKey {
    kind: FuncKind::Initial,
    node: 0,
    member: 0,
};

impl Cx<'_> {
    fn item(&mut self) -> HirItemKind {
        let ast = self.ast;
        match &ast.kind {
            ItemKind::Function(function) => {
                self.function(NAMED, function, &ast.annotations);
                HirItemKind::Function(NAMED)
            }
            ItemKind::Service(service) => HirItemKind::Service(self.service(service)),
            ItemKind::Type(definition) => {
                let ty = definition_type(self.db, self.item, ast, definition, &mut self.found);
                let annotations = self.annotations(&ast.annotations);
                HirItemKind::TypeDef { ty, annotations }
            }
            ItemKind::Var(variable) => {
                self.annotations(&ast.annotations);
                HirItemKind::Variable(self.module_variable(variable))
            }
            ItemKind::Const(constant) => {
                self.annotations(&ast.annotations);
                self.constant(constant)
            }
            ItemKind::Annotation(definition) => {
                self.annotations(&ast.annotations);
                if let Some(ty) = definition.ty {
                    self.lower(ty);
                }
                HirItemKind::Annotation
            }
            ItemKind::Error => HirItemKind::Error,
        }
    }

    fn module_variable(&mut self, variable: &ast::ModuleVar) -> ModuleVariable {
        let ty = match variable.ty {
            VarType::Type(ty) => Some(self.declared_type(ty, Some(variable.init))),
            VarType::Infer(_) => None,
        };
        let ty = self.synthetic(INITIAL, ty, variable.init);
        let ast = self.ast;
        let public = ast.visibility.map(|visibility| visibility.range);
        ModuleVariable {
            name: self.item.name(),
            ty,
            is_final: variable.is_final,
            is_listener: variable.is_listener,
            mark: mark_of(&ast.annotations),
            range: public.map_or(variable.range, |public| public.cover(variable.range)),
            initial: INITIAL,
        }
    }

    fn constant(&mut self, constant: &ast::Const) -> HirItemKind {
        let ty = constant.ty.map(|ty| self.lower(ty));
        let value = constant_value(self.db, self.item);
        let initial = match value {
            Some(_) => None,
            None => {
                self.synthetic(INITIAL, ty, constant.value);
                Some(INITIAL)
            }
        };
        HirItemKind::Constant { value, initial }
    }

    fn service(&mut self, service: &ast::ServiceDecl) -> ServiceDef {
        let ast = self.ast;
        let object = ObjectId {
            item: self.item,
            node: 0,
            kind: ObjectIdKind::Service,
        };
        let annotations = self.annotations(&ast.annotations);
        let listener_function = FuncKey {
            kind: FuncKind::ServiceListeners,
            node: 0,
            member: 0,
        };
        let listeners = self.listeners(listener_function, &service.listeners);
        let mut methods = Vec::new();
        for (at, method) in service.methods.iter().enumerate() {
            let key = FuncKey {
                kind: FuncKind::Method,
                node: 0,
                member: number(at),
            };
            self.function(key, &method.function, &method.annotations);
            methods.push(key);
        }
        ServiceDef {
            name: ast.name.map(|name| name.name),
            object,
            listeners,
            listener_function,
            annotations,
            methods,
        }
    }

    fn listeners(&mut self, key: FuncKey, written: &[ExprId]) -> Vec<ServiceListener> {
        let place = self.enter(key, Ty::NIL);
        let mut listeners = Vec::new();
        let mut stmts = Vec::new();
        for &id in written {
            let value = self.expr(id, None);
            let range = value.range;
            listeners.push(ServiceListener {
                variable: match value.kind {
                    ExprKind::Global(item) => self.listener_variable(item),
                    _ => None,
                },
                ty: value.ty,
                range,
            });
            stmts.push(Stmt {
                kind: StmtKind::Expr(value),
                range,
            });
        }
        let head = Head::synthetic("$listeners", Ty::NIL, TextRange::default());
        let end = stmts.last().map(|stmt| stmt.range).unwrap_or_default();
        self.leave(place, head, Body::Block(Block { stmts, end }));
        listeners
    }

    fn listener_variable(&self, item: ItemId) -> Option<ItemId> {
        let definition = resolve::definition(self.db, item)?;
        let is_listener = definition.kind == DefKind::Variable { listener: true };
        is_listener.then_some(item)
    }

    /// The members of every record and object type written in the item: their types, defaults and methods.
    fn type_bodies(&mut self) {
        let ast = self.ast;
        for at in 0..ast.n_types() {
            let node = TypeId::from_index(at);
            match ast.ty(node) {
                TypeExpr::Record(record) => self.record_body(node, record),
                TypeExpr::Object(object) => self.object_body(node, object),
                _ => {}
            }
        }
    }

    fn record_body(&mut self, node: TypeId, record: &ast::RecordType) {
        for (at, member) in record.members.iter().enumerate() {
            match member {
                RecordMember::Field(field) => {
                    self.field_member(node, at, field.ty, field.default, &field.annotations);
                }
                RecordMember::Inclusion { ty, .. } => {
                    self.lower(*ty);
                }
            }
        }
        if let Some(rest) = record.rest {
            self.lower(rest);
        }
    }

    fn object_body(&mut self, node: TypeId, object: &ast::ObjectType) {
        for (at, member) in object.members.iter().enumerate() {
            match member {
                ObjectMember::Field(field) => {
                    self.field_member(node, at, field.ty, field.default, &field.annotations);
                }
                ObjectMember::Inclusion { ty, .. } => {
                    self.lower(*ty);
                }
                ObjectMember::Method(method) => {
                    let key = FuncKey {
                        kind: FuncKind::Method,
                        node: node_number(node),
                        member: number(at),
                    };
                    self.function(key, &method.function, &method.annotations);
                }
            }
        }
    }

    fn field_member(
        &mut self,
        node: TypeId,
        at: usize,
        ty: TypeId,
        default: Option<ExprId>,
        annotations: &[ast::Annotation],
    ) {
        let ty = self.lower(ty);
        self.annotations(annotations);
        if let Some(default) = default {
            let key = FuncKey {
                kind: FuncKind::FieldDefault,
                node: node_number(node),
                member: number(at),
            };
            self.synthetic(key, Some(ty), default);
        }
    }

    fn finish(self, kind: HirItemKind) -> (Inferred, Foresight) {
        let mut keys = FxHashSet::default();
        let functions: Vec<Function> = self
            .functions
            .into_iter()
            .flatten()
            .filter(|function| keys.insert(function.key))
            .collect();
        // A type that is looked at twice is reported once.
        let mut told = FxHashSet::default();
        let mut diagnostics = self.found;
        diagnostics.retain(|d| told.insert((d.code, d.location, d.message.clone())));
        let hir = HirItem {
            item: self.item,
            module: self.module,
            kind,
            functions,
        };
        let inferred = Inferred { hir, diagnostics };
        (inferred, self.foresight)
    }
}

/// What a written function is.
pub(super) fn function_kind(key: FuncKey, function: &ast::Function) -> FunctionKind {
    match key.kind {
        FuncKind::Lambda => FunctionKind::Lambda,
        FuncKind::Worker => FunctionKind::Worker,
        FuncKind::Method | FuncKind::ServiceMethod => {
            if function.is_resource.is_some() {
                FunctionKind::Resource
            } else if function.is_remote.is_some() {
                FunctionKind::Remote
            } else if key.kind == FuncKind::Method
                && function.name.is_some_and(|name| name.as_str() == "__init")
            {
                FunctionKind::Init
            } else {
                FunctionKind::Method
            }
        }
        FuncKind::Named => FunctionKind::Plain,
        FuncKind::FieldDefault
        | FuncKind::Initial
        | FuncKind::AnnotationValue
        | FuncKind::ServiceListeners => FunctionKind::Synthetic,
    }
}
