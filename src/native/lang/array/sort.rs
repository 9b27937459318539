//! `sort`: a stable merge sort in place. The comparator is called on the machine's own stack, millions of
//! times for a large list; it cannot wait.

use super::arg;
use crate::native::lang::int_arg;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::store::check_writable;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

/// Runs up to this length are sorted by insertion.
const RUN: usize = 6;

/// `sort(arr, func)`.
pub fn sort(cx: &mut Ctx, args: &[V]) -> Outcome {
    let list = arg(args, 0);
    if let Err(thrown) = check_writable(cx, list) {
        return Outcome::Panic(thrown.0);
    }
    let comparator = arg(args, 1);
    let mut members: Vec<V> = cx.heap.list(list).items.iter().collect();
    // Whatever the comparator does to the list: the members stay alive.
    let copy = {
        let ty = cx.heap.list(list).ty;
        let items = cx.heap.list(list).items.clone();
        cx.heap.new_list(ty, items)
    };
    let pin = cx.heap.pin(copy);
    let sorted: Result<(), Thrown> = merge_sort(&mut members, |a, b| {
        let order = cx.call(comparator, &[a, b])?;
        Ok(int_arg(&[order], 0) <= 0)
    });
    cx.heap.unpin(pin);
    if let Err(thrown) = sorted {
        return Outcome::Panic(thrown.0);
    }
    let mut items = cx.heap.list(copy).items.clone();
    if let Items::Any(items) = &mut items {
        *items = members;
    } else {
        for (index, &member) in members.iter().enumerate() {
            items.set(index, member);
        }
    }
    cx.heap.list_mut(list).items = items;
    Outcome::Done(list)
}

/// Sorts bottom-up; `in_order(a, b)` tells whether `a` may stand before `b`, which holds for equal ones.
fn merge_sort<T: Copy, E>(
    items: &mut Vec<T>,
    mut in_order: impl FnMut(T, T) -> Result<bool, E>,
) -> Result<(), E> {
    for run in items.chunks_mut(RUN) {
        for end in 1..run.len() {
            let mut at = end;
            while at > 0 && !in_order(run[at - 1], run[at])? {
                run.swap(at - 1, at);
                at -= 1;
            }
        }
    }
    let mut merged: Vec<T> = Vec::with_capacity(items.len());
    let mut width = RUN;
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, &mut in_order)?;
        }
        std::mem::swap(items, &mut merged);
        width *= 2;
    }
    Ok(())
}

fn merge<T: Copy, E>(
    mut left: &[T],
    mut right: &[T],
    merged: &mut Vec<T>,
    in_order: &mut impl FnMut(T, T) -> Result<bool, E>,
) -> Result<(), E> {
    // Runs that follow each other already need one comparison.
    if let (Some(&last), Some(&first)) = (left.last(), right.first())
        && in_order(last, first)?
    {
        merged.extend_from_slice(left);
        merged.extend_from_slice(right);
        return Ok(());
    }
    while let (Some((&a, left_rest)), Some((&b, right_rest))) =
        (left.split_first(), right.split_first())
    {
        if in_order(a, b)? {
            merged.push(a);
            left = left_rest;
        } else {
            merged.push(b);
            right = right_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::merge_sort;

    #[test]
    fn sorting_is_stable() {
        // (key, position): the positions of equal keys must ascend.
        let mut state = 12345_u32;
        for len in [0, 1, 5, 6, 7, 12, 13, 100, 1000] {
            let mut items: Vec<(u32, usize)> = (0..len)
                .map(|position| {
                    state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                    ((state >> 16) % 10, position)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|pair| pair.0);
            let sorted: Result<(), ()> = merge_sort(&mut items, |a, b| Ok(a.0 <= b.0));
            assert_eq!((sorted, items), (Ok(()), expected));
        }
    }

    #[test]
    fn a_failure_of_the_comparator_ends_the_sort() {
        let mut items = vec![3, 1, 2];
        assert_eq!(merge_sort(&mut items, |_, _| Err("no")), Err("no"));
    }
}
