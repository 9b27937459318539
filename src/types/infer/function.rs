//! Functions, written and synthetic: their heads, frames and bodies, and the annotations attached anywhere, whose
//! values are functions too.
//!
//! Input: a function of the tree (or an expression that a synthetic function evaluates) and its key. Output:
//! a finished [`Function`] in the list of the item. Locals are numbered `self` first, then parameters.

use crate::base::{ItemId, ModuleId, Name, TextRange};
use crate::db;
use crate::resolve;
use crate::syntax::ast::{self, Annotation, ExprId, FunctionBody, ParamKind, Visibility};
use crate::types::hir::{
    AnnotationUse, Body, Expr, ExprKind, FuncKey, FuncKind, Function, FunctionKind, Param,
    Receiver, Return,
};
use crate::types::ty::{FunctionTy, ObjectId, ObjectIdKind, Ty, TyKind};
use crate::types::{any_or_error, head, item_type, mark_of, module_of, object_type_of};

use super::cx::Cx;
use super::items::function_kind;
use super::narrow::widened;
use super::scope::{Frame, LocalKind};

/// Where the annotations are defined that every file knows.
const PREDECLARED: &str = "ballerina/lang.annotations";

/// What a function is, besides what its frame has gathered.
pub(super) struct Head {
    pub name: Name,
    pub name_range: TextRange,
    pub kind: FunctionKind,
    pub is_public: bool,
    pub parent: Option<FuncKey>,
    pub params: Vec<Param>,
    pub rest: Option<Param>,
    pub ret: Return,
    pub annotations: Vec<AnnotationUse>,
}

impl Head {
    pub fn synthetic(name: &str, ty: Ty, range: TextRange) -> Self {
        Self {
            name: Name::new(name),
            name_range: range,
            kind: FunctionKind::Synthetic,
            is_public: false,
            parent: None,
            params: Vec::new(),
            rest: None,
            ret: Return {
                ty,
                mark: None,
                range,
            },
            annotations: Vec::new(),
        }
    }
}

