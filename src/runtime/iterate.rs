//! Iteration: a source and a cursor, in two registers of the loop (spec/language.md 5.9). A cursor is an index,
//! a byte of a string or a place of a map; nil when nothing is left.

use super::heap::kinds::Xml;
use super::native::Ctx;
use super::thrown::{self, Thrown};
use super::value::V;
use crate::bytecode::tag::Tag;

/// Source and first cursor for the members of `v`: arrays, tuples, maps, records (their values),
/// strings (characters), xml (items), tables (rows).
pub fn iter_new(cx: &mut Ctx, v: V) -> Result<(V, V), Thrown> {
    match v.tag() {
        // The values as they are now: a record's fields have no places that outlive changes.
        Tag::Record => {
            let members = cx.heap.members(v);
            let values = members.into_iter().map(|(_, value)| value).collect();
            Ok((cx.heap.new_iterator(values), V::int(0)))
        }
        Tag::List | Tag::Map | Tag::String | Tag::Xml | Tag::Table | Tag::Iterator => {
            Ok((v, V::int(0)))
        }
        tag => {
            let message = format!("a value of kind {tag:?} cannot be iterated over");
            Err(cx.thrown(thrown::INTERNAL, &message))
        }
    }
}

/// The next member and the cursor behind it.
pub fn iter_next(cx: &mut Ctx, source: V, cursor: V) -> Result<Option<(V, V)>, Thrown> {
    let Some(cursor) = cursor.to_int() else {
        return Ok(None);
    };
    let at = usize::try_from(cursor).unwrap_or(usize::MAX);
    let next = V::int(cursor.wrapping_add(1));
    let item = match source.tag() {
        Tag::List => cx.heap.list(source).items.get(at),
        Tag::Iterator => cx.heap.iterator(source).get(at).copied(),
        Tag::Xml => match cx.heap.xml(source) {
            Xml::Sequence(items) => items.get(at).copied(),
            _ => (at == 0).then_some(source),
        },
        Tag::Table => {
            let row = cx.heap.table(source).rows.get(at).copied();
            let table = cx.heap.table_mut(source);
            // The result of a query is used up, a table of the program is not.
            if row.is_none() && !table.native.is_nil() {
                table.closed = true;
            }
            // A row of a database that does not fit the type asked for.
            if let Some(error) = row.filter(|row| row.is_error()) {
                return Err(Thrown(error));
            }
            row
        }
        Tag::Map => {
            let found = cx.heap.map(source).next_from(at);
            return Ok(found.map(|(behind, _, value)| (value, V::int(behind as i64))));
        }
        Tag::String => {
            let Some(c) = cx.heap.str(source).get(at..).and_then(|s| s.chars().next()) else {
                return Ok(None);
            };
            let behind = V::int((at + c.len_utf8()) as i64);
            return Ok(Some((cx.heap.new_char(c), behind)));
        }
        _ => None,
    };
    Ok(item.map(|item| (item, next)))
}
