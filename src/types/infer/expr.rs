//! Expressions: the way in, and the table of kinds. Each kind has its file.

use crate::syntax::ast::{self, ExprId, UnaryOp};
use crate::types::hir::Expr;
use crate::types::ty::Ty;

use super::cx::Cx;

impl Cx<'_> {
    /// The expression, guided by the type that its place expects: constructors, literals, `new`, arrow functions
    /// take theirs from it. Whether the result fits is for the caller to say: [`Cx::expr_of`].
    pub fn expr(&mut self, id: ExprId, expected: Option<Ty>) -> Expr {
        let action_allowed = std::mem::take(&mut self.action_allowed);
        let ast = self.ast;
        match ast.expr(id) {
            ast::Expr::Error => Self::error_expr(self.range(id)),
            ast::Expr::Literal(literal) => self.literal(id, literal, expected),
            ast::Expr::Name(name) => match self.column(name) {
                Some(column) => column,
                None => self.name(id, name, expected),
            },
            ast::Expr::Group(inner) => {
                self.action_allowed = action_allowed;
                self.group(id, *inner, expected)
            }
            ast::Expr::List(items) => self.list(id, items, expected),
            ast::Expr::Record(entries) => self.mapping(id, entries, expected),
            ast::Expr::StringTemplate(parts) => self.string_template(id, parts),
            ast::Expr::Xml(template) => self.xml_template(id, template),
            ast::Expr::Table(table) => self.table(id, table, expected),
            ast::Expr::Lambda(function) => self.lambda(id, function),
            ast::Expr::Arrow { params, body } => self.arrow(id, params, *body, expected),
            ast::Expr::New { class, args } => {
                self.new_object(id, *class, args.as_deref(), expected)
            }
            ast::Expr::Service {
                annotations,
                methods,
            } => self.service_value(id, annotations, methods),
            ast::Expr::Query(query) => self.table_query(id, query, expected),
            ast::Expr::TypeDesc(ty) => self.type_desc(id, *ty),
            ast::Expr::ErrorConstructor { args } => self.error_constructor(id, args, expected),
            ast::Expr::Field {
                base,
                optional,
                name,
            } => self.field(id, *base, *optional, *name),
            ast::Expr::Index { base, index } => self.index(id, *base, *index, expected),
            ast::Expr::Call { callee, args } => self.call(id, *callee, args),
            ast::Expr::MethodCall {
                receiver,
                name,
                args,
            } => self.method_call(id, *receiver, *name, args),
            ast::Expr::RemoteCall {
                receiver,
                name,
                args,
            } => self.remote_call(id, *receiver, *name, args, action_allowed),
            ast::Expr::XmlAttributes { base, index } => self.xml_attributes(id, *base, *index),
            ast::Expr::AnnotationAccess { base, name } => self.annotation_access(id, *base, *name),
            ast::Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.not(id, *operand),
            ast::Expr::Unary { op, operand } => self.unary(id, *op, *operand, expected),
            ast::Expr::Binary { op, lhs, rhs } => {
                self.action_allowed = action_allowed;
                self.binary(id, *op, *lhs, *rhs, expected)
            }
            ast::Expr::Ternary {
                condition,
                then,
                otherwise,
            } => self.ternary(id, *condition, *then, *otherwise, expected),
            ast::Expr::TypeTest { operand, ty } => self.type_test(id, *operand, *ty),
            ast::Expr::Cast {
                annotations,
                ty,
                operand,
            } => self.cast(id, annotations, *ty, *operand, expected),
            ast::Expr::Check { kind, operand } => {
                self.action_allowed = action_allowed;
                self.check(id, *kind, *operand, expected)
            }
            ast::Expr::Trap(operand) => {
                self.action_allowed = action_allowed;
                self.trap(id, *operand, expected)
            }
            ast::Expr::TypeOf(operand) => self.type_of(id, *operand),
            ast::Expr::Start { annotations, call } => {
                self.start(id, annotations, *call, action_allowed)
            }
            ast::Expr::Wait(future) => self.wait(id, *future, action_allowed),
            ast::Expr::WaitAll(entries) => self.wait_all(id, entries, expected, action_allowed),
            ast::Expr::Receive(peer) => self.receive(id, *peer, expected, action_allowed),
            ast::Expr::SyncSend { value, peer } => {
                self.sync_send(id, *value, *peer, action_allowed)
            }
            ast::Expr::Flush(peer) => self.flush(id, *peer, action_allowed),
        }
    }

    /// The expression where a value of `ty` is expected; E030 when it is none.
    pub fn expr_of(&mut self, id: ExprId, ty: Ty) -> Expr {
        let expr = self.expr(id, Some(ty));
        self.require(expr, ty)
    }

    /// As [`Cx::expr`], where an action may stand.
    pub fn action(&mut self, id: ExprId, expected: Option<Ty>) -> Expr {
        self.action_allowed = true;
        let expr = self.expr(id, expected);
        self.action_allowed = false;
        expr
    }

    /// As [`Cx::expr_of`], where an action may stand.
    pub fn action_of(&mut self, id: ExprId, ty: Ty) -> Expr {
        let expr = self.action(id, Some(ty));
        self.require(expr, ty)
    }
}
