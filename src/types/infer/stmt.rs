//! Statements (spec/language.md 2.4, chapter 5): declarations, assignments, expressions, and what ends a block.
//! Branches and loops are in [`super::branch`], `match` in [`super::matching`], workers in [`super::worker`].
//!
//! Whether control reaches a place is kept beside ([`super::scope::Frame::is_dead`]) for narrowing alone; `flow`
//! reports unreachable code.

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{self, BlockId, ExprId, PatternId, StmtId, TypeExpr, TypeId, VarType};
use crate::types::classify;
use crate::types::generic_error;
use crate::types::hir::{Block, Expr, ExprKind, Place, PlaceKind, Stmt, StmtKind};
use crate::types::ty::{Ty, TyKind};

use super::cx::Cx;
use super::narrow::widened;
use super::scope::{LocalKind, Narrowed};

impl Cx<'_> {
    /// The statements of a block, in a scope of its own.
    pub fn block(&mut self, id: BlockId) -> Block {
        self.scoped(|cx| cx.statements(id))
    }

    /// The body of a function that is no worker: the messages of its workers are looked at together.
    pub fn function_body(&mut self, id: BlockId) -> Block {
        let body = self.block(id);
        self.check_messages(Some(&body), &body.stmts);
        body
    }

    fn statements(&mut self, id: BlockId) -> Block {
        let ast = self.ast;
        self.frame().n_blocks += 1;
        let mut stmts = Vec::new();
        for &stmt in &ast.block(id).stmts {
            if let Some(kind) = self.statement(stmt) {
                let range = ast.stmt_range(stmt);
                stmts.push(Stmt { kind, range });
            }
        }
        self.frame().n_blocks -= 1;
        let range = ast.block_range(id);
        let end = TextRange::new(range.end.saturating_sub(1).max(range.start), range.end);
        Block { stmts, end }
    }

    /// `None` for what leaves no trace: name space declarations.
    fn statement(&mut self, id: StmtId) -> Option<StmtKind> {
        let ast = self.ast;
        let range = ast.stmt_range(id);
        let kind = match ast.stmt(id) {
            ast::Stmt::Error => StmtKind::Error,
            ast::Stmt::Var {
                is_final,
                ty,
                pattern,
                init,
            } => self.variable(*is_final, *ty, *pattern, *init),
            ast::Stmt::Assign { target, value } => self.assign(*target, *value),
            ast::Stmt::CompoundAssign { op, target, value } => {
                self.compound(*op, *target, *value, range)
            }
            ast::Stmt::Destructure { pattern, value } => self.destructure(*pattern, *value),
            ast::Stmt::Expr(value) => self.expression_statement(*value),
            ast::Stmt::If {
                branches,
                otherwise,
            } => self.if_stmt(branches, *otherwise, range),
            ast::Stmt::While { condition, body } => self.while_stmt(id, *condition, *body),
            ast::Stmt::Foreach {
                ty,
                pattern,
                iterable,
                body,
            } => self.foreach(id, *ty, *pattern, *iterable, *body),
            ast::Stmt::Break => self.jump(range, true),
            ast::Stmt::Continue => self.jump(range, false),
            ast::Stmt::Match { scrutinee, clauses } => self.match_stmt(*scrutinee, clauses),
            ast::Stmt::Return(value) => self.return_stmt(*value, range),
            ast::Stmt::Panic(value) => {
                let error = generic_error(self.db);
                let value = self.expr_of(*value, error);
                self.frame().is_dead = true;
                StmtKind::Panic(value)
            }
            ast::Stmt::Lock(body) => {
                let variables = self.variables_touched(*body);
                let body = self.block(*body);
                StmtKind::Lock { body, variables }
            }
            ast::Stmt::Fork(workers) => self.fork(workers),
            ast::Stmt::Worker(worker) => self.worker(id, worker),
            ast::Stmt::Send { value, peer, extra } => self.send(*value, *peer, *extra),
            ast::Stmt::Transaction(transaction) => self.transaction(id, transaction, range),
            ast::Stmt::Abort => self.leave_transaction("abort", range, StmtKind::Abort),
            ast::Stmt::Retry => self.leave_transaction("retry", range, StmtKind::Retry),
            ast::Stmt::XmlNamespace(namespace) => {
                self.declare_namespace(namespace);
                return None;
            }
            ast::Stmt::Forever(queries) => self.forever(queries),
            ast::Stmt::StreamQuery(query) => self.forever(std::slice::from_ref(&**query)),
        };
        Some(kind)
    }

    // ---- declarations -------------------------------------------------------------------------

    /// The type in front of a declaration; `T[*]` takes its length from the initial value.
    pub fn declared_type(&mut self, id: TypeId, init: Option<ExprId>) -> Ty {
        let ty = self.lower(id);
        match init {
            Some(init) => self.with_length_of(id, ty, init),
            None => ty,
        }
    }

    fn with_length_of(&self, id: TypeId, ty: Ty, init: ExprId) -> Ty {
        let ast = self.ast;
        let (TypeExpr::Array { element, size }, ast::Expr::List(items)) =
            (ast.ty(id), ast.expr(init))
        else {
            return ty;
        };
        let TyKind::Array {
            element: inner,
            size: known,
        } = ty.kind()
        else {
            return ty;
        };
        let inner = match items.first() {
            Some(&first) => self.with_length_of(*element, *inner, first),
            None => *inner,
        };
        let size = match size {
            ast::ArraySize::Infer => u32::try_from(items.len()).ok(),
            ast::ArraySize::Open | ast::ArraySize::Fixed { .. } => *known,
        };
        Ty::new(&TyKind::Array {
            element: inner,
            size,
        })
    }

    fn variable(
        &mut self,
        is_final: bool,
        ty: VarType,
        pattern: PatternId,
        init: Option<ExprId>,
    ) -> StmtKind {
        let kind = if is_final {
            LocalKind::Final
        } else {
            LocalKind::Variable
        };
        let declared = match ty {
            VarType::Type(ty) => Some(self.declared_type(ty, init)),
            VarType::Infer(_) => None,
        };
        let value = init.map(|init| match declared {
            Some(ty) => self.action_of(init, ty),
            None => self.initial_value(pattern, init),
        });
        let inferred = value.as_ref().map_or(Ty::ERROR, |value| widened(value.ty));
        let ty = declared.unwrap_or(inferred);
        if let ast::Pattern::Name(name) = self.ast.pattern(pattern)
            && !name.is_discard()
        {
            let local = self.declare(*name, ty, kind);
            return StmtKind::Let { local, value };
        }
        let pattern = self.binding(pattern, ty, kind);
        match value {
            Some(value) => StmtKind::Destructure {
                pattern,
                value,
                declares: true,
            },
            // Reported by the parser: a pattern has a value.
            None => StmtKind::Error,
        }
    }

    /// The value behind `var pattern =`. A list constructor cannot say what a list pattern takes apart.
    fn initial_value(&mut self, pattern: PatternId, init: ExprId) -> Expr {
        let ast = self.ast;
        if let (ast::Pattern::List { .. }, ast::Expr::List(items)) =
            (ast.pattern(pattern), ast.expr(init))
        {
            let n_found = self.found.len();
            let typed: Vec<Expr> = items.iter().map(|&item| self.expr(item, None)).collect();
            if self.found.len() == n_found {
                let types: Vec<String> = typed.iter().map(|item| self.display(item.ty)).collect();
                let message = format!(
                    "invalid list constructor expression: types cannot be inferred for '[{}]'",
                    types.join(", ")
                );
                self.report(Code::E033, self.range(init), message);
            }
            return Self::error_expr(self.range(init));
        }
        self.action(init, None)
    }

    // ---- assignments --------------------------------------------------------------------------

    /// The place, and what it narrows to before the assignment: the value is evaluated first.
    fn place_of(&mut self, target: ExprId, compound: bool) -> (Place, Narrowed) {
        let before = self.frame().narrowed.clone();
        let place = self.place(target, compound);
        (place, before)
    }

    fn assigned(&mut self, place: &Place) {
        if let PlaceKind::Local(local) = place.kind {
            self.mark_assigned(local);
        }
    }

    fn assign(&mut self, target: ExprId, value: ExprId) -> StmtKind {
        let (place, before) = self.place_of(target, false);
        self.frame().narrowed = before;
        let value = match place.kind {
            PlaceKind::Discard => self.action(value, None),
            _ => self.action_of(value, place.ty),
        };
        self.assigned(&place);
        StmtKind::Assign { place, value }
    }

    /// `x op= e` is typed as `x op e`, whose result must fit `x`.
    fn compound(
        &mut self,
        op: ast::BinaryOp,
        target: ExprId,
        value: ExprId,
        range: TextRange,
    ) -> StmtKind {
        let (place, before) = self.place_of(target, true);
        if matches!(place.kind, PlaceKind::Wrong) {
            self.frame().narrowed = before;
            self.expr(value, None);
            return StmtKind::Error;
        }
        self.frame().narrowed = before;
        let result = self.binary(target, op, target, value, Some(place.ty));
        let result = self.require(Expr { range, ..result }, place.ty);
        self.assigned(&place);
        let mut result = result;
        // `byte` widened to `int` by the place.
        while let ExprKind::Convert(inner) = result.kind {
            result = *inner;
        }
        match result.kind {
            ExprKind::Binary { op, rhs, .. } => StmtKind::Compound {
                place,
                op,
                value: *rhs,
                ty: result.ty,
            },
            _ => StmtKind::Error,
        }
    }

    fn destructure(&mut self, pattern: PatternId, value: ExprId) -> StmtKind {
        let ast = self.ast;
        let before = self.frame().narrowed.clone();
        let expected = self.places_type(pattern);
        self.frame().narrowed = before;
        let is_constructor = matches!(ast.expr(value), ast::Expr::List(_) | ast::Expr::Record(_));
        let value = match expected {
            Some(ty) if is_constructor => self.action_of(value, ty),
            _ => self.action(value, None),
        };
        let pattern = self.assignment(pattern, value.ty);
        StmtKind::Destructure {
            pattern,
            value,
            declares: false,
        }
    }

    /// What a list constructor must give for a pattern of places.
    fn places_type(&mut self, pattern: PatternId) -> Option<Ty> {
        let ast = self.ast;
        match ast.pattern(pattern) {
            ast::Pattern::Reference(target) => {
                let n_found = self.found.len();
                let place = self.place(*target, false);
                // Reported when the pattern itself is looked at.
                self.found.truncate(n_found);
                match place.kind {
                    PlaceKind::Discard => Some(Ty::ANY),
                    _ => Some(place.ty),
                }
            }
            ast::Pattern::List {
                members,
                rest: None,
            } => {
                let members: Option<Box<[Ty]>> =
                    members.iter().map(|&m| self.places_type(m)).collect();
                Some(Ty::new(&TyKind::Tuple {
                    members: members?,
                    rest: None,
                }))
            }
            _ => None,
        }
    }

    // ---- expressions as statements ------------------------------------------------------------

    /// 5.4: the value must be used, unless it is nil.
    fn expression_statement(&mut self, id: ExprId) -> StmtKind {
        let value = self.action(id, None);
        let ty = value.ty;
        if ty.is_error() {
            return StmtKind::Expr(value);
        }
        if ty == Ty::NIL || ty == Ty::NEVER {
            if !self.may_stand_alone(id) {
                self.report(Code::E047, value.range, "invalid statement");
            }
        } else if matches!(value.kind, ExprKind::Start(_)) {
            // A strand that nobody waits for.
        } else if classify::without_error(ty) == Ty::NIL
            && let Some(name) = self.called_name(id)
        {
            let message = format!("error result of '{name}' is not used");
            self.report(Code::W001, value.range, message);
        } else {
            self.report(Code::E045, value.range, "variable assignment is required");
        }
        StmtKind::Expr(value)
    }

    fn may_stand_alone(&self, id: ExprId) -> bool {
        match self.ast.expr(id) {
            ast::Expr::Group(inner) => self.may_stand_alone(*inner),
            ast::Expr::Call { .. }
            | ast::Expr::MethodCall { .. }
            | ast::Expr::RemoteCall { .. }
            | ast::Expr::Check { .. }
            | ast::Expr::Start { .. }
            | ast::Expr::Wait(_)
            | ast::Expr::WaitAll(_)
            | ast::Expr::Receive(_)
            | ast::Expr::SyncSend { .. }
            | ast::Expr::Flush(_) => true,
            _ => false,
        }
    }

    /// The name of what a call calls; `None` when the expression is no call.
    fn called_name(&self, id: ExprId) -> Option<String> {
        match self.ast.expr(id) {
            ast::Expr::Group(inner) => self.called_name(*inner),
            ast::Expr::Call { callee, .. } => match self.ast.expr(*callee) {
                ast::Expr::Name(name) => Some(crate::types::written(name)),
                _ => Some("function".to_owned()),
            },
            ast::Expr::MethodCall { name, .. } | ast::Expr::RemoteCall { name, .. } => {
                Some(name.name.to_string())
            }
            _ => None,
        }
    }

    // ---- leaving ------------------------------------------------------------------------------

    fn return_stmt(&mut self, value: Option<ExprId>, range: TextRange) -> StmtKind {
        let ret = self.frame().ret;
        if self.frame().in_transaction {
            let message = "return statement cannot be used to exit from a transaction";
            self.report(Code::E088, range, message);
        }
        let value = value.map(|value| self.action_of(value, ret));
        if value.is_none() && !self.fits(Ty::NIL, ret) {
            let message = format!(
                "incompatible types: expected '{}', found '()'",
                self.display(ret)
            );
            self.report(Code::E030, range, message);
        }
        self.frame().is_dead = true;
        StmtKind::Return(value)
    }

    fn declare_namespace(&mut self, namespace: &ast::XmlNamespace) {
        if let Some(prefix) = namespace.prefix
            && namespace.uri.is_empty()
        {
            let message = format!(
                "cannot bind prefix '{}' to the empty namespace name",
                prefix.name
            );
            self.report(Code::E090, namespace.range, message);
        }
        let prefix = match namespace.prefix {
            Some(prefix) => prefix.name,
            None => crate::base::Name::new(""),
        };
        let scopes = &mut self.frame().scopes;
        if let Some(scope) = scopes.last_mut() {
            scope.namespaces.insert(prefix, namespace.uri.clone());
        }
    }
}
