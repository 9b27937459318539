//! Table queries (language.md 7.8): loops over the sources with their conditions, a record per row or per
//! group; natives build groups, sort and make the table.

use crate::base::Name;
use crate::bytecode::op::Op;
use crate::bytecode::typedesc::TypeId;
use crate::types::hir::{Expr, JoinKind, QueryInput, SelectValue, TableQuery};
use crate::types::{self, TyKind};

use super::context::index_u32;
use super::function::{FnCx, Home, Label, Reg, Res};

/// Where the rows of the result are gathered.
#[derive(Clone, Copy)]
struct Result {
    rows: Reg,
    /// A list per row of what it is ordered by.
    keys: Option<Reg>,
}

type Body<'b> = &'b mut dyn FnMut(&mut FnCx<'_, '_>, Label) -> Res;

impl FnCx<'_, '_> {
    pub(super) fn table_query(&mut self, query: &TableQuery, expr: &Expr, dst: Reg) -> Res {
        if let Some(join) = &query.join
            && join.kind != JoinKind::Inner
        {
            return Err(self.unsupported("an outer join", expr.range));
        }
        // The rows are variables: they lie below what the parts of the query compute.
        self.nested(|cx| {
            let table = cx.query_result(query, expr)?;
            cx.move_to(dst, table);
            Ok(())
        })
    }

    fn query_result(&mut self, query: &TableQuery, expr: &Expr) -> Res<Reg> {
        let rows = self.alloc()?;
        self.empty_list(rows);
        let keys = if query.order_by.is_empty() {
            None
        } else {
            let keys = self.alloc()?;
            self.empty_list(keys);
            Some(keys)
        };
        let result = Result { rows, keys };
        if is_grouped(query) {
            self.grouped_rows(query, result)?;
        } else {
            self.each_match(query, &mut |cx, next| {
                cx.plain_row(query, expr, result, next)
            })?;
        }
        self.at(expr.range);
        self.arranged(query, result)
    }

    /// A table of the rows in their order.
    fn arranged(&mut self, query: &TableQuery, result: Result) -> Res<Reg> {
        let ty = self.cx.ty(query.row);
        let table = self.alloc()?;
        self.emit(Op::LoadType { a: table, d: ty.0 });
        let rows = self.alloc()?;
        self.move_to(rows, result.rows);
        let keys = self.alloc()?;
        match result.keys {
            Some(of_rows) => self.move_to(keys, of_rows),
            None => {
                self.emit(Op::LoadNil { a: keys });
            }
        }
        let descends = self.alloc()?;
        self.empty_list(descends);
        let value = self.alloc()?;
        for (_, is_descending) in &query.order_by {
            self.emit(Op::LoadBool {
                a: value,
                b: *is_descending,
            });
            self.emit(Op::Push {
                a: descends,
                b: value,
            });
        }
        match query.limit.and_then(|limit| i64::try_from(limit).ok()) {
            Some(limit) => self.int_constant(limit, value),
            None => {
                self.emit(Op::LoadNil { a: value });
            }
        }
        self.call_native("ballerina/lang.table:arrange", rows, 4);
        self.string_list(std::iter::empty(), keys)?;
        self.call_native("ballerina/lang.table:construct", table, 3);
        Ok(table)
    }

    // ---- loops

    /// Runs `body` for every row of the source, or pair of rows of both, that the conditions let through.
    fn each_match(&mut self, query: &TableQuery, body: Body<'_>) -> Res {
        let first = self.push(&query.input.source)?;
        let Some(join) = &query.join else {
            return self.each_row(&query.input, first, body);
        };
        let second = self.push(&join.input.source)?;
        self.each_row(&query.input, first, &mut |cx, _| {
            cx.each_row(&join.input, second, &mut |cx, next| {
                if let Some(on) = &join.on {
                    cx.branch(on, false, next)?;
                }
                body(cx, next)
            })
        })
    }

    fn each_row(&mut self, input: &QueryInput, source: Reg, body: Body<'_>) -> Res {
        let (top, next, exit) = (self.label(), self.label(), self.label());
        let mark = self.mark();
        let state = self.alloc_row(2)?;
        self.emit(Op::IterNew {
            a: state,
            b: source,
        });
        let row = self.alloc()?;
        let (a, b, d) = (state, row, 0);
        self.jump(Op::IterNext { a, b, d }, exit);
        self.bind(top);
        self.set_home(input.row, Home::Register(row));
        self.nested(|cx| {
            for filter in &input.filters {
                cx.branch(filter, false, next)?;
            }
            body(cx, next)
        })?;
        self.bind(next);
        self.jump(Op::IterLoop { a, b, d }, top);
        self.bind(exit);
        self.release(mark);
        Ok(())
    }

    // ---- rows

    /// The row of the result for the running rows of the sources.
    fn plain_row(&mut self, query: &TableQuery, expr: &Expr, result: Result, next: Label) -> Res {
        let made = self.alloc()?;
        if query.select.is_empty() {
            self.whole_row(query, expr, made)?;
        } else {
            let mut names = Vec::with_capacity(query.select.len());
            let mut values = Vec::with_capacity(query.select.len());
            for column in &query.select {
                if let SelectValue::Expr(value) = &column.value {
                    names.push(column.name);
                    values.push(self.push(value)?);
                }
            }
            self.mapping_of_registers(&names, &values, query.row, made)?;
        }
        self.finished_row(query, made, result, next)
    }

