//! Table and stream queries: every input flows into every row of the result.

use crate::types::hir::{QueryInput, SelectValue, StreamQuery, TableQuery};
use crate::types::{FuncId, function};

use super::super::ir::{Access, Argument, Call, Move, OpKind, Parts, Reg, Target};
use super::super::unit::Unit;
use super::builder::Builder;

impl Builder<'_> {
    pub fn table_query(&mut self, query: &TableQuery) -> Reg {
        let mut inputs = Vec::new();
        self.query_input(&query.input, &mut inputs);
        for edge in &query.edges {
            self.query_input(edge, &mut inputs);
        }
        if let Some(join) = &query.join {
            self.query_input(&join.input, &mut inputs);
            if let Some(on) = &join.on {
                self.expr(on);
            }
        }
        for select in &query.select {
            match &select.value {
                SelectValue::Expr(value) => inputs.push(self.expr(value)),
                SelectValue::Aggregate { argument, .. } => {
                    if let Some(argument) = argument {
                        inputs.push(self.expr(argument));
                    }
                }
            }
        }
        for key in &query.group_by {
            self.expr(key);
        }
        if let Some(having) = &query.having {
            self.expr(having);
        }
        for (key, _) in &query.order_by {
            self.expr(key);
        }
        let range = query.input.source.range;
        let all = self.scalar(inputs, range);
        self.container(vec![all], vec![all], range)
    }

    fn query_input(&mut self, input: &QueryInput, inputs: &mut Vec<Reg>) {
        let source = self.expr(&input.source);
        inputs.push(source);
        let range = input.source.range;
        let row = self.load(source, Access::Any, input.source.ty, "".into(), range);
        // The row has another type than its source; what it may be is not narrowed here.
        self.declare(input.row, row, Move::Silent, range);
        for filter in input.filters.iter().chain(&input.window) {
            self.expr(filter);
        }
    }

    /// The action runs with the rows of the query.
    pub fn stream_query(&mut self, query: &StreamQuery) {
        let rows = self.table_query(&query.query);
        let action = self.function_value(query.action, query.range);
        let id = FuncId {
            item: self.unit.function().item,
            key: query.action,
        };
        self.callee(Unit::Function(id));
        let ty = function(self.db, id).and_then(|f| f.locals.first().map(|local| local.ty));
        let to = self.temporary();
        let site = self.site();
        let call = Call {
            to,
            site,
            target: Target::Value {
                function: action,
                ty: ty.unwrap_or(crate::types::Ty::ERROR),
            },
            receiver: None,
            args: vec![Some(Argument {
                value: rows,
                range: query.range,
                key: None,
            })],
            rest: None,
            parts: Parts::ALL,
            trust: None,
            trap: self.trap,
            is_started: true,
        };
        self.push(OpKind::Call(Box::new(call)), query.range);
    }
}
