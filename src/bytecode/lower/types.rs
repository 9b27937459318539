//! Run-time types from static ones. Records and objects are reserved when they are first met and defined
//! from a queue, so types may be recursive and as long a chain as they like. A named record or object
//! brings its annotations, a class its methods, fields their default functions: whatever a value of the
//! type may need at run time.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::base::{ItemId, Name};
use crate::bytecode::typedesc::{
    Annotation, FunctionType, Literal, Method, ObjectField, ObjectType, RecordField, RecordType,
    TypeDesc, TypeId,
};
use crate::types::hir::{
    AnnotationUse, ExprKind, FieldDef, HirItemKind, MethodDef, ObjectDef, Visibility,
};
use crate::types::ty::{FunctionTy, ObjectIdKind};
use crate::types::{self, ObjectId, RecordId, Ty, TyKind, classify, walk};

use super::context::Context;

/// The run-time types given out so far.
#[derive(Default)]
pub(super) struct TypeMap {
    known: FxHashMap<Ty, TypeId>,
    records: FxHashMap<RecordId, TypeId>,
    objects: FxHashMap<ObjectId, TypeId>,
    undefined: VecDeque<Undefined>,
    is_defining: bool,
    /// The detail record of `error`, which has a number of its own.
    detail: Option<RecordId>,
}

enum Undefined {
    Record(RecordId, TypeId),
    Object(ObjectId, TypeId),
}

