//! Table queries and stream queries (spec/language.md 2.8 and 7.8): sources, columns as names, selected columns
//! against the rows of the result. E092 and E093.
//!
//! The row of a source is a local of the function; while the query is typed, its columns are names
//! ([`super::scope::Scope::rows`]). `having` and `order by` see the columns of the result first.

use std::collections::VecDeque;

use crate::base::{Name, TextRange};
use crate::diagnostics::Code;
use crate::syntax::ast::{
    self, Arg, ExprId, Ident, InputStep, OrderKey, QName, Query, QuerySource, Select, StreamAction,
    StreamPattern,
};
use crate::types::constant;
use crate::types::hir::{
    Body, Expr, ExprKind, FieldKind, FuncKey, FuncKind, FunctionKind, JoinKind, LocalId,
    QueryInput, QueryJoin, QuerySelect, Return, SelectValue, StmtKind, StreamQuery, TableQuery,
};
use crate::types::queries::record_def;
use crate::types::ty::{Literal, Ty, TyKind};
use crate::types::walk;

use super::cx::Cx;
use super::function::{Head, number};
use super::scope::LocalKind;

const AGGREGATES: [&str; 5] = ["sum", "count", "avg", "min", "max"];

impl Cx<'_> {
    /// `from t where … select …` as an expression.
    pub fn table_query(&mut self, id: ExprId, query: &Query, expected: Option<Ty>) -> Expr {
        let range = self.range(id);
        let members = expected.map(Ty::members).unwrap_or_default();
        let row = members.iter().find_map(|member| match member.kind() {
            TyKind::Table(row) => Some(*row),
            TyKind::Error => Some(Ty::ERROR),
            _ => None,
        });
        match self.query(query, row, false) {
            Some(query) => Expr {
                ty: Ty::new(&TyKind::Table(query.row)),
                kind: ExprKind::TableQuery(Box::new(query)),
                range,
            },
            None => Self::error_expr(range),
        }
    }

    /// `forever { … }`, or one stream query as a statement.
    pub fn forever(&mut self, queries: &[Query]) -> StmtKind {
        let typed: Vec<Option<StreamQuery>> = queries
            .iter()
            .map(|query| self.stream_query(query))
            .collect();
        match typed.into_iter().collect() {
            Some(queries) => StmtKind::Forever(queries),
            None => StmtKind::Error,
        }
    }

    fn stream_query(&mut self, query: &Query) -> Option<StreamQuery> {
        let action = query.action.as_ref()?;
        let row = self.action_row(action);
        let typed = self.query(query, Some(row), true);
        if let Some(typed) = &typed
            && !self.fits(typed.row, row)
        {
            let message = format!(
                "the rows of the query are of type '{}', the action takes '{}'",
                self.display(typed.row),
                self.display(row)
            );
            self.report(Code::E093, action.param.range, message);
        }
        let action = self.stream_action(action);
        Some(StreamQuery {
            query: typed?,
            output: query.output.clone(),
            action,
            range: query.range,
        })
    }

    /// The type of the rows that an action takes: its parameter is an array of records (E093).
    fn action_row(&mut self, action: &StreamAction) -> Ty {
        let ty = self.lower(action.param.ty);
        let row = match ty.kind() {
            TyKind::Error => Some(Ty::ERROR),
            TyKind::Array { element, .. } if matches!(element.kind(), TyKind::Record(_)) => {
                Some(*element)
            }
            _ => None,
        };
        if row.is_none() {
            let message = format!(
                "the action of a stream query takes an array of records, not '{}'",
                self.display(ty)
            );
            self.report(Code::E093, action.param.range, message);
        }
        row.unwrap_or(Ty::ERROR)
    }

    fn stream_action(&mut self, action: &StreamAction) -> FuncKey {
        let parent = self.frames.last().map(|frame| frame.key);
        // Lambdas have the number of an expression and member 0.
        let key = FuncKey {
            kind: FuncKind::Lambda,
            node: number(action.body.index()),
            member: 1,
        };
        let place = self.enter(key, Ty::NIL);
        let param = self.parameter(&action.param);
        let range = action.param.range;
        let body = self.block(action.body);
        let head = Head {
            name: Name::new("$lambda"),
            name_range: range,
            kind: FunctionKind::Lambda,
            is_public: false,
            parent,
            params: vec![param],
            rest: None,
            ret: Return {
                ty: Ty::NIL,
                mark: None,
                range,
            },
            annotations: Vec::new(),
        };
        self.leave(place, head, Body::Block(body));
        key
    }

    /// `row`: what rows the place of the query asks for.
    fn query(&mut self, query: &Query, row: Option<Ty>, is_stream: bool) -> Option<TableQuery> {
        self.scoped(|cx| match &query.source {
            QuerySource::Inputs { input, join } => {
                let input = cx.query_input(input, is_stream);
                let join = join.as_ref().map(|join| {
                    let input = cx.query_input(&join.input, is_stream);
                    QueryJoin {
                        kind: join_kind(join.kind),
                        input,
                        on: join.on.map(|on| cx.expr_of(on, Ty::BOOLEAN)),
                    }
                });
                cx.query_over(query, input, Vec::new(), join, row)
            }
            QuerySource::Pattern { pattern, .. } => {
                let mut edges = VecDeque::new();
                cx.pattern_edges(pattern, &mut edges);
                let first = edges.pop_front()?;
                cx.query_over(query, first, edges.into(), None, row)
            }
        })
    }

    fn pattern_edges(&mut self, pattern: &StreamPattern, edges: &mut VecDeque<QueryInput>) {
        match pattern {
            StreamPattern::Edge { input, repeat } => {
                if repeat.is_some() {
                    let message = "repeated events in a pattern are not supported";
                    self.report(Code::E093, input.range, message);
                }
                edges.push_back(self.query_input(input, true));
            }
            StreamPattern::Not { input, .. } => edges.push_back(self.query_input(input, true)),
            StreamPattern::Sequence(parts)
            | StreamPattern::And(parts)
            | StreamPattern::Or(parts) => {
                for part in parts {
                    self.pattern_edges(part, edges);
                }
            }
            StreamPattern::Group(inner) => self.pattern_edges(inner, edges),
        }
    }

    fn query_over(
        &mut self,
        query: &Query,
        input: QueryInput,
        edges: Vec<QueryInput>,
        join: Option<QueryJoin>,
        wanted: Option<Ty>,
    ) -> Option<TableQuery> {
        let all = query.select.as_ref().is_none_or(|s| s.items.is_empty());
        let row = match (all, wanted) {
            (true, _) if join.is_none() && edges.is_empty() => self.local_type(input.row),
            (_, Some(row)) => row,
            (_, None) => {
                self.report(Code::E092, query.range, "cannot infer table type");
                return None;
            }
        };
        let (select, group_by) = match &query.select {
            Some(written) => self.selected(written, row, query.range),
            None => (Vec::new(), Vec::new()),
        };
        let is_grouped = !group_by.is_empty();
        let output = self
            .frame()
            .add_local(Name::new("$row"), query.range, row, LocalKind::Final);
        let having = query.select.as_ref().and_then(|select| select.having);
        let (having, order_by) = self.scoped(|cx| {
            cx.see_rows(output);
            let having = having.map(|having| cx.result_part(having, Some(Ty::BOOLEAN)));
            let order_by = cx.order_keys(&query.order_by);
            (having, order_by)
        });
        let mut sources = vec![input.row];
        sources.extend(edges.iter().map(|edge| edge.row));
        sources.extend(join.as_ref().map(|join| join.input.row));
        if is_grouped {
            let keys = order_by.iter().map(|(key, _)| key);
            for part in having.iter().chain(keys) {
                self.only_selected(part, &sources);
            }
        }
        Some(TableQuery {
            input,
            edges,
            join,
            select,
            group_by,
            having,
            order_by,
            limit: query.limit.and_then(|limit| self.row_limit(limit)),
            row,
            output,
        })
    }

    // ---- sources ------------------------------------------------------------------------------

    fn query_input(&mut self, input: &ast::QueryInput, is_stream: bool) -> QueryInput {
        let source = self.expr(input.source, None);
        let row = match source.ty.kind() {
            TyKind::Table(row) => *row,
            TyKind::Stream(row) if is_stream => *row,
            TyKind::Error => Ty::ERROR,
            _ => {
                let kind = if is_stream {
                    "neither a stream nor a table"
                } else {
                    "not a table"
                };
                let message = format!("'{}' is {kind}", self.display(source.ty));
                self.report(Code::E093, source.range, message);
                Ty::ERROR
            }
        };
        let local = match input.alias {
            Some(alias) => self.declare(alias, row, LocalKind::Final),
            None => {
                let name = Name::new("$source");
                self.frame()
                    .add_local(name, input.range, row, LocalKind::Final)
            }
        };
        self.see_rows(local);
        let mut typed = QueryInput {
            source,
            row: local,
            filters: Vec::new(),
            window: None,
        };
        for step in &input.steps {
            match *step {
                InputStep::Where(condition) => {
                    typed.filters.push(self.expr_of(condition, Ty::BOOLEAN));
                }
                InputStep::Window(call) if is_stream => typed.window = self.window(call),
                InputStep::Window(call) => {
                    let message = "a table has no windows";
                    self.report(Code::E093, self.range(call), message);
                }
                InputStep::Call(call) => {
                    let message = "functions between a source and its window are not supported";
                    self.report(Code::E093, self.range(call), message);
                }
            }
        }
        typed
    }

    /// `name(args)` as a list of the name and the arguments.
    fn window(&mut self, call: ExprId) -> Option<Expr> {
        let range = self.range(call);
        let ast = self.ast;
        let parts = match ast.expr(call) {
            ast::Expr::Call { callee, args } => match ast.expr(*callee) {
                ast::Expr::Name(name) => Some((name, args)),
                _ => None,
            },
            _ => None,
        };
        let Some((name, args)) = parts else {
            self.report(Code::E093, range, "a window is written as a call");
            return None;
        };
        let text: Box<str> = name.name.as_str().into();
        let mut items = vec![Expr {
            kind: ExprKind::Literal(Literal::String(text)),
            ty: Ty::STRING,
            range: name.range(),
        }];
        items.extend(args.iter().map(|arg| self.expr(arg.value(), None)));
        Some(Expr {
            kind: ExprKind::List(items),
            ty: Ty::array(Ty::ANY),
            range,
        })
    }

    // ---- columns ------------------------------------------------------------------------------

    fn local_type(&mut self, local: LocalId) -> Ty {
        self.frame().type_of(local)
    }

    /// The columns of `row` are names in the innermost scope.
    fn see_rows(&mut self, row: LocalId) {
        if let Some(scope) = self.frame().scopes.last_mut() {
            scope.rows.push(row);
        }
    }

    /// The column that a name means inside a query.
    pub fn column(&mut self, name: &QName) -> Option<Expr> {
        if name.prefix.is_some() {
            return None;
        }
        let frame = self.frames.last()?;
        let rows = frame.scopes.iter().rev().flat_map(|scope| &scope.rows);
        for &row in rows {
            let ty = frame.type_of(row);
            let TyKind::Record(id) = ty.kind() else {
                continue;
            };
            let definition = record_def(self.db, *id);
            let Some(field) = definition.field(name.name.name) else {
                continue;
            };
            let range = name.name.range;
            let base = Expr {
                kind: ExprKind::Local(row),
                ty,
                range,
            };
            return Some(Expr {
                kind: ExprKind::Field {
                    base: Box::new(base),
                    name: field.name,
                    kind: FieldKind::Record(*id),
                    optional: field.optional,
                },
                ty: if field.optional {
                    field.ty.optional()
                } else {
                    field.ty
                },
                range,
            });
        }
        None
    }

    /// An expression of `select`, `having`, `order by`: E093 for a name that means nothing.
    fn result_part(&mut self, id: ExprId, ty: Option<Ty>) -> Expr {
        let n_found = self.found.len();
        let part = match ty {
            Some(ty) => self.expr_of(id, ty),
            None => self.expr(id, None),
        };
        let unknown = self.found.iter_mut().skip(n_found);
        for diagnostic in unknown.filter(|diagnostic| diagnostic.code == Code::E020) {
            diagnostic.code = Code::E093;
            diagnostic.message = diagnostic.message.replacen("symbol", "attribute", 1);
        }
        part
    }

    fn order_keys(&mut self, keys: &[OrderKey]) -> Vec<(Expr, bool)> {
        keys.iter()
            .map(|key| (self.result_part(key.key, None), key.descending))
            .collect()
    }

    /// E093 where a part that is looked at after grouping names a row of a source.
    fn only_selected(&mut self, part: &Expr, sources: &[LocalId]) {
        let mut names_source = false;
        let mut work = vec![part];
        while let Some(expr) = work.pop() {
            names_source |= matches!(expr.kind, ExprKind::Local(l) if sources.contains(&l));
            walk::children(expr, &mut |child| work.push(child));
        }
        if names_source {
            let message = "a query with groups knows its selected columns only";
            self.report(Code::E093, part.range, message);
        }
    }

    fn row_limit(&mut self, id: ExprId) -> Option<u64> {
        match constant::eval(self.db, self.item, self.ast, id) {
            Some(Literal::Int(limit)) if limit >= 0 => u64::try_from(limit).ok(),
            _ => {
                let message = "a limit is an integer of at least 0";
                self.report(Code::E093, self.range(id), message);
                None
            }
        }
    }

    // ---- select -------------------------------------------------------------------------------

    fn selected(
        &mut self,
        select: &Select,
        row: Ty,
        range: TextRange,
    ) -> (Vec<QuerySelect>, Vec<Expr>) {
        let group_by: Vec<Expr> = select
            .group_by
            .iter()
            .map(|&key| self.result_part(key, None))
            .collect();
        let n_found = self.found.len();
        let mut columns = Vec::new();
        for item in &select.items {
            let (value, ty) = self.select_value(item.value);
            let Some(name) = item.alias.or_else(|| self.column_name(item.value)) else {
                let message = "a selected value needs a name: 'as name'";
                self.report(Code::E093, self.range(item.value), message);
                continue;
            };
            if !ty.is_error() {
                self.fill(name, ty, row, self.range(item.value));
            }
            columns.push(QuerySelect {
                name: name.name,
                value,
            });
        }
        if let TyKind::Record(id) = row.kind()
            && !select.items.is_empty()
            && self.found.len() == n_found
        {
            for field in &record_def(self.db, *id).fields {
                let is_given = columns.iter().any(|column| column.name == field.name);
                if !is_given && !field.optional && field.default.is_none() {
                    let message = format!(
                        "nothing is selected for the field '{}' of '{}'",
                        field.name,
                        self.display(row)
                    );
                    self.report(Code::E093, range, message);
                }
            }
        }
        (columns, group_by)
    }

    /// The selected column `name` goes into a field of the result's row.
    fn fill(&mut self, name: Ident, ty: Ty, row: Ty, range: TextRange) {
        let field = match row.kind() {
            TyKind::Record(id) => record_def(self.db, *id)
                .field(name.name)
                .map(|field| field.ty),
            _ => Some(Ty::ERROR),
        };
        match field {
            None => {
                let message = format!(
                    "undefined field '{}' in record '{}'",
                    name.name,
                    self.display(row)
                );
                self.report(Code::E093, range, message);
            }
            Some(field) if !self.fits(ty, field) => {
                let message = format!(
                    "incompatible types: expected '{}', found '{}'",
                    self.display(field),
                    self.display(ty)
                );
                self.report(Code::E030, range, message);
            }
            Some(_) => {}
        }
    }

    /// The name of a column without `as`.
    fn column_name(&self, id: ExprId) -> Option<Ident> {
        match self.ast.expr(id) {
            ast::Expr::Name(name) => Some(name.name),
            ast::Expr::Field {
                name: ast::FieldName::Ident(name),
                ..
            } => Some(*name),
            ast::Expr::Group(inner) => self.column_name(*inner),
            ast::Expr::Call { args, .. } => match args.as_slice() {
                [Arg::Positional(argument)] => self.column_name(*argument),
                _ => None,
            },
            _ => None,
        }
    }

    fn select_value(&mut self, id: ExprId) -> (SelectValue, Ty) {
        let ast = self.ast;
        if let ast::Expr::Call { callee, args } = ast.expr(id)
            && let ast::Expr::Name(name) = ast.expr(*callee)
            && name.prefix.is_none()
            && AGGREGATES.contains(&name.name.as_str())
        {
            return self.aggregate(name.name, args, self.range(id));
        }
        let value = self.result_part(id, None);
        let ty = value.ty;
        (SelectValue::Expr(value), ty)
    }

    fn aggregate(&mut self, function: Ident, args: &[Arg], range: TextRange) -> (SelectValue, Ty) {
        let mut typed: Vec<Expr> = args
            .iter()
            .map(|arg| self.result_part(arg.value(), None))
            .collect();
        let counts = function.as_str() == "count";
        if typed.len() > 1 || (typed.is_empty() && !counts) {
            let message = format!("'{}' takes one column", function.name);
            self.report(Code::E093, range, message);
        }
        let argument = if typed.is_empty() {
            None
        } else {
            Some(typed.swap_remove(0))
        };
        let found = argument.as_ref().map_or(Ty::ERROR, |argument| argument.ty);
        let is_number = [Ty::INT, Ty::BYTE, Ty::FLOAT, Ty::DECIMAL, Ty::ERROR].contains(&found);
        if !counts && !is_number {
            let message = format!(
                "'{}' takes a column of numbers, not of '{}'",
                function.name,
                self.display(found)
            );
            self.report(Code::E093, range, message);
        }
        let ty = match function.as_str() {
            "count" => Ty::INT,
            "avg" if found != Ty::DECIMAL => Ty::FLOAT,
            "sum" if found == Ty::BYTE => Ty::INT,
            _ => found,
        };
        let value = SelectValue::Aggregate {
            function: function.name,
            argument,
        };
        (value, ty)
    }
}

fn join_kind(kind: ast::JoinKind) -> JoinKind {
    match kind {
        ast::JoinKind::Inner => JoinKind::Inner,
        ast::JoinKind::LeftOuter => JoinKind::LeftOuter,
        ast::JoinKind::RightOuter => JoinKind::RightOuter,
        ast::JoinKind::FullOuter | ast::JoinKind::Outer => JoinKind::FullOuter,
    }
}
