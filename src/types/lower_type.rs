//! Types as written → [`Ty`]. Record and object bodies become nominal handles (their members are lowered by
//! `definitions`); names are looked up in the file's scope. Reports E014, E024, E025 and E037 at the
//! written place.

use crate::base::{ItemId, Location, TextRange};
use crate::db::Db;
use crate::diagnostics::{Code, Diagnostic};
use crate::resolve::{self, DefKind, ResolveError};
use crate::syntax::ast::{
    self, Annotation, ArraySize, Builtin, FunctionType, ItemAst, ParamKind, QName, TypeExpr, TypeId,
};

use super::constant;
use super::queries;
use super::ty::{FunctionTy, Literal, Mark, ObjectId, ObjectIdKind, ParamTy, RecordId, Ty, TyKind};

/// The type written at `id`.
pub fn lower_type(
    db: &dyn Db,
    item: ItemId,
    ast: &ItemAst,
    id: TypeId,
    diagnostics: &mut Vec<Diagnostic>,
) -> Ty {
    Lowering {
        db,
        item,
        ast,
        diagnostics,
    }
    .ty(id)
}

/// `@tainted` or `@untainted` among `annotations`; `@untainted` wins where both stand.
pub fn mark_of(annotations: &[Annotation]) -> Option<Mark> {
    let has = |name: &str| {
        annotations
            .iter()
            .any(|a| a.name.prefix.is_none() && a.name.name.as_str() == name)
    };
    if has("untainted") {
        Some(Mark::Untainted)
    } else if has("tainted") {
        Some(Mark::Tainted)
    } else {
        None
    }
}

struct Lowering<'a> {
    db: &'a dyn Db,
    item: ItemId,
    ast: &'a ItemAst,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn ty(&mut self, id: TypeId) -> Ty {
        match self.ast.ty(id) {
            TypeExpr::Error => Ty::ERROR,
            TypeExpr::Builtin(builtin) => builtin_type(*builtin),
            TypeExpr::Nil => Ty::NIL,
            TypeExpr::Name(name) => self.named(name),
            TypeExpr::Literal(literal) => {
                constant::literal_value(literal).map_or(Ty::ERROR, Ty::singleton)
            }
            TypeExpr::Array { element, size } => {
                let element = self.ty(*element);
                let size = self.array_size(*size);
                Ty::new(&TyKind::Array { element, size })
            }
            TypeExpr::Union(members) => {
                let members: Vec<Ty> = members.iter().map(|&member| self.ty(member)).collect();
                Ty::union(members)
            }
            TypeExpr::Optional(inner) => self.ty(*inner).optional(),
            TypeExpr::Group(inner) => self.ty(*inner),
            TypeExpr::Tuple { members, rest } => {
                let members = members.iter().map(|&member| self.ty(member)).collect();
                let rest = rest.map(|rest| self.ty(rest));
                Ty::new(&TyKind::Tuple { members, rest })
            }
            TypeExpr::Map(inner) => Ty::map(self.ty(*inner)),
            TypeExpr::Future(inner) => Ty::new(&TyKind::Future(self.ty(*inner))),
            TypeExpr::Table(inner) => Ty::new(&TyKind::Table(self.ty(*inner))),
            TypeExpr::Stream(inner) => Ty::new(&TyKind::Stream(self.ty(*inner))),
            TypeExpr::Typedesc(inner) => {
                let inner =
                    inner.map_or_else(|| queries::any_or_error(self.db), |inner| self.ty(inner));
                Ty::new(&TyKind::Typedesc(inner))
            }
            TypeExpr::ErrorType { reason, detail } => {
                let reason = reason.map_or(Ty::STRING, |reason| self.ty(reason));
                let detail = detail.map_or_else(
                    || queries::default_detail(self.db),
                    |detail| self.ty(detail),
                );
                Ty::new(&TyKind::ErrorType { reason, detail })
            }
            TypeExpr::Record(_) => Ty::new(&TyKind::Record(RecordId {
                item: self.item,
                node: node_number(id),
            })),
            TypeExpr::Object(_) => Ty::new(&TyKind::Object(ObjectId {
                item: self.item,
                node: node_number(id),
                kind: ObjectIdKind::Type,
            })),
            TypeExpr::Function(function) => self.function(function),
        }
    }

    fn function(&mut self, function: &FunctionType) -> Ty {
        let mut params = Vec::new();
        let mut rest = None;
        for param in &function.params {
            let lowered = ParamTy {
                name: param.name.map(|name| name.name),
                ty: self.ty(param.ty),
                defaultable: false,
                mark: mark_of(&param.annotations),
            };
            match param.kind {
                ParamKind::Rest => rest = Some(lowered),
                ParamKind::Required | ParamKind::Default(_) => params.push(lowered),
            }
        }
        let ret = function
            .returns
            .as_ref()
            .map_or(Ty::NIL, |returns| self.ty(returns.ty));
        let ret_mark = function
            .returns
            .as_ref()
            .and_then(|returns| mark_of(&returns.annotations));
        Ty::function(FunctionTy {
            params: params.into(),
            rest,
            ret,
            ret_mark,
        })
    }

    fn array_size(&mut self, size: ArraySize) -> Option<u32> {
        match size {
            // `[*]` takes its length from the initialiser; without one it is open.
            ArraySize::Open | ArraySize::Infer => None,
            ArraySize::Fixed { size, range } => match u32::try_from(size) {
                Ok(size) => Some(size),
                Err(_) => {
                    self.report(
                        Code::E037,
                        range,
                        format!("array size '{size}' is out of range"),
                    );
                    None
                }
            },
        }
    }

    fn named(&mut self, name: &QName) -> Ty {
        match resolve::lookup(self.db, self.item.file(), name) {
            Ok(item) => match resolve::definition(self.db, item).map(|found| found.kind) {
                Some(DefKind::Type) => queries::item_type(self.db, item),
                Some(DefKind::Constant) => queries::constant_value(self.db, item)
                    .map_or_else(|| queries::item_type(self.db, item), Ty::singleton),
                Some(DefKind::Broken) => Ty::ERROR,
                _ => self.unknown(name),
            },
            Err(ResolveError::BrokenImport) => Ty::ERROR,
            Err(ResolveError::NoModule(prefix)) => {
                let range = name.prefix.map_or(name.name.range, |p| p.range);
                self.report(Code::E014, range, format!("undefined module '{prefix}'"))
            }
            Err(ResolveError::NotVisible(_)) => {
                let text = written(name);
                let message = format!("attempt to refer to non-accessible symbol '{text}'");
                self.report(Code::E025, name.range(), message)
            }
            Err(ResolveError::NoName) => self.unknown(name),
        }
    }

    fn unknown(&mut self, name: &QName) -> Ty {
        let text = written(name);
        self.report(Code::E024, name.range(), format!("unknown type '{text}'"))
    }

    fn report(&mut self, code: Code, range: TextRange, message: String) -> Ty {
        let location = Location::new(self.item, range);
        self.diagnostics
            .push(Diagnostic::new(code, location, message));
        Ty::ERROR
    }
}

