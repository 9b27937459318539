//! Statements and blocks (spec/language.md 2.4).

use super::expr::sole_child;
use super::{LowerCx, P};
use crate::base::TextRange;
use crate::syntax::ast::{
    Annotation, Block, BlockId, Expr, ExprId, Literal, MatchClause, MatchPattern, PatternId, Stmt,
    StmtId, Transaction, VarType, Worker, XmlNamespace,
};
use crate::syntax::grammar::Rule;

impl<'t> LowerCx<'t> {
    /// The body of a function: the only block that may hold workers.
    pub(super) fn block(&mut self, pair: P<'t>) -> BlockId {
        let block = self.inner_block_with(pair, true);
        self.check_worker_group(block);
        block
    }

    pub(super) fn inner_block(&mut self, pair: P<'t>) -> BlockId {
        self.inner_block_with(pair, false)
    }

    fn inner_block_with(&mut self, pair: P<'t>, takes_workers: bool) -> BlockId {
        let range = self.range(&pair);
        let stmts = self.nested(range, |cx| {
            let mut stmts = Vec::new();
            for part in pair.into_inner() {
                if matches!(part.as_rule(), Rule::lbrace | Rule::rbrace) {
                    continue;
                }
                let stmt = cx.stmt(part);
                if !takes_workers {
                    cx.refuse_worker(stmt);
                }
                stmts.push(stmt);
            }
            stmts
        });
        let stmts = stmts.unwrap_or_else(|| vec![self.arena.add_stmt(Stmt::Error, range)]);
        self.arena.add_block(Block { stmts }, range)
    }

    pub(in crate::syntax) fn refuse_worker(&mut self, stmt: StmtId) {
        if let Stmt::Worker(_) = self.arena.stmt(stmt) {
            let range = self.arena.stmt_range(stmt);
            self.syntax_error(
                range,
                "mismatched input 'worker'. workers stand in the body of a function only",
            );
        }
    }

    /// Workers stand together, statements before and after them.
    pub(in crate::syntax) fn check_worker_group(&mut self, block: BlockId) {
        let stmts = self.arena.block(block).stmts.clone();
        let mut seen = false;
        let mut ended = false;
        for stmt in stmts {
            let is_worker = matches!(self.arena.stmt(stmt), Stmt::Worker(_));
            if is_worker && ended {
                let range = self.arena.stmt_range(stmt);
                self.syntax_error(
                    range,
                    "mismatched input 'worker'. the workers of a function stand together",
                );
            }
            ended |= seen && !is_worker;
            seen |= is_worker;
        }
    }

    pub(in crate::syntax) fn stmt(&mut self, pair: P<'t>) -> StmtId {
        let range = self.range(&pair);
        let stmt = match pair.as_rule() {
            Rule::var_stmt | Rule::typed_stmt => self.var(pair),
            Rule::expr_stmt => self.expr_stmt(pair),
            Rule::if_stmt => self.if_stmt(pair),
            Rule::while_stmt => self.while_stmt(pair, range),
            Rule::foreach_stmt => self.foreach(pair, range),
            Rule::break_stmt => Stmt::Break,
            Rule::continue_stmt => Stmt::Continue,
            Rule::return_stmt => Stmt::Return(
                pair.into_inner()
                    .find(|part| part.as_rule() == Rule::expr)
                    .map(|value| self.expr(value)),
            ),
            Rule::panic_stmt => Stmt::Panic(self.first_expr(pair, range)),
            Rule::match_stmt => self.match_stmt(pair, range),
            Rule::lock_stmt => match pair.into_inner().find(is_block) {
                Some(block) => Stmt::Lock(self.inner_block(block)),
                None => Stmt::Error,
            },
            Rule::fork_stmt => self.fork(pair),
            Rule::worker_stmt | Rule::fork_worker => self.worker(pair),
            Rule::annotated_stmt => self.annotated_stmt(pair, range),
            Rule::transaction_stmt => self.transaction(pair, range),
            Rule::abort_stmt => Stmt::Abort,
            Rule::retry_stmt => Stmt::Retry,
            Rule::xmlns_decl => Stmt::XmlNamespace(self.xml_namespace(pair)),
            Rule::forever_stmt => Stmt::Forever(
                pair.into_inner()
                    .filter(|part| part.as_rule() == Rule::stream_query)
                    .map(|query| self.query(query))
                    .collect(),
            ),
            Rule::stream_query => Stmt::StreamQuery(Box::new(self.query(pair))),
            _ => Stmt::Error,
        };
        self.arena.add_stmt(stmt, range)
    }