    /// `select *`: a copy of the row, or all columns of both sources.
    fn whole_row(&mut self, query: &TableQuery, expr: &Expr, made: Reg) -> Res {
        let row = self.local(query.input.row, expr.range)?;
        let Some(join) = &query.join else {
            self.move_to(made, row);
            // `made` is the last register in use.
            self.call_native("ballerina/lang.value:clone", made, 1);
            return Ok(());
        };
        let TyKind::Record(record) = query.row.kind() else {
            return Err(self.untyped("a query", expr.range));
        };
        let definition = types::record_def(self.cx.db, *record);
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for field in &definition.fields {
            let sources = [&query.input, &join.input];
            let source = sources
                .into_iter()
                .find(|input| self.has_column(input, field.name));
            if let Some(input) = source {
                let row = self.local(input.row, expr.range)?;
                let d = self.cx.string(field.name.as_str());
                let value = self.alloc()?;
                self.emit(Op::GetKeyK {
                    a: value,
                    b: row,
                    d,
                });
                names.push(field.name);
                values.push(value);
            }
        }
        self.mapping_of_registers(&names, &values, query.row, made)
    }

    fn has_column(&self, input: &QueryInput, name: Name) -> bool {
        let (TyKind::Table(row) | TyKind::Stream(row)) = input.source.ty.kind() else {
            return false;
        };
        match row.kind() {
            TyKind::Record(record) => types::record_def(self.cx.db, *record).field(name).is_some(),
            _ => false,
        }
    }

    /// Keeps the row in `made` when `having` lets it through, with what it is ordered by.
    fn finished_row(&mut self, query: &TableQuery, made: Reg, result: Result, next: Label) -> Res {
        self.set_home(query.output, Home::Register(made));
        self.nested(|cx| {
            if let Some(having) = &query.having {
                cx.branch(having, false, next)?;
            }
            if let Some(keys) = result.keys {
                let of_row = cx.alloc()?;
                let parts: Vec<&Expr> = query.order_by.iter().map(|(key, _)| key).collect();
                cx.list_of(&parts, TypeId::ANY_ARRAY, of_row)?;
                cx.emit(Op::Push { a: keys, b: of_row });
            }
            cx.emit(Op::Push {
                a: result.rows,
                b: made,
            });
            Ok(())
        })
    }

    // ---- groups

    /// First the keys and columns of every row, then a row of the result per group.
    fn grouped_rows(&mut self, query: &TableQuery, result: Result) -> Res {
        let groups = self.alloc()?;
        self.empty_list(groups);
        self.each_match(query, &mut |cx, _| cx.group_entry(query, groups))?;
        let n_keys = self.alloc()?;
        self.int_constant(i64::from(index_u32(query.group_by.len())), n_keys);
        let functions = self.alloc()?;
        let names = query.select.iter().map(|column| match &column.value {
            SelectValue::Expr(_) => "",
            SelectValue::Aggregate { function, .. } => function.as_str(),
        });
        self.string_list(names, functions)?;
        let window = self.alloc()?;
        self.move_to(window, groups);
        for argument in [n_keys, functions] {
            let register = self.alloc()?;
            self.move_to(register, argument);
        }
        self.call_native("ballerina/lang.table:summarize", window, 3);
        self.each_group(query, window, result)
    }

    fn group_entry(&mut self, query: &TableQuery, groups: Reg) -> Res {
        let first = self.mark();
        for key in &query.group_by {
            self.push(key)?;
        }
        for column in &query.select {
            match &column.value {
                SelectValue::Expr(value)
                | SelectValue::Aggregate {
                    argument: Some(value),
                    ..
                } => {
                    self.push(value)?;
                }
                SelectValue::Aggregate { argument: None, .. } => {
                    let a = self.alloc()?;
                    self.emit(Op::LoadNil { a });
                }
            }
        }
        let b = Reg::try_from(first).unwrap_or(Reg::MAX);
        let c = u8::try_from(self.mark() - first).unwrap_or(u8::MAX);
        let a = self.alloc()?;
        self.emit(Op::NewList {
            a,
            b,
            c,
            d: TypeId::ANY_ARRAY.0,
        });
        self.emit(Op::Push { a: groups, b: a });
        Ok(())
    }

    fn each_group(&mut self, query: &TableQuery, groups: Reg, result: Result) -> Res {
        let (top, next, exit) = (self.label(), self.label(), self.label());
        let state = self.alloc_row(2)?;
        self.emit(Op::IterNew {
            a: state,
            b: groups,
        });
        let group = self.alloc()?;
        let (a, b, d) = (state, group, 0);
        self.jump(Op::IterNext { a, b, d }, exit);
        self.bind(top);
        self.nested(|cx| {
            let made = cx.alloc()?;
            let (mut names, mut values) = (Vec::new(), Vec::new());
            for (at, column) in query.select.iter().enumerate() {
                let value = cx.alloc()?;
                cx.emit(Op::GetElemK {
                    a: value,
                    b: group,
                    d: index_u32(at),
                });
                names.push(column.name);
                values.push(value);
            }
            cx.mapping_of_registers(&names, &values, query.row, made)?;
            cx.finished_row(query, made, result, next)
        })?;
        self.bind(next);
        self.jump(Op::IterLoop { a, b, d }, top);
        self.bind(exit);
        Ok(())
    }
}

/// Whether rows are gathered into groups; aggregates without keys make one group of all.
fn is_grouped(query: &TableQuery) -> bool {
    let is_aggregate = |value: &SelectValue| matches!(value, SelectValue::Aggregate { .. });
    let mut columns = query.select.iter();
    !query.group_by.is_empty() || columns.any(|column| is_aggregate(&column.value))
}
