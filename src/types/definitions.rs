//! Definitions of record and object types: members with their types, inclusions taken in
//! (spec/language.md 5.13). Silent about mistakes; `check` reports the rules for definitions.

use crate::base::{ItemId, Location, ModuleId, Name};
use crate::db::Db;
use crate::syntax::ast::{
    self, ExprId, ItemAst, ItemKind, Method, ObjectMember, RecordMember, TypeExpr, TypeId,
};

use super::head;
use super::hir::{
    FieldDef, FuncId, FuncKey, FuncKind, MethodDef, ObjectDef, RecordDef, Visibility,
};
use super::lower_type::{lower_type, node_number};
use super::queries;
use super::ty::{ObjectId, ObjectIdKind, RecordId, Ty, TyKind};

/// The definition of the record type written at `id`.
pub(super) fn record(db: &dyn Db, id: RecordId, ast: &ItemAst, module: ModuleId) -> RecordDef {
    let node = TypeId::from_index(id.node as usize);
    let mut definition = RecordDef {
        id,
        name: defined_name(ast, node),
        module,
        fields: Vec::new(),
        rest: None,
    };
    let TypeExpr::Record(record) = ast.ty(node) else {
        return definition;
    };
    let mut unreported = Vec::new();
    for (at, member) in record.members.iter().enumerate() {
        match member {
            RecordMember::Inclusion { ty, .. } => {
                let included = lower_type(db, id.item, ast, *ty, &mut unreported);
                if let TyKind::Record(other) = included.kind()
                    && *other != id
                {
                    for field in &queries::record_def(db, *other).fields {
                        put_field(&mut definition.fields, field.clone());
                    }
                }
            }
            RecordMember::Field(field) => {
                let default = field.default.map(|_| default_id(id.item, id.node, at));
                put_field(
                    &mut definition.fields,
                    FieldDef {
                        name: field.name.name,
                        ty: lower_type(db, id.item, ast, field.ty, &mut unreported),
                        optional: field.optional,
                        default,
                        visibility: Visibility::Public,
                        location: Location::new(id.item, field.range),
                    },
                );
            }
        }
    }
    definition.rest = match (record.exclusive, record.rest) {
        (_, Some(rest)) => Some(lower_type(db, id.item, ast, rest, &mut unreported)),
        (true, None) => None,
        (false, None) => Some(queries::open_rest(db)),
    };
    definition
}

/// A field written again takes the place of the included one.
fn put_field(fields: &mut Vec<FieldDef>, field: FieldDef) {
    match fields.iter_mut().find(|known| known.name == field.name) {
        Some(known) => *known = field,
        None => fields.push(field),
    }
}

fn default_id(item: ItemId, node: u32, member: usize) -> FuncId {
    let member = u32::try_from(member).unwrap_or(u32::MAX);
    FuncId {
        item,
        key: FuncKey {
            kind: FuncKind::FieldDefault,
            node,
            member,
        },
    }
}

/// The name of the type definition whose type node is `node`.
fn defined_name(ast: &ItemAst, node: TypeId) -> Option<Name> {
    match &ast.kind {
        ItemKind::Type(definition) if definition.ty == node => ast.name.map(|name| name.name),
        _ => None,
    }
}

/// The definition of an object type, service or service constructor.
pub(super) fn object(db: &dyn Db, id: ObjectId, ast: &ItemAst, module: ModuleId) -> ObjectDef {
    let mut definition = ObjectDef {
        id,
        name: None,
        module,
        is_abstract: false,
        is_client: false,
        is_service: true,
        fields: Vec::new(),
        methods: Vec::new(),
        init: None,
    };
    match id.kind {
        ObjectIdKind::Service => {
            definition.name = ast.name.map(|name| name.name);
            if let ItemKind::Service(service) = &ast.kind {
                service_methods(db, &mut definition, ast, &service.methods, FuncKind::Method);
            }
        }
        ObjectIdKind::ServiceValue => {
            let node = ExprId::from_index(id.node as usize);
            if let ast::Expr::Service { methods, .. } = ast.expr(node) {
                service_methods(db, &mut definition, ast, methods, FuncKind::ServiceMethod);
            }
        }
        ObjectIdKind::Type => object_type(db, &mut definition, ast),
    }
    definition
}

fn service_methods(
    db: &dyn Db,
    definition: &mut ObjectDef,
    ast: &ItemAst,
    methods: &[Method],
    kind: FuncKind,
) {
    for (at, method) in methods.iter().enumerate() {
        let key = FuncKey {
            kind,
            node: definition.id.node,
            member: u32::try_from(at).unwrap_or(0),
        };
        let found = method_def(db, definition.id.item, ast, method, key);
        definition.methods.push(found);
    }
}

