//! Anonymous and arrow functions, services as values.

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{self, Annotation, ExprId, Ident, Method};
use crate::types::hir::{Body, Expr, ExprKind, FuncKey, FuncKind, FunctionKind, Param, Return};
use crate::types::ty::{FunctionTy, ObjectId, ObjectIdKind, ParamTy, Ty, TyKind};

use super::cx::Cx;
use super::function::Head;
use super::scope::LocalKind;

impl Cx<'_> {
    pub fn lambda(&mut self, id: ExprId, function: &ast::Function) -> Expr {
        let range = self.range(id);
        let key = expr_key(FuncKind::Lambda, id, 0);
        let signature = self.function(key, function, &[]);
        Expr {
            kind: ExprKind::Lambda(key),
            ty: Ty::function(signature),
            range,
        }
    }

    pub fn arrow(
        &mut self,
        id: ExprId,
        params: &[Ident],
        body: ExprId,
        expected: Option<Ty>,
    ) -> Expr {
        let range = self.range(id);
        let Some(signature) = self.expected_function(params, expected, range) else {
            return Self::error_expr(range);
        };
        let key = expr_key(FuncKind::Lambda, id, 0);
        let parent = self.frames.last().map(|frame| frame.key);
        let place = self.enter(key, signature.ret);
        let typed = params.iter().zip(&signature.params);
        let params: Vec<Param> = typed
            .map(|(name, param)| self.arrow_param(*name, param.ty))
            .collect();
        let value = if signature.ret.is_error() {
            self.expr(body, None)
        } else {
            self.expr_of(body, signature.ret)
        };
        let ret = if signature.ret.is_error() {
            value.ty
        } else {
            signature.ret
        };
        let ty = FunctionTy {
            params: params.iter().map(param_type).collect(),
            rest: None,
            ret,
            ret_mark: None,
        };
        let head = Head {
            name: Name::new("$lambda"),
            name_range: range,
            kind: FunctionKind::Lambda,
            is_public: false,
            parent,
            params,
            rest: None,
            ret: Return {
                ty: ret,
                mark: None,
                range: value.range,
            },
            annotations: Vec::new(),
        };
        self.leave(place, head, Body::Expr(value));
        Expr {
            kind: ExprKind::Lambda(key),
            ty: Ty::function(ty),
            range,
        }
    }

    /// The function type that an arrow function takes from its place: E033 when there is none, E030
    /// when it has other parameters.
    fn expected_function(
        &mut self,
        params: &[Ident],
        expected: Option<Ty>,
        range: TextRange,
    ) -> Option<FunctionTy> {
        let expected = expected.unwrap_or(Ty::NEVER);
        if expected.is_error() {
            return None;
        }
        let members = expected.members();
        let mut functions = members.iter().filter_map(|member| match member.kind() {
            TyKind::Function(function) => Some(function),
            _ => None,
        });
        let (Some(only), None) = (functions.next(), functions.next()) else {
            let message = "cannot infer types of the arrow expression with unknown invokable type";
            self.report(Code::E033, range, message);
            return None;
        };
        if only.params.len() != params.len() || only.rest.is_some() {
            let message = format!(
                "invalid number of parameters used in arrow expression. expected: '{}' but found '{}'",
                only.params.len(),
                params.len()
            );
            self.report(Code::E030, range, message);
            return None;
        }
        Some((**only).clone())
    }

    fn arrow_param(&mut self, name: Ident, ty: Ty) -> Param {
        let local = if name.is_discard() {
            self.frame()
                .add_local(name.name, name.range, ty, LocalKind::Param)
        } else {
            self.declare(name, ty, LocalKind::Param)
        };
        Param {
            local,
            name: name.name,
            ty,
            mark: None,
            default: None,
            range: name.range,
        }
    }

    pub fn service_value(
        &mut self,
        id: ExprId,
        annotations: &[Annotation],
        methods: &[Method],
    ) -> Expr {
        let object = ObjectId {
            item: self.item,
            node: node(id),
            kind: ObjectIdKind::ServiceValue,
        };
        let mut keys = Vec::with_capacity(methods.len());
        for (at, method) in methods.iter().enumerate() {
            let key = expr_key(FuncKind::ServiceMethod, id, at);
            self.function(key, &method.function, &method.annotations);
            keys.push(key);
        }
        let annotations = self.annotations(annotations);
        Expr {
            kind: ExprKind::ServiceNew {
                object,
                methods: keys,
                annotations,
            },
            ty: Ty::SERVICE,
            range: self.range(id),
        }
    }
}

fn expr_key(kind: FuncKind, id: ExprId, member: usize) -> FuncKey {
    FuncKey {
        kind,
        node: node(id),
        member: u32::try_from(member).unwrap_or(u32::MAX),
    }
}

fn node(id: ExprId) -> u32 {
    u32::try_from(id.index()).unwrap_or(u32::MAX)
}

fn param_type(param: &Param) -> ParamTy {
    ParamTy {
        name: Some(param.name),
        ty: param.ty,
        defaultable: false,
        mark: None,
    }
}