/// A number of a list as identities hold it.
pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Cx<'_> {
    /// Infers a written function (named, method, lambda) in a new frame and files it under `key`; returns its type.
    /// A lambda's frame lies on that of the function around it.
    pub fn function(
        &mut self,
        key: FuncKey,
        function: &ast::Function,
        annotations: &[Annotation],
    ) -> FunctionTy {
        if key.kind == FuncKind::Lambda {
            self.written_function(key, function, annotations);
        } else {
            self.outside(|cx| cx.written_function(key, function, annotations));
        }
        head::function_type(self.db, self.item, self.ast, function)
    }

    /// Runs `body` where no locals are visible.
    fn outside<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let frames = std::mem::take(&mut self.frames);
        let result = body(self);
        self.frames = frames;
        result
    }

    fn written_function(
        &mut self,
        key: FuncKey,
        function: &ast::Function,
        annotations: &[Annotation],
    ) {
        let parent = self.frames.last().map(|frame| frame.key);
        let annotations = self.annotations(annotations);
        let ret = self.return_type(function.returns.as_ref(), head::name_range(function));
        let place = self.enter(key, ret.ty);
        self.bind_self(key);
        let mut params = Vec::new();
        let mut rest = None;
        for param in &function.params {
            let typed = self.parameter(param);
            match param.kind {
                ParamKind::Rest => rest = Some(typed),
                ParamKind::Required | ParamKind::Default(_) => params.push(typed),
            }
        }
        let body = match &function.body {
            FunctionBody::Block(block) => Body::Block(self.function_body(*block)),
            FunctionBody::External { annotations, .. } => {
                self.annotations(annotations);
                Body::External
            }
            FunctionBody::None => Body::Abstract,
        };
        let name = match function.name {
            Some(name) => name.name,
            None => Name::new("$lambda"),
        };
        let head = Head {
            name,
            name_range: head::name_range(function),
            kind: function_kind(key, function),
            is_public: self.is_public(key),
            parent,
            params,
            rest,
            ret,
            annotations,
        };
        self.leave(place, head, body);
    }

    /// `unwritten`: the place of the type when none is written.
    pub fn return_type(
        &mut self,
        returns: Option<&ast::ReturnType>,
        unwritten: TextRange,
    ) -> Return {
        let Some(returns) = returns else {
            return Return {
                ty: Ty::NIL,
                mark: None,
                range: unwritten,
            };
        };
        self.annotations(&returns.annotations);
        Return {
            ty: self.lower(returns.ty),
            mark: mark_of(&returns.annotations),
            range: self.ast.type_range(returns.ty),
        }
    }

    /// Begins a function: a place in the list and a frame. [`Cx::leave`] ends it.
    pub fn enter(&mut self, key: FuncKey, ret: Ty) -> usize {
        let place = self.reserve_function();
        self.frames.push(Frame::new(key, ret));
        place
    }

    /// Ends the innermost function.
    pub fn leave(&mut self, place: usize, head: Head, body: Body) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let function = Function {
            key: frame.key,
            name: head.name,
            name_range: head.name_range,
            kind: head.kind,
            is_public: head.is_public,
            parent: head.parent,
            receiver: frame.receiver,
            params: head.params,
            rest: head.rest,
            ret: head.ret,
            locals: frame.locals,
            captures: frame.captures,
            annotations: head.annotations,
            body,
        };
        self.finish_function(place, function);
    }

    fn bind_self(&mut self, key: FuncKey) {
        let is_service = matches!(self.ast.kind, ast::ItemKind::Service(_));
        let kind = match key.kind {
            FuncKind::Method if is_service && key.node == 0 => ObjectIdKind::Service,
            FuncKind::Method => ObjectIdKind::Type,
            FuncKind::ServiceMethod => ObjectIdKind::ServiceValue,
            _ => return,
        };
        let object = ObjectId {
            item: self.item,
            node: key.node,
            kind,
        };
        let name = Name::new("self");
        let frame = self.frame();
        let ty = object_type_of(object);
        let local = frame.add_local(name, TextRange::default(), ty, LocalKind::Receiver);
        frame.bind(name, local);
        frame.receiver = Some(Receiver { object, local });
    }

    /// A parameter, declared in the innermost frame; its default sees the earlier ones.
    pub fn parameter(&mut self, param: &ast::Param) -> Param {
        self.annotations(&param.annotations);
        let ty = self.lower(param.ty);
        let (default, held) = match param.kind {
            ParamKind::Required => (None, ty),
            ParamKind::Default(value) => (Some(self.expr_of(value, ty)), ty),
            ParamKind::Rest => (None, Ty::array(ty)),
        };
        let name = param.name;
        let local = if name.is_discard() {
            self.frame()
                .add_local(name.name, name.range, held, LocalKind::Param)
        } else {
            self.declare(name, held, LocalKind::Param)
        };
        Param {
            local,
            name: name.name,
            ty,
            mark: mark_of(&param.annotations),
            default,
            range: param.range,
        }
    }

    fn is_public(&self, key: FuncKey) -> bool {
        let method = head::function_node(self.ast, key).and_then(|node| node.method);
        let written = match key.kind {
            FuncKind::Named => self.ast.visibility,
            _ => method.and_then(|method| method.visibility),
        };
        written.is_some_and(|written| written.node == Visibility::Public)
    }

    /// A function that takes nothing and gives the value of an expression at module level; returns the type of the
    /// value.
    pub fn synthetic(&mut self, key: FuncKey, expected: Option<Ty>, value: ExprId) -> Ty {
        self.outside(|cx| {
            let place = cx.enter(key, any_or_error(cx.db));
            // A module variable is declared as a local one is: an action may stand there.
            cx.action_allowed = key.kind == FuncKind::Initial;
            let value = match expected {
                Some(ty) => cx.expr_of(value, ty),
                None => cx.expr(value, None),
            };
            let ty = expected.unwrap_or_else(|| widened(value.ty));
            cx.leave_value(place, ty, value)
        })
    }

    fn leave_value(&mut self, place: usize, ty: Ty, value: Expr) -> Ty {
        let head = Head::synthetic(self.item.name().as_str(), ty, value.range);
        self.leave(place, head, Body::Expr(value));
        ty
    }

    // ---- annotations --------------------------------------------------------------------------

    /// The annotations that are attached to something, with the functions that evaluate their values; those that
    /// every file knows (`@tainted` and the like) are left out.
    pub fn annotations(&mut self, annotations: &[Annotation]) -> Vec<AnnotationUse> {
        let mut uses = Vec::new();
        for (at, annotation) in annotations.iter().enumerate() {
            uses.extend(self.annotation(annotation, number(at)));
        }
        uses
    }

    fn annotation(&mut self, annotation: &Annotation, member: u32) -> Option<AnnotationUse> {
        let definition = self.annotation_definition(annotation)?;
        let module = module_of(self.db, definition);
        if module == ModuleId::new(PREDECLARED) {
            return None;
        }
        let ty = self.annotation_type(definition);
        let node = match annotation.value {
            Some(value) => number(value.index()),
            // No expression has a number as large.
            None => u32::MAX - annotation.range.start,
        };
        let key = FuncKey {
            kind: FuncKind::AnnotationValue,
            node,
            member,
        };
        let value = match annotation.value {
            Some(value) => ty.map(|ty| {
                self.synthetic(key, Some(ty), value);
                key
            }),
            None => ty.filter(|ty| is_mapping(*ty)).map(|ty| {
                self.outside(|cx| {
                    let place = cx.enter(key, any_or_error(cx.db));
                    let value = Expr {
                        kind: ExprKind::Mapping(Vec::new()),
                        ty,
                        range: annotation.range,
                    };
                    cx.leave_value(place, ty, value);
                });
                key
            }),
        };
        let name = annotation.name.name.name;
        Some(AnnotationUse {
            definition,
            qualified_name: Name::new(&format!("{}:{name}", module.as_str())),
            value,
            range: annotation.range,
        })
    }

    /// The type of one value of an annotation; `None` when it takes none.
    fn annotation_type(&self, definition: ItemId) -> Option<Ty> {
        let ast = db::item_ast(self.db, definition)?;
        match &ast.kind {
            ast::ItemKind::Annotation(annotation) if annotation.ty.is_some() => {}
            _ => return None,
        }
        let ty = item_type(self.db, definition);
        Some(match ty.kind() {
            TyKind::Array { element, .. } => *element,
            _ => ty,
        })
    }

    /// What an annotation names, if it is known; `rules` reports those that are not.
    fn annotation_definition(&self, annotation: &Annotation) -> Option<ItemId> {
        let name = annotation.name.name.name;
        let Some(prefix) = annotation.name.prefix else {
            let own = resolve::module_scope(self.db, self.module).annotation(name);
            return own.or_else(|| {
                resolve::module_scope(self.db, ModuleId::new(PREDECLARED)).annotation(name)
            });
        };
        let module = resolve::file_scope(self.db, self.item.file()).prefix(prefix.name)?;
        resolve::module_scope(self.db, module).annotation(name)
    }
}

fn is_mapping(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Record(_) | TyKind::Map(_))
}