    pub(in crate::syntax) fn first_expr(&mut self, pair: P<'t>, range: TextRange) -> ExprId {
        match pair.into_inner().find(|part| part.as_rule() == Rule::expr) {
            Some(value) => self.expr(value),
            None => self.error_expr(range),
        }
    }

    fn first_block(&mut self, pair: Option<P<'t>>, range: TextRange) -> BlockId {
        match pair {
            Some(block) => self.inner_block(block),
            None => self.arena.add_block(Block::default(), range),
        }
    }

    /// `final T p = e;` or, in a typed statement, `map<T>.method();`
    fn var(&mut self, pair: P<'t>) -> Stmt {
        let range = self.range(&pair);
        let mut is_final = false;
        let mut ty = VarType::Infer(range);
        let mut pattern = None;
        let mut init = None;
        let mut end = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_final => is_final = true,
                Rule::kw_var => ty = VarType::Infer(self.range(&part)),
                Rule::type_ => ty = VarType::Type(self.type_(part)),
                Rule::type_call => return self.type_call(ty, part, range),
                Rule::expr => init = Some(self.expr(part)),
                Rule::semi => end = Some(part),
                Rule::eq => {}
                _ => pattern = Some(self.binding(part)),
            }
        }
        let pattern = pattern.unwrap_or_else(|| self.invalid_pattern(range));
        let may_lack_init =
            !is_final && matches!(ty, VarType::Type(_)) && self.is_plain_name(pattern);
        if init.is_none()
            && !may_lack_init
            && let Some(end) = end
        {
            self.mismatched(&end, "'='");
            let at = self.range(&end);
            init = Some(self.error_expr(at));
        }
        Stmt::Var {
            is_final,
            ty,
            pattern,
            init,
        }
    }

    fn type_call(&mut self, ty: VarType, pair: P<'t>, range: TextRange) -> Stmt {
        let VarType::Type(ty) = ty else {
            return Stmt::Error;
        };
        let type_range = self.arena.type_range(ty);
        let base = self.arena.add_expr(Expr::TypeDesc(ty), type_range);
        let mut parts = pair.into_inner().peekable();
        Stmt::Expr(self.postfixes(base, &mut parts, range))
    }

    fn expr_stmt(&mut self, pair: P<'t>) -> Stmt {
        let mut parts = pair.into_inner();
        let Some(left) = parts.next() else {
            return Stmt::Error;
        };
        let Some(operator) = parts.next() else {
            return Stmt::Expr(self.expr(left));
        };
        match operator.as_rule() {
            Rule::eq => {
                let value = parts.next();
                self.assignment(left, &operator, value)
            }
            Rule::compound_op => {
                let target = self.expr(left);
                self.check_reference(target, &operator);
                let value = self.next_expr(parts.next(), &operator);
                let op = operator.as_str();
                match super::operators::binary_op(op.get(..op.len() - 1).unwrap_or(op)) {
                    Some(op) => Stmt::CompoundAssign { op, target, value },
                    None => Stmt::Error,
                }
            }
            Rule::arrow => {
                let value = self.expr(left);
                let Some(peer) = parts.next().map(|peer| self.peer(peer)) else {
                    return Stmt::Error;
                };
                let extra = parts
                    .find(|part| part.as_rule() == Rule::expr)
                    .map(|extra| self.expr(extra));
                Stmt::Send { value, peer, extra }
            }
            _ => Stmt::Expr(self.expr(left)),
        }
    }

    fn next_expr(&mut self, pair: Option<P<'t>>, before: &P<'t>) -> ExprId {
        match pair {
            Some(value) => self.expr(value),
            None => {
                let range = self.range(before);
                self.error_expr(range)
            }
        }
    }

    fn assignment(&mut self, left: P<'t>, eq: &P<'t>, value: Option<P<'t>>) -> Stmt {
        if super::pattern::is_reference_pattern(&left) {
            let pattern = self.reference_pattern(left, eq);
            let value = self.next_expr(value, eq);
            return Stmt::Destructure { pattern, value };
        }
        let target = self.expr(left);
        self.check_reference(target, eq);
        let value = self.next_expr(value, eq);
        Stmt::Assign { target, value }
    }

    /// Only references stand on the left side of an assignment. A call is let through: the checker
    /// says it better.
    pub(super) fn check_reference(&mut self, target: ExprId, operator: &P<'t>) {
        let is_reference = matches!(
            self.arena.expr(target),
            Expr::Name(_)
                | Expr::Field { .. }
                | Expr::Index { .. }
                | Expr::XmlAttributes { .. }
                | Expr::Call { .. }
                | Expr::MethodCall { .. }
                | Expr::Error
        );
        if !is_reference {
            self.mismatched(operator, "';'");
        }
    }

    fn if_stmt(&mut self, pair: P<'t>) -> Stmt {
        let mut branches = Vec::new();
        let mut otherwise = None;
        let mut condition = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => condition = Some(self.expr(part)),
                Rule::block => {
                    let block = self.inner_block(part);
                    match condition.take() {
                        Some(condition) => branches.push((condition, block)),
                        None => otherwise = Some(block),
                    }
                }
                _ => {}
            }
        }
        Stmt::If {
            branches,
            otherwise,
        }
    }

    fn while_stmt(&mut self, pair: P<'t>, range: TextRange) -> Stmt {
        let condition = self.first_expr(pair.clone(), range);
        let body = self.first_block(pair.into_inner().find(is_block), range);
        Stmt::While { condition, body }
    }

    fn foreach(&mut self, pair: P<'t>, range: TextRange) -> Stmt {
        let (ty, pattern, iterable, body) = self.foreach_parts(pair, range);
        Stmt::Foreach {
            ty,
            pattern,
            iterable,
            body: body.unwrap_or_else(|| self.arena.add_block(Block::default(), range)),
        }
    }

    pub(in crate::syntax) fn foreach_parts(
        &mut self,
        pair: P<'t>,
        range: TextRange,
    ) -> (VarType, PatternId, ExprId, Option<BlockId>) {
        let mut ty = VarType::Infer(range);
        let mut pattern = None;
        let mut iterable = None;
        let mut body = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_var => ty = VarType::Infer(self.range(&part)),
                Rule::type_ => ty = VarType::Type(self.type_(part)),
                Rule::expr => iterable = Some(self.expr(part)),
                Rule::block => body = Some(self.inner_block(part)),
                Rule::kw_foreach | Rule::kw_in | Rule::lpar | Rule::rpar => {}
                _ => pattern = Some(self.binding(part)),
            }
        }
        let pattern = pattern.unwrap_or_else(|| self.invalid_pattern(range));
        let iterable = iterable.unwrap_or_else(|| self.error_expr(range));
        (ty, pattern, iterable, body)
    }

    fn match_stmt(&mut self, pair: P<'t>, range: TextRange) -> Stmt {
        let scrutinee = self.first_expr(pair.clone(), range);
        let clauses = pair
            .into_inner()
            .filter(|part| part.as_rule() == Rule::match_clause)
            .map(|clause| self.match_clause(clause))
            .collect();
        Stmt::Match { scrutinee, clauses }
    }

    /// A `decl_head` pair whose statement could not be read further: the names are declared.
    pub(in crate::syntax) fn broken_var(&mut self, pair: P<'t>, range: TextRange) -> Stmt {
        match self.var(pair) {
            Stmt::Var {
                is_final,
                ty,
                pattern,
                init: None,
            } => Stmt::Var {
                is_final,
                ty,
                pattern,
                init: Some(self.error_expr(range)),
            },
            other => other,
        }
    }

    /// A `worker_head` pair; the body is for the caller to set.
    pub(in crate::syntax) fn worker_head(&mut self, pair: P<'t>) -> Worker {
        let range = self.range(&pair);
        let mut worker = Worker {
            annotations: Vec::new(),
            name: super::missing_ident(range),
            returns: None,
            body: BlockId::from_index(0),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::annotation => worker.annotations.push(self.annotation(part)),
                Rule::identifier => worker.name = self.ident(&part),
                Rule::returns => worker.returns = self.returns(part),
                _ => {}
            }
        }
        worker
    }

    /// A `clause_head` pair: pattern, guard and the range of the pattern.
    pub(in crate::syntax) fn clause_head(
        &mut self,
        pair: P<'t>,
    ) -> (Option<MatchPattern>, Option<ExprId>, TextRange) {
        let mut range = self.range(&pair);
        let mut pattern = None;
        let mut guard = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::match_pattern => {
                    range = self.range(&part);
                    pattern = sole_child(part).map(|inner| self.match_pattern(inner));
                }
                Rule::guard_expr => guard = Some(self.expr(part)),
                _ => {}
            }
        }
        (pattern, guard, range)
    }

    fn match_clause(&mut self, pair: P<'t>) -> MatchClause {
        let range = self.range(&pair);
        let body = pair.clone().into_inner().find(is_block);
        let (pattern, guard, pattern_range) = self.clause_head(pair);
        let body = self.first_block(body, range);
        MatchClause {
            pattern: pattern.unwrap_or(MatchPattern::Static(Vec::new())),
            guard,
            body,
            pattern_range,
            range,
        }
    }

    fn fork(&mut self, pair: P<'t>) -> Stmt {
        Stmt::Fork(
            pair.into_inner()
                .filter(|part| part.as_rule() == Rule::fork_worker)
                .map(|worker| self.stmt(worker))
                .collect(),
        )
    }

    fn worker(&mut self, pair: P<'t>) -> Stmt {
        self.worker_parts(Vec::new(), pair.into_inner())
            .unwrap_or(Stmt::Error)
    }

    fn worker_parts(
        &mut self,
        mut annotations: Vec<Annotation>,
        parts: impl Iterator<Item = P<'t>>,
    ) -> Option<Stmt> {
        let mut name = None;
        let mut returns = None;
        for part in parts {
            match part.as_rule() {
                Rule::annotation => annotations.push(self.annotation(part)),
                Rule::identifier => name = Some(self.ident(&part)),
                Rule::returns => returns = self.returns(part),
                Rule::block => {
                    let body = self.inner_block(part);
                    return Some(Stmt::Worker(Box::new(Worker {
                        annotations,
                        name: name?,
                        returns,
                        body,
                    })));
                }
                _ => {}
            }
        }
        None
    }

    /// `@annot worker …` or `@annot start …;`
    fn annotated_stmt(&mut self, pair: P<'t>, range: TextRange) -> Stmt {
        let mut annotations = Vec::new();
        let mut parts = pair.into_inner().peekable();
        while let Some(annotation) = parts.next_if(|part| part.as_rule() == Rule::annotation) {
            annotations.push(self.annotation(annotation));
        }
        let is_expr = parts
            .peek()
            .is_some_and(|part| matches!(part.as_rule(), Rule::start_expr | Rule::service_expr));
        if !is_expr {
            return self.worker_parts(annotations, parts).unwrap_or(Stmt::Error);
        }
        let Some(inner) = parts.next() else {
            return Stmt::Error;
        };
        let whole = range.cover(self.range(&inner));
        let whole = TextRange::new(whole.start, self.range(&inner).end);
        Stmt::Expr(self.annotated_form(inner, annotations, whole))
    }

    fn transaction(&mut self, pair: P<'t>, range: TextRange) -> Stmt {
        let mut retries = None;
        let mut body = None;
        let mut clauses = [None, None, None];
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => retries = Some(self.expr(part)),
                Rule::block => body = Some(self.inner_block(part)),
                Rule::transaction_clause => self.transaction_clause(part, &mut clauses),
                _ => {}
            }
        }
        let [on_retry, committed, aborted] = clauses;
        Stmt::Transaction(Box::new(Transaction {
            retries,
            body: body.unwrap_or_else(|| self.arena.add_block(Block::default(), range)),
            on_retry,
            committed,
            aborted,
        }))
    }

    /// `onretry` comes first; each clause stands once.
    fn transaction_clause(&mut self, pair: P<'t>, clauses: &mut [Option<BlockId>; 3]) {
        let mut parts = pair.into_inner();
        let (Some(word), Some(block)) = (parts.next(), parts.next()) else {
            return;
        };
        let block = self.inner_block(block);
        let [on_retry, committed, aborted] = clauses;
        let (clause, is_late) = match word.as_rule() {
            Rule::kw_onretry => {
                let is_late = committed.is_some() || aborted.is_some();
                (on_retry, is_late)
            }
            Rule::kw_committed => (committed, false),
            _ => (aborted, false),
        };
        if clause.is_some() || is_late {
            self.extraneous(&word);
        }
        *clause = Some(block);
    }

    pub(in crate::syntax) fn xml_namespace(&mut self, pair: P<'t>) -> XmlNamespace {
        let range = self.range(&pair);
        let mut namespace = XmlNamespace {
            uri: "".into(),
            uri_range: range,
            prefix: None,
            range,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string_literal => {
                    namespace.uri_range = self.range(&part);
                    if let Literal::String(uri) = self.literal(part) {
                        namespace.uri = uri;
                    }
                }
                Rule::identifier => namespace.prefix = Some(self.ident(&part)),
                _ => {}
            }
        }
        namespace
    }
}

fn is_block(pair: &P<'_>) -> bool {
    pair.as_rule() == Rule::block
}
