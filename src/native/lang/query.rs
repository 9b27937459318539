//! What table queries leave to the library (spec/language.md 7.8): groups with their aggregates, and the order
//! of the result. The loops over the rows, conditions and selected columns are code of the program.

use std::cmp::Ordering;
use std::fmt::Write;

use rustc_hash::FxHashMap;

use super::{arg, int_arg, list_arg};
use crate::bytecode::op::Arith;
use crate::bytecode::tag::Tag;
use crate::bytecode::typedesc::TypeId;
use crate::native::registry::Table;
use crate::runtime::arith::{arith, order};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::text::to_text;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

pub const CONSTRUCTS: Table = &[("summarize", summarize), ("arrange", arrange)];

/// From a list per row (group keys, then a value per selected column), the number of keys and the aggregate
/// of each column (empty: the value of the first row): a list of the column's values per group, in the
/// order of the groups' first rows.
fn summarize(cx: &mut Ctx, args: &[V]) -> Outcome {
    let n_keys = usize::try_from(int_arg(args, 1)).unwrap_or(0);
    let functions = list_arg(cx, args, 2).into_iter();
    let functions: Vec<String> = functions.map(|f| cx.heap.str(f).to_owned()).collect();
    let mut groups: Vec<Vec<Vec<V>>> = Vec::new();
    let mut by_key: FxHashMap<String, usize> = FxHashMap::default();
    for row in list_arg(cx, args, 0) {
        let mut values: Vec<V> = cx.heap.list(row).items.iter().collect();
        let columns = values.split_off(n_keys.min(values.len()));
        let key = match key_text(cx, &values) {
            Ok(key) => key,
            Err(thrown) => return Outcome::Panic(thrown.0),
        };
        let group = *by_key.entry(key).or_insert(groups.len());
        if group == groups.len() {
            groups.push(vec![Vec::new(); columns.len()]);
        }
        let members = groups.get_mut(group).into_iter().flatten();
        members.zip(columns).for_each(|(of, value)| of.push(value));
    }
    let mut results = Vec::with_capacity(groups.len());
    for group in groups {
        let mut values = Vec::with_capacity(group.len());
        for (function, members) in functions.iter().zip(group) {
            match aggregate(cx, function, &members) {
                Ok(value) => values.push(value),
                Err(thrown) => return Outcome::Panic(thrown.0),
            }
        }
        results.push(list(cx, &values));
    }
    Outcome::Done(list(cx, &results))
}

/// A text that is the same for equal keys; the kinds keep `1` and `"1"` apart.
fn key_text(cx: &mut Ctx, keys: &[V]) -> Result<String, Thrown> {
    let mut text = String::new();
    for &key in keys {
        let part = to_text(cx, key)?;
        // Writing into a string cannot fail.
        let _ = write!(text, "{:?}:{}:{part};", key.tag(), part.len());
    }
    Ok(text)
}

fn aggregate(cx: &mut Ctx, function: &str, members: &[V]) -> Result<V, Thrown> {
    let Some((&first, others)) = members.split_first() else {
        return Ok(V::NIL);
    };
    match function {
        "count" => Ok(V::int(i64::try_from(members.len()).unwrap_or(i64::MAX))),
        "sum" => sum(cx, first, others),
        "avg" => {
            let sum = sum(cx, first, others)?;
            let n_members = members.len() as f64;
            match sum.to_int() {
                Some(sum) => Ok(V::float(sum as f64 / n_members)),
                None => {
                    let n_members = V::int(i64::try_from(members.len()).unwrap_or(i64::MAX));
                    arith(cx, Arith::Div, sum, n_members)
                }
            }
        }
        "min" | "max" => {
            let wanted = if function == "min" {
                Ordering::Less
            } else {
                Ordering::Greater
            };
            let better = |best: V, &other: &V| {
                if compare(cx, other, best) == wanted {
                    other
                } else {
                    best
                }
            };
            Ok(others.iter().fold(first, better))
        }
        _ => Ok(first),
    }
}

fn sum(cx: &mut Ctx, first: V, others: &[V]) -> Result<V, Thrown> {
    let start = first.to_int().map_or(first, V::int);
    let mut sum = start;
    for &other in others {
        sum = arith(cx, Arith::Add, sum, other)?;
    }
    Ok(sum)
}

/// From rows, the list of each row's keys (nil where nothing is ordered), whether each key descends, and a
/// limit (nil for none): the rows in order. Equal rows keep theirs.
fn arrange(cx: &mut Ctx, args: &[V]) -> Outcome {
    let mut rows = list_arg(cx, args, 0);
    if !arg(args, 1).is_nil() {
        let keys: Vec<Vec<V>> = list_arg(cx, args, 1)
            .into_iter()
            .map(|keys| cx.heap.list(keys).items.iter().collect())
            .collect();
        let descends: Vec<bool> = list_arg(cx, args, 2)
            .into_iter()
            .map(|flag| flag == V::boolean(true))
            .collect();
        let mut keyed: Vec<(Vec<V>, V)> = keys.into_iter().zip(rows).collect();
        keyed.sort_by(|(a, _), (b, _)| {
            let pairs = a.iter().zip(b).zip(&descends);
            pairs
                .map(|((&a, &b), &descends)| {
                    let order = compare(cx, a, b);
                    if descends { order.reverse() } else { order }
                })
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        rows = keyed.into_iter().map(|(_, row)| row).collect();
    }
    if let Some(limit) = arg(args, 3).to_int() {
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Outcome::Done(list(cx, &rows))
}

/// Nil first, then numbers and texts by their value.
fn compare(cx: &Ctx, a: V, b: V) -> Ordering {
    match (a.tag(), b.tag()) {
        (Tag::Nil, Tag::Nil) => Ordering::Equal,
        (Tag::Nil, _) => Ordering::Less,
        (_, Tag::Nil) => Ordering::Greater,
        (Tag::String, Tag::String) => cx.heap.str(a).cmp(cx.heap.str(b)),
        (Tag::Boolean, Tag::Boolean) => a.as_bool().cmp(&b.as_bool()),
        _ => order(&cx.heap, a, b).unwrap_or(Ordering::Equal),
    }
}

fn list(cx: &mut Ctx, members: &[V]) -> V {
    cx.heap.new_list_of(&cx.types, TypeId::ANY_ARRAY, members)
}
