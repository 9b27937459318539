//! `ballerina/lang.stream`: what is published reaches each subscriber on a strand of its own, one value after
//! the other.

use std::collections::VecDeque;

use super::arg;
use crate::bytecode::typedesc::TypeDesc;
use crate::native::registry::Table;
use crate::runtime::copy;
use crate::runtime::heap::kinds::{Stream, Subscriber};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::relation::{is_type, type_of};
use crate::runtime::value::V;

pub const NATIVES: Table = &[("publish", publish), ("subscribe", subscribe)];

pub const CONSTRUCTS: Table = &[("construct", construct)];

/// A stream of values of a type.
fn construct(cx: &mut Ctx, args: &[V]) -> Outcome {
    let ty = cx.types.intern(TypeDesc::Stream(arg(args, 0).as_type()));
    let subscribers = Vec::new();
    Outcome::Done(cx.heap.new_stream(Stream { ty, subscribers }))
}

fn subscribe(cx: &mut Ctx, args: &[V]) -> Outcome {
    let subscriber = Subscriber {
        function: arg(args, 1),
        queue: VecDeque::new(),
        is_running: false,
    };
    let stream = cx.heap.stream_mut(arg(args, 0));
    stream.subscribers.push(subscriber);
    Outcome::NIL
}

fn publish(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (stream, data) = (arg(args, 0), arg(args, 1));
    if let TypeDesc::Stream(item) = *cx.types.get(cx.heap.stream(stream).ty)
        && !is_type(&cx.heap, &cx.types, data, item)
    {
        let found = type_of(cx, data);
        let message = format!(
            "incompatible types: value of type:{} cannot be added to a stream of type:{}",
            cx.types.text(found),
            cx.types.text(item)
        );
        return cx.panic("{ballerina}StreamPublishError", &message);
    }
    for index in 0..cx.heap.stream(stream).subscribers.len() {
        let copy = match copy::clone(cx, data) {
            Ok(copy) => copy,
            Err(thrown) => return Outcome::Panic(thrown.0),
        };
        if let Some(subscriber) = cx.heap.stream_mut(stream).subscribers.get_mut(index) {
            subscriber.queue.push_back(copy);
        }
        hand_on(cx, stream, index);
    }
    Outcome::NIL
}

/// Starts a strand for the next value of a subscriber that has none running.
fn hand_on(cx: &mut Ctx, stream: V, index: usize) {
    let Some(subscriber) = cx.heap.stream_mut(stream).subscribers.get_mut(index) else {
        return;
    };
    if subscriber.is_running {
        return;
    }
    let Some(value) = subscriber.queue.pop_front() else {
        return;
    };
    subscriber.is_running = true;
    let function = subscriber.function;
    let pin = cx.heap.pin(stream);
    cx.start_then(function, &[value], move |cx, _| {
        cx.heap.unpin(pin);
        if let Some(subscriber) = cx.heap.stream_mut(stream).subscribers.get_mut(index) {
            subscriber.is_running = false;
        }
        hand_on(cx, stream, index);
    });
}