impl Context<'_> {
    /// The run-time type of `ty`. When the outermost call returns, everything that it mentions is defined.
    pub(super) fn ty(&mut self, ty: Ty) -> TypeId {
        if let Some(&id) = self.types.known.get(&ty) {
            return id;
        }
        let id = self.structure(ty);
        self.types.known.insert(ty, id);
        self.define_all();
        id
    }

    pub(super) fn record_ty(&mut self, record: RecordId) -> TypeId {
        self.ty(Ty::new(&TyKind::Record(record)))
    }

    pub(super) fn object_ty(&mut self, object: ObjectId) -> TypeId {
        self.ty(Ty::new(&TyKind::Object(object)))
    }

    pub(super) fn function_ty(
        &mut self,
        params: Vec<TypeId>,
        rest: Option<TypeId>,
        ret: TypeId,
    ) -> TypeId {
        let function = FunctionType { params, rest, ret };
        self.program.types.intern(TypeDesc::Function(function))
    }

    fn define_all(&mut self) {
        if self.types.is_defining {
            return;
        }
        self.types.is_defining = true;
        while let Some(next) = self.types.undefined.pop_front() {
            match next {
                Undefined::Record(record, id) => self.define_record(record, id),
                Undefined::Object(object, id) => self.define_object(object, id),
            }
        }
        self.types.is_defining = false;
    }

    fn structure(&mut self, ty: Ty) -> TypeId {
        match ty.kind() {
            TyKind::Error => TypeId::ANY_OR_ERROR,
            TyKind::Never => TypeId::NEVER,
            TyKind::Nil => TypeId::NIL,
            TyKind::Boolean => TypeId::BOOLEAN,
            TyKind::Int => TypeId::INT,
            TyKind::Byte => TypeId::BYTE,
            TyKind::Float => TypeId::FLOAT,
            TyKind::Decimal => TypeId::DECIMAL,
            TyKind::String => TypeId::STRING,
            TyKind::Any => TypeId::ANY,
            TyKind::Anydata => TypeId::ANYDATA,
            TyKind::Json => TypeId::JSON,
            TyKind::Handle => TypeId::HANDLE,
            TyKind::Xml => TypeId::XML,
            TyKind::Service => TypeId::SERVICE,
            TyKind::Singleton(value) => {
                let values = vec![literal(value)];
                self.intern(TypeDesc::Finite { name: None, values })
            }
            TyKind::Union { members, name } => self.union(members, *name),
            TyKind::Array { element, size } => {
                let element = self.ty(*element);
                self.intern(TypeDesc::Array {
                    element,
                    len: *size,
                })
            }
            TyKind::Tuple { members, rest } => {
                let members = self.all(members);
                let rest = rest.map(|rest| self.ty(rest));
                self.intern(TypeDesc::Tuple { members, rest })
            }
            TyKind::Map(member) => {
                let member = self.ty(*member);
                self.intern(TypeDesc::Map(member))
            }
            TyKind::Table(row) => {
                let row = self.ty(*row);
                self.intern(TypeDesc::Table(row))
            }
            TyKind::Stream(item) => {
                let item = self.ty(*item);
                self.intern(TypeDesc::Stream(item))
            }
            TyKind::Future(result) => {
                let result = self.ty(*result);
                self.intern(TypeDesc::Future(result))
            }
            TyKind::Typedesc(of) => {
                let of = self.ty(*of);
                self.intern(TypeDesc::Typedesc(of))
            }
            TyKind::ErrorType { reason, detail } => {
                let (reason, detail) = (self.ty(*reason), self.ty(*detail));
                self.intern(TypeDesc::Error {
                    name: None,
                    reason,
                    detail,
                })
            }
            TyKind::Function(function) => {
                let function = self.signature(function);
                self.intern(TypeDesc::Function(function))
            }
            TyKind::Record(record) => self.reserve_record(*record),
            TyKind::Object(object) => self.reserve_object(*object),
            TyKind::Param(item) => {
                let bound = types::param_bound(self.db, *item);
                self.ty(bound)
            }
        }
    }

    fn intern(&mut self, desc: TypeDesc) -> TypeId {
        self.program.types.intern(desc)
    }

    fn all(&mut self, types: &[Ty]) -> Vec<TypeId> {
        types.iter().map(|&ty| self.ty(ty)).collect()
    }

    fn union(&mut self, members: &[Ty], name: Option<ItemId>) -> TypeId {
        if let Some(item) = name {
            let mut values = Vec::with_capacity(members.len());
            for member in members {
                match member.kind() {
                    TyKind::Singleton(value) => values.push(literal(value)),
                    TyKind::Nil => values.push(Literal::Nil),
                    _ => {}
                }
            }
            if values.len() == members.len() {
                let name = Some(item.name());
                return self.intern(TypeDesc::Finite { name, values });
            }
        }
        let members = self.all(members);
        self.program.types.union(&members)
    }

    fn signature(&mut self, function: &FunctionTy) -> FunctionType {
        FunctionType {
            params: function.params.iter().map(|p| self.ty(p.ty)).collect(),
            rest: function.rest.as_ref().map(|rest| self.ty(rest.ty)),
            ret: self.ty(function.ret),
        }
    }

    // ---- records

    fn reserve_record(&mut self, record: RecordId) -> TypeId {
        if let Some(&id) = self.types.records.get(&record) {
            return id;
        }
        if self.is_error_detail(record) {
            self.types.records.insert(record, TypeId::ERROR_DETAIL);
            return TypeId::ERROR_DETAIL;
        }
        let id = self.program.types.reserve();
        self.types.records.insert(record, id);
        self.types
            .undefined
            .push_back(Undefined::Record(record, id));
        id
    }

    fn is_error_detail(&mut self, record: RecordId) -> bool {
        if self.types.detail.is_none()
            && let TyKind::Record(detail) = types::default_detail(self.db).kind()
        {
            self.types.detail = Some(*detail);
        }
        self.types.detail == Some(record)
    }

    fn define_record(&mut self, record: RecordId, id: TypeId) {
        let definition = types::record_def(self.db, record);
        let fields = definition
            .fields
            .iter()
            .map(|field| self.record_field(field))
            .collect();
        let rest = definition.rest.map(|rest| self.ty(rest));
        let annotations = match definition.name {
            Some(_) => self.type_annotations(record.item, Ty::new(&TyKind::Record(record))),
            None => Vec::new(),
        };
        let desc = RecordType {
            name: definition.name,
            fields,
            rest,
            annotations,
        };
        self.program
            .types
            .define(id, TypeDesc::Record(Box::new(desc)));
    }

    fn record_field(&mut self, field: &FieldDef) -> RecordField {
        RecordField {
            name: field.name,
            ty: self.ty(field.ty),
            optional: field.optional,
            default: field.default.map(|default| self.function(default)),
        }
    }

    /// The annotations of the type definition `item`, when it defines `ty`.
    fn type_annotations(&mut self, item: ItemId, ty: Ty) -> Vec<Annotation> {
        let inferred = types::infer(self.db, item);
        match &inferred.hir.kind {
            HirItemKind::TypeDef {
                ty: defined,
                annotations,
            } if *defined == ty => self.annotations(item, annotations),
            _ => Vec::new(),
        }
    }

    // ---- objects

    fn reserve_object(&mut self, object: ObjectId) -> TypeId {
        if let Some(&id) = self.types.objects.get(&object) {
            return id;
        }
        let id = self.program.types.reserve();
        self.types.objects.insert(object, id);
        self.types
            .undefined
            .push_back(Undefined::Object(object, id));
        id
    }

    fn define_object(&mut self, object: ObjectId, id: TypeId) {
        let definition = types::object_def(self.db, object);
        let fields = definition
            .fields
            .iter()
            .map(|field| ObjectField {
                name: field.name,
                ty: self.ty(field.ty),
                public: field.visibility == Visibility::Public,
                private: field.visibility == Visibility::Private,
            })
            .collect();
        let methods = definition
            .methods
            .iter()
            .map(|method| self.method(method))
            .collect();
        let filler = is_fillable(&definition).then(|| self.filler(object));
        let annotations = self.object_annotations(object);
        let desc = ObjectType {
            name: definition.name,
            module: Some(definition.module.0),
            is_service: definition.is_service,
            is_abstract: definition.is_abstract,
            is_client: definition.is_client,
            fields,
            methods,
            filler,
            annotations,
        };
        if let Some(name) = desc.name
            && definition.module.is_library()
        {
            let key = Name::new(&format!("{}:{name}", definition.module.as_str()));
            self.program.named_types.insert(key, id);
        }
        self.program
            .types
            .define(id, TypeDesc::Object(Box::new(desc)));
    }

    fn method(&mut self, method: &MethodDef) -> Method {
        Method {
            name: method.name,
            func: (!method.is_abstract).then(|| self.function(method.id)),
            signature: self.signature(&method.signature),
            public: method.visibility == Visibility::Public,
            private: method.visibility == Visibility::Private,
            remote: method.is_remote,
            resource: method.is_resource,
        }
    }

    fn object_annotations(&mut self, object: ObjectId) -> Vec<Annotation> {
        let inferred = types::infer(self.db, object.item);
        let uses: Option<&[AnnotationUse]> = match object.kind {
            ObjectIdKind::Type => {
                return self.type_annotations(object.item, Ty::new(&TyKind::Object(object)));
            }
            ObjectIdKind::Service => match &inferred.hir.kind {
                HirItemKind::Service(service) => Some(&service.annotations),
                _ => None,
            },
            ObjectIdKind::ServiceValue => {
                let mut found = None;
                for function in &inferred.hir.functions {
                    walk::each_expr(function, &mut |expr| match &expr.kind {
                        ExprKind::ServiceNew {
                            object: made,
                            annotations,
                            ..
                        } if *made == object => found = Some(annotations.as_slice()),
                        _ => {}
                    });
                }
                found
            }
        };
        self.annotations(object.item, uses.unwrap_or_default())
    }
}

/// Whether `new T()` always works.
fn is_fillable(definition: &ObjectDef) -> bool {
    if definition.is_abstract || definition.is_service {
        return false;
    }
    definition.init.as_ref().is_none_or(|init| {
        init.signature.params.is_empty()
            && init.signature.rest.is_none()
            && !classify::contains_error(init.signature.ret)
    })
}

pub(super) fn literal(value: &types::Literal) -> Literal {
    match value {
        types::Literal::Nil => Literal::Nil,
        types::Literal::Boolean(value) => Literal::Boolean(*value),
        types::Literal::Int(value) => Literal::Int(*value),
        types::Literal::Byte(value) => Literal::Byte(*value),
        types::Literal::Float(bits) => Literal::Float(*bits),
        types::Literal::Decimal(text) => Literal::Decimal(text.clone()),
        types::Literal::String(text) => Literal::String(text.clone()),
    }
}