/// The name as messages spell it: `p:x` or `x`.
pub fn written(name: &QName) -> String {
    match name.prefix {
        Some(prefix) => format!("{}:{}", prefix.name, name.name.name),
        None => name.name.name.to_string(),
    }
}

/// The number that identities use for a type node.
pub fn node_number(id: TypeId) -> u32 {
    u32::try_from(id.index()).unwrap_or(u32::MAX)
}

fn builtin_type(builtin: Builtin) -> Ty {
    match builtin {
        Builtin::Any => Ty::ANY,
        Builtin::Anydata => Ty::ANYDATA,
        Builtin::Handle => Ty::HANDLE,
        Builtin::Boolean => Ty::BOOLEAN,
        Builtin::Int => Ty::INT,
        Builtin::Byte => Ty::BYTE,
        Builtin::Float => Ty::FLOAT,
        Builtin::Decimal => Ty::DECIMAL,
        Builtin::String => Ty::STRING,
        Builtin::Xml => Ty::XML,
        Builtin::Json => Ty::JSON,
        Builtin::Service => Ty::SERVICE,
    }
}

/// The type of a type definition: as [`lower_type`], and a union of values is known by its name.
pub fn definition_type(
    db: &dyn Db,
    item: ItemId,
    ast: &ItemAst,
    definition: &ast::TypeDef,
    diagnostics: &mut Vec<Diagnostic>,
) -> Ty {
    let ty = lower_type(db, item, ast, definition.ty, diagnostics);
    if ast
        .annotations
        .iter()
        .any(|a| a.name.name.as_str() == "typeParam")
    {
        return Ty::new(&TyKind::Param(item));
    }
    match ty.kind() {
        TyKind::Union {
            members,
            name: None,
        } if members.iter().all(|&member| is_value(member)) => Ty::new(&TyKind::Union {
            members: members.clone(),
            name: Some(item),
        }),
        _ => ty,
    }
}

fn is_value(ty: Ty) -> bool {
    ty == Ty::NIL || matches!(ty.kind(), TyKind::Singleton(_))
}

/// The type of which `value` is one.
pub fn literal_base(value: &Literal) -> Ty {
    match value {
        Literal::Nil => Ty::NIL,
        Literal::Boolean(_) => Ty::BOOLEAN,
        Literal::Int(_) => Ty::INT,
        Literal::Byte(_) => Ty::BYTE,
        Literal::Float(_) => Ty::FLOAT,
        Literal::Decimal(_) => Ty::DECIMAL,
        Literal::String(_) => Ty::STRING,
    }
}
