//! Results of queries: columns, cells, and a source that gives one row after the other.
//!
//! Input → output: rows of the driver → [`Cell`]s by the type of the stored value, with the type
//! that the column was declared with beside them (spec/jdbc.md section 4). Turning cells into
//! fields of a record is the business of `table.rs`.

use std::collections::VecDeque;

use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};
use tokio::sync::mpsc;

use super::failure::Failure;

/// A column of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub label: String,
    pub declared: Declared,
}

/// What a column was declared as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declared {
    Integer,
    Float,
    Boolean,
    Text,
    Binary,
    Date,
    Time,
    Timestamp,
    /// NUMERIC and DECIMAL, which the driver does not tell from an expression: the value decides.
    Value,
}

/// A stored value.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The rows of a result that were not read yet.
pub enum Rows {
    /// All of them.
    Read(VecDeque<Vec<Cell>>),
    /// As they come; dropping it gives the connection back.
    Streamed(mpsc::Receiver<Result<Vec<Cell>, Failure>>),
}

/// A result: its columns are known with its first row, or when it has none.
pub struct ResultSet {
    pub columns: Vec<Column>,
    pub rows: Rows,
}

impl Rows {
    /// The next row; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Vec<Cell>, Failure>> {
        match self {
            Self::Read(rows) => rows.pop_front().map(Ok),
            Self::Streamed(rows) => rows.recv().await,
        }
    }
}

/// The columns of a row.
pub fn columns(row: &SqliteRow) -> Vec<Column> {
    row.columns()
        .iter()
        .map(|column| Column {
            label: column.name().to_owned(),
            declared: declared(column.type_info().name()),
        })
        .collect()
}

fn declared(name: &str) -> Declared {
    match name {
        "INTEGER" => Declared::Integer,
        "REAL" => Declared::Float,
        "BOOLEAN" => Declared::Boolean,
        "TEXT" => Declared::Text,
        "BLOB" => Declared::Binary,
        "DATE" => Declared::Date,
        "TIME" => Declared::Time,
        "DATETIME" => Declared::Timestamp,
        _ => Declared::Value,
    }
}

/// The cells of a row.
pub fn cells(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
    (0..row.len()).map(|index| cell(row, index)).collect()
}

fn cell(row: &SqliteRow, index: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let stored = raw.type_info().name().to_owned();
    Ok(match stored.as_str() {
        "INTEGER" => Cell::Int(row.try_get_unchecked(index)?),
        "REAL" => Cell::Real(row.try_get_unchecked(index)?),
        "BLOB" => Cell::Bytes(row.try_get_unchecked(index)?),
        _ => Cell::Text(row.try_get_unchecked(index)?),
    })
}
