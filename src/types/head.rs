//! Signatures of functions and methods, from their heads alone: a changed body changes no signature.
//! Types that do not resolve are errors here without a report; `infer` reports them once.

use crate::base::{ItemId, TextRange};
use crate::db::Db;
use crate::syntax::ast::{
    self, Expr, ExprId, ItemAst, ItemKind, Method, ObjectMember, ParamKind, TypeExpr, TypeId,
};

use super::hir::{FuncKey, FuncKind};
use super::lower_type::{lower_type, mark_of};
use super::ty::{FunctionTy, ParamTy, Ty};

/// A function found in the tree of its item.
pub struct FunctionNode<'a> {
    pub function: &'a ast::Function,
    /// The method, when it is one.
    pub method: Option<&'a Method>,
    pub annotations: &'a [ast::Annotation],
}

/// The named function or method with this key; `None` for anonymous and synthetic ones.
pub fn function_node(ast: &ItemAst, key: FuncKey) -> Option<FunctionNode<'_>> {
    match (key.kind, &ast.kind) {
        (FuncKind::Named, ItemKind::Function(function)) => Some(FunctionNode {
            function,
            method: None,
            annotations: &ast.annotations,
        }),
        (FuncKind::Method, ItemKind::Service(service)) if key.node == 0 => {
            service.methods.get(key.member as usize).map(method_node)
        }
        (FuncKind::Method, _) => {
            let TypeExpr::Object(object) = ast.ty(TypeId::from_index(key.node as usize)) else {
                return None;
            };
            match object.members.get(key.member as usize)? {
                ObjectMember::Method(method) => Some(method_node(method)),
                ObjectMember::Field(_) | ObjectMember::Inclusion { .. } => None,
            }
        }
        (FuncKind::ServiceMethod, _) => {
            let Expr::Service { methods, .. } = ast.expr(ExprId::from_index(key.node as usize))
            else {
                return None;
            };
            methods.get(key.member as usize).map(method_node)
        }
        _ => None,
    }
}

fn method_node(method: &Method) -> FunctionNode<'_> {
    FunctionNode {
        function: &method.function,
        method: Some(method),
        annotations: &method.annotations,
    }
}

/// The type of a function by its head.
pub fn function_type(
    db: &dyn Db,
    item: ItemId,
    ast: &ItemAst,
    function: &ast::Function,
) -> FunctionTy {
    let mut unreported = Vec::new();
    let mut params = Vec::new();
    let mut rest = None;
    for param in &function.params {
        let lowered = ParamTy {
            name: Some(param.name.name),
            ty: lower_type(db, item, ast, param.ty, &mut unreported),
            defaultable: matches!(param.kind, ParamKind::Default(_)),
            mark: mark_of(&param.annotations),
        };
        match param.kind {
            ParamKind::Rest => rest = Some(lowered),
            ParamKind::Required | ParamKind::Default(_) => params.push(lowered),
        }
    }
    let ret = function.returns.as_ref();
    FunctionTy {
        params: params.into(),
        rest,
        ret: ret.map_or(Ty::NIL, |ret| {
            lower_type(db, item, ast, ret.ty, &mut unreported)
        }),
        ret_mark: ret.and_then(|ret| mark_of(&ret.annotations)),
    }
}

/// The range of the name, or of the whole function when it has none.
pub fn name_range(function: &ast::Function) -> TextRange {
    function.name.map_or(function.range, |name| name.range)
}
