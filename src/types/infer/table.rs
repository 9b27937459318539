//! Table literals (spec/language.md 2.8). The row type comes from the place.

use crate::base::TextRange;
use crate::diagnostics::Code;
use crate::syntax::ast::{ExprId, TableLiteral, TableRow};
use crate::types::hir::{self, Expr, ExprKind, FieldDef, MappingEntry};
use crate::types::record_def;
use crate::types::ty::{Ty, TyKind};

use super::cx::Cx;

impl Cx<'_> {
    pub fn table(&mut self, id: ExprId, table: &TableLiteral, expected: Option<Ty>) -> Expr {
        let range = self.range(id);
        let members = expected.map(Ty::members).unwrap_or_default();
        let mut rows = members.iter().filter_map(|member| match member.kind() {
            TyKind::Table(row) => Some(*row),
            _ => None,
        });
        let Some(row) = rows.next() else {
            if expected.is_none_or(|expected| !expected.is_error()) {
                self.report(Code::E092, range, "cannot infer table type");
            }
            return Self::error_expr(range);
        };
        if row.is_error() {
            return Self::error_expr(range);
        }
        let TyKind::Record(record) = row.kind() else {
            let message = "table type constraint must be a record type";
            self.report(Code::E092, range, message);
            return Self::error_expr(range);
        };
        let definition = record_def(self.db, *record);
        let mut columns: Vec<Option<&FieldDef>> = Vec::new();
        for column in &table.columns {
            let field = definition.field(column.name.name);
            if field.is_none() {
                let message = format!(
                    "undefined column '{}' for table of type '{}'",
                    column.name.name,
                    self.display(row)
                );
                self.report(Code::E092, column.name.range, message);
            }
            columns.push(field);
        }
        let keys = table.columns.iter().filter(|column| column.is_key);
        let keys = keys.map(|column| column.name.name).collect();
        let rows = table
            .rows
            .iter()
            .map(|written| match written {
                TableRow::Values { values, range } => {
                    self.row_of_values(values, &columns, row, *range)
                }
                TableRow::Expr(value) => self.expr_of(*value, row),
            })
            .collect();
        let table = hir::TableLiteral { row, keys, rows };
        Expr {
            kind: ExprKind::Table(table),
            ty: Ty::new(&TyKind::Table(row)),
            range,
        }
    }

    /// `{1, "a"}`: a value for each column.
    fn row_of_values(
        &mut self,
        values: &[ExprId],
        columns: &[Option<&FieldDef>],
        row: Ty,
        range: TextRange,
    ) -> Expr {
        if values.len() != columns.len() {
            let message = format!(
                "a row of {} values for {} columns",
                values.len(),
                columns.len()
            );
            self.report(Code::E092, range, message);
        }
        let mut entries = Vec::new();
        for (at, &value) in values.iter().enumerate() {
            let Some(field) = columns.get(at).copied().flatten() else {
                self.expr(value, None);
                continue;
            };
            let value = self.expr_of(value, field.ty);
            entries.push(MappingEntry::Field {
                name: field.name,
                range: value.range,
                value,
            });
        }
        if columns.iter().all(Option::is_some) && values.len() == columns.len() {
            self.missing_fields(row, &entries, range);
        }
        Expr {
            kind: ExprKind::Mapping(entries),
            ty: row,
            range,
        }
    }
}
