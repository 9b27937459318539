//! `ballerina/lang.table`: tables in memory and the results of queries, which have a native value of their own
//! and cannot be changed.

use super::{arg, fail, list_arg};
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::native::registry::Table as Natives;
use crate::runtime::copy;
use crate::runtime::heap::kinds::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::relation::{is_type, type_of};
use crate::runtime::text::{simple_text, to_text};
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

pub const NATIVES: Natives = &[
    ("hasNext", has_next),
    ("getNext", get_next),
    ("add", add),
    ("remove", remove),
    ("close", close),
];

pub const CONSTRUCTS: Natives = &[("construct", construct)];

const OPERATION_ERROR: &str = "{ballerina}TableOperationError";

/// A table from the type of its rows, the list of them and the names of its key columns.
fn construct(cx: &mut Ctx, args: &[V]) -> Outcome {
    let ty = cx.types.intern(TypeDesc::Table(arg(args, 0).as_type()));
    let keys = list_arg(cx, args, 2).into_iter();
    let keys = keys.map(|key| cx.heap.str(key).into()).collect();
    let table = cx.heap.new_table(Table {
        ty,
        keys,
        ..Table::default()
    });
    for row in list_arg(cx, args, 1) {
        match insert(cx, table, row) {
            Ok(None) => {}
            Ok(Some(message)) => return cx.panic(OPERATION_ERROR, &message),
            Err(thrown) => return Outcome::Panic(thrown.0),
        }
    }
    Outcome::Done(table)
}

/// Adds a row unless its key is taken; then says so.
fn insert(cx: &mut Ctx, table: V, row: V) -> Result<Option<String>, Thrown> {
    if let Some(key) = key_text(cx, table, row)?
        && !cx.heap.table_mut(table).taken_keys.insert(key.clone())
    {
        return Ok(Some(format!("duplicate key: {key}")));
    }
    cx.heap.table_mut(table).rows.push(row);
    cx.heap.charge(16);
    Ok(None)
}

/// `id=1,name=x` of the key columns; `None` for a table without keys.
fn key_text(cx: &mut Ctx, table: V, row: V) -> Result<Option<Box<str>>, Thrown> {
    let keys = cx.heap.table(table).keys.clone();
    let mut texts = Vec::new();
    for key in &keys {
        let value = cx.heap.member(row, key).unwrap_or_default();
        let text = match simple_text(cx, value) {
            Some(text) => text,
            None => to_text(cx, value)?,
        };
        texts.push(format!("{key}={text}"));
    }
    Ok((!keys.is_empty()).then(|| texts.join(",").into()))
}

fn has_next(cx: &mut Ctx, args: &[V]) -> Outcome {
    let table = arg(args, 0);
    if cx.heap.table(table).closed {
        let message = "Trying to perform hasNext operation over a closed table";
        return cx.panic(OPERATION_ERROR, message);
    }
    let table = cx.heap.table_mut(table);
    let has_next = table.cursor < table.rows.len();
    if !has_next && table.native.is_nil() {
        // The next walk begins anew.
        table.cursor = 0;
    }
    Outcome::Done(V::boolean(has_next))
}

fn get_next(cx: &mut Ctx, args: &[V]) -> Outcome {
    let table = cx.heap.table_mut(arg(args, 0));
    if table.closed {
        let message = "Trying to perform an operation over a closed table";
        return cx.panic(OPERATION_ERROR, message);
    }
    match table.rows.get(table.cursor).copied() {
        Some(row) => {
            table.cursor += 1;
            if row.is_error() {
                // A row of a database that does not fit the type asked for.
                return Outcome::Panic(row);
            }
            Outcome::Done(row)
        }
        None => cx.panic(OPERATION_ERROR, "there is no further row"),
    }
}

fn add(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (table, row) = (arg(args, 0), arg(args, 1));
    if !cx.heap.table(table).native.is_nil() {
        let message = "data cannot be added to a table returned from a database";
        return fail(cx, OPERATION_ERROR, message);
    }
    if let Err(panic) = check_writable(cx, table) {
        return panic;
    }
    let row_type = match *cx.types.get(cx.heap.table(table).ty) {
        TypeDesc::Table(row) => row,
        _ => TypeId::ANYDATA_MAP,
    };
    if !is_type(&cx.heap, &cx.types, row, row_type) {
        let found = type_of(cx, row);
        let message = format!(
            "incompatible types: record of type:{} cannot be added to a table with type:{}",
            cx.types.text(found),
            cx.types.text(row_type)
        );
        return fail(cx, OPERATION_ERROR, &message);
    }
    let inserted = copy::clone(cx, row).and_then(|copy| insert(cx, table, copy));
    match inserted {
        Ok(None) => Outcome::NIL,
        Ok(Some(message)) => fail(cx, OPERATION_ERROR, &message),
        Err(thrown) => Outcome::Panic(thrown.0),
    }
}

fn check_writable(cx: &mut Ctx, table: V) -> Result<(), Outcome> {
    if cx.heap.table(table).read_only {
        let message = "modification not allowed on readonly value";
        return Err(cx.panic("{ballerina/lang.table}InvalidUpdate", message));
    }
    Ok(())
}

fn remove(cx: &mut Ctx, args: &[V]) -> Outcome {
    let table = arg(args, 0);
    if !cx.heap.table(table).native.is_nil() {
        let message = "data cannot be deleted from a table returned from a database";
        return fail(cx, OPERATION_ERROR, message);
    }
    if let Err(panic) = check_writable(cx, table) {
        return panic;
    }
    let rows = cx.heap.table(table).rows.clone();
    let rows = cx.heap.new_iterator(rows);
    let kept = cx.heap.new_iterator(Vec::new());
    remove_from(cx, table, arg(args, 1), rows, kept, 0)
}

/// Asks for one row after the other; `kept` collects those that stay.
fn remove_from(cx: &mut Ctx, table: V, func: V, rows: V, kept: V, index: usize) -> Outcome {
    let Some(row) = cx.heap.iterator(rows).get(index).copied() else {
        return finish_removal(cx, table, rows, kept);
    };
    Outcome::call_keeping(vec![rows, kept], func, vec![row], move |cx, result| {
        if result != V::TRUE {
            cx.heap.iterator_mut(kept).push(row);
        }
        remove_from(cx, table, func, rows, kept, index + 1)
    })
}

fn finish_removal(cx: &mut Ctx, table: V, rows: V, kept: V) -> Outcome {
    let asked = cx.heap.iterator(rows).len();
    let mut kept = cx.heap.iterator(kept).clone();
    let n_removed = asked - kept.len();
    // Rows that the function itself added stay.
    kept.extend(cx.heap.table(table).rows.iter().skip(asked));
    let place = cx.heap.table_mut(table);
    place.rows.clear();
    place.taken_keys.clear();
    place.cursor = 0;
    for row in kept {
        if let Err(thrown) = insert(cx, table, row) {
            return Outcome::Panic(thrown.0);
        }
    }
    Outcome::Done(V::int(n_removed as i64))
}

fn close(cx: &mut Ctx, args: &[V]) -> Outcome {
    let table = arg(args, 0);
    debug_assert!(table.tag() == Tag::Table, "the receiver is a table");
    cx.heap.table_mut(table).closed = true;
    Outcome::NIL
}