fn object_type(db: &dyn Db, definition: &mut ObjectDef, ast: &ItemAst) {
    let id = definition.id;
    let node = TypeId::from_index(id.node as usize);
    definition.name = defined_name(ast, node);
    definition.is_service = false;
    let TypeExpr::Object(object) = ast.ty(node) else {
        return;
    };
    definition.is_abstract = object.is_abstract.is_some();
    definition.is_client = object.is_client.is_some();
    let mut unreported = Vec::new();
    for (at, member) in object.members.iter().enumerate() {
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        match member {
            ObjectMember::Field(field) => {
                let found = FieldDef {
                    name: field.name.name,
                    ty: lower_type(db, id.item, ast, field.ty, &mut unreported),
                    optional: false,
                    default: field
                        .default
                        .map(|_| default_id(id.item, node_number(node), at)),
                    visibility: visibility(field.visibility),
                    location: Location::new(id.item, field.range),
                };
                put_field(&mut definition.fields, found);
            }
            ObjectMember::Method(method) => {
                let key = FuncKey {
                    kind: FuncKind::Method,
                    node: id.node,
                    member: number,
                };
                let found = method_def(db, id.item, ast, method, key);
                if found.name.as_str() == "__init" {
                    definition.init = Some(found);
                } else {
                    put_method(&mut definition.methods, found);
                }
            }
            ObjectMember::Inclusion { ty, .. } => {
                let included = lower_type(db, id.item, ast, *ty, &mut unreported);
                if let TyKind::Object(other) = included.kind()
                    && *other != id
                {
                    include(db, definition, *other);
                }
            }
        }
    }
}

fn include(db: &dyn Db, definition: &mut ObjectDef, other: ObjectId) {
    let other = queries::object_def(db, other);
    for field in &other.fields {
        if definition.field(field.name).is_none() {
            definition.fields.push(field.clone());
        }
    }
    for method in &other.methods {
        if definition.method(method.name).is_none() {
            definition.methods.push(MethodDef {
                is_abstract: true,
                ..method.clone()
            });
        }
    }
}

/// An implementation takes the place of an included declaration.
fn put_method(methods: &mut Vec<MethodDef>, method: MethodDef) {
    match methods
        .iter_mut()
        .find(|known| known.name == method.name && known.is_abstract)
    {
        Some(known) => *known = method,
        None => methods.push(method),
    }
}

fn method_def(
    db: &dyn Db,
    item: ItemId,
    ast: &ItemAst,
    method: &Method,
    key: FuncKey,
) -> MethodDef {
    let function = &method.function;
    MethodDef {
        name: function
            .name
            .map_or_else(|| Name::new("$method"), |name| name.name),
        id: FuncId { item, key },
        signature: head::function_type(db, item, ast, function),
        visibility: visibility(method.visibility),
        is_remote: function.is_remote.is_some(),
        is_resource: function.is_resource.is_some(),
        is_abstract: matches!(function.body, ast::FunctionBody::None),
        location: Location::new(item, head::name_range(function)),
    }
}

fn visibility(written: Option<ast::Spanned<ast::Visibility>>) -> Visibility {
    match written.map(|v| v.node) {
        Some(ast::Visibility::Public) => Visibility::Public,
        Some(ast::Visibility::Private) => Visibility::Private,
        None => Visibility::Module,
    }
}

/// All object types written in an item, its service included.
pub(super) fn objects_in(item: ItemId, ast: &ItemAst) -> Vec<ObjectId> {
    let mut found = Vec::new();
    if matches!(ast.kind, ItemKind::Service(_)) {
        found.push(ObjectId {
            item,
            node: 0,
            kind: ObjectIdKind::Service,
        });
    }
    for at in 0..ast.n_types() {
        let node = TypeId::from_index(at);
        if matches!(ast.ty(node), TypeExpr::Object(_)) {
            found.push(ObjectId {
                item,
                node: node_number(node),
                kind: ObjectIdKind::Type,
            });
        }
    }
    for at in 0..ast.n_exprs() {
        if matches!(ast.expr(ExprId::from_index(at)), ast::Expr::Service { .. }) {
            let node = u32::try_from(at).unwrap_or(u32::MAX);
            found.push(ObjectId {
                item,
                node,
                kind: ObjectIdKind::ServiceValue,
            });
        }
    }
    found
}

/// The type of a service or object by its handle.
pub fn object_type_of(id: ObjectId) -> Ty {
    Ty::new(&TyKind::Object(id))
}
