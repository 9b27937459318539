//! Strands and what they wait for: futures, channels between workers, locks (spec/language.md 7.5
//! and 7.6). A strand that has to wait stands at its instruction and looks again at every change.

use super::Stop;
use super::cold::{internal, set};
use crate::bytecode::op::Op;
use crate::bytecode::tag::Tag;
use crate::runtime::copy;
use crate::runtime::heap::kinds::{FutureState, Message};
use crate::runtime::isolate::Isolate;
use crate::runtime::strand::Waiting;
use crate::runtime::thrown::{self, Thrown};
use crate::runtime::value::V;

pub(super) fn execute(cx: &mut Isolate, op: Op) -> Result<(), Stop> {
    match op {
        Op::Start { a, b, c } => {
            let args = cx.strand.range(a, b).to_vec();
            let function = cx.strand.get(c);
            let future = cx.start(function, &args);
            set(cx, a, future)
        }
        Op::Wait { a, b } => {
            let future = cx.strand.get(b);
            match state(cx, future)? {
                FutureState::Done(value) => set(cx, a, value),
                FutureState::Panicked(error) => Err(Thrown(error).into()),
                FutureState::Pending => {
                    await_future(cx, future);
                    again(cx)
                }
            }
        }
        Op::WaitAny { a, b, c } => wait_any(cx, a, b, c),
        Op::NewChannel { a } => {
            let channel = cx.heap.new_channel();
            set(cx, a, channel)
        }
        Op::ChannelSender { a, b } => {
            let (channel, future) = (cx.strand.get(a), cx.strand.get(b));
            cx.heap.channel_mut(channel).sender = future;
            cx.heap.future_mut(future).channels.push(channel);
            Ok(())
        }
        Op::ChannelReceiver { a, b } => {
            let (channel, future) = (cx.strand.get(a), cx.strand.get(b));
            cx.heap.channel_mut(channel).receiver = future;
            cx.heap.future_mut(future).channels.push(channel);
            Ok(())
        }
        Op::Send { a, b } => {
            let (value, channel) = (cx.strand.get(a), cx.strand.get(b));
            send(cx, value, channel, false)
        }
        Op::SyncSend { a, b, c } => sync_send(cx, a, b, c),
        Op::Receive { a, b } => receive(cx, a, b),
        Op::Flush { a, b } => flush(cx, a, b),
        Op::Lock { d } => lock(cx, d),
        Op::Unlock { d } => {
            unlock(cx, d);
            Ok(())
        }
        _ => Err(internal(cx, "no operation on strands").into()),
    }
}

/// Waiting is impossible while a native runs language code on the machine's stack.
pub(super) fn can_wait(cx: &mut Isolate) -> Result<(), Thrown> {
    if cx.strand.n_nested == 0 {
        return Ok(());
    }
    Err(cx.thrown(
        thrown::INTERNAL,
        "a function that is called back in this place cannot wait",
    ))
}

/// Waits for a change and then looks at the same instruction again.
fn again(cx: &mut Isolate) -> Result<(), Stop> {
    can_wait(cx)?;
    cx.strand.pc -= 1;
    cx.strand.waiting = Waiting::Change;
    Err(Stop::Park)
}

fn state(cx: &mut Isolate, future: V) -> Result<FutureState, Thrown> {
    if future.tag() != Tag::Future {
        return Err(internal(cx, "a wait for something that is no future"));
    }
    Ok(cx.heap.future(future).state)
}

/// Puts this strand among those that wait for `future`.
fn await_future(cx: &mut Isolate, future: V) {
    let id = cx.strand.id;
    let waiters = &mut cx.heap.future_mut(future).waiters;
    if !waiters.contains(&id) {
        waiters.push(id);
    }
}

fn wait_any(cx: &mut Isolate, a: u8, b: u8, c: u8) -> Result<(), Stop> {
    let futures = cx.strand.range(b, c).to_vec();
    let mut first: Option<(u64, FutureState)> = None;
    for &future in &futures {
        let state = state(cx, future)?;
        let ended_at = cx.heap.future(future).ended_at;
        if state != FutureState::Pending && first.is_none_or(|(before, _)| ended_at < before) {
            first = Some((ended_at, state));
        }
    }
    match first {
        Some((_, FutureState::Done(value))) => set(cx, a, value),
        Some((_, FutureState::Panicked(error))) => Err(Thrown(error).into()),
        Some((_, FutureState::Pending)) | None => {
            for future in futures {
                await_future(cx, future);
            }
            again(cx)
        }
    }
}

fn send(cx: &mut Isolate, value: V, channel: V, sync: bool) -> Result<(), Stop> {
    let value = copy::clone(cx, value)?;
    let sync = sync.then_some(cx.strand.id);
    let channel = cx.heap.channel_mut(channel);
    channel.messages.push_back(Message { value, sync });
    if let Some(receiving) = channel.receiving.take() {
        cx.scheduler.wake(receiving);
    }
    Ok(())
}

/// What the end of a strand means for one that waits at its channel: nothing yet, an error value,
/// or a panic.
enum Peer {
    Alive,
    Ended,
    Failed(V),
    Panicked(V),
}

fn peer(cx: &Isolate, future: V) -> Peer {
    if future.tag() != Tag::Future {
        return Peer::Alive;
    }
    match cx.heap.future(future).state {
        FutureState::Pending => Peer::Alive,
        FutureState::Panicked(error) => Peer::Panicked(error),
        FutureState::Done(value) if value.is_error() => Peer::Failed(value),
        FutureState::Done(_) => Peer::Ended,
    }
}

fn sync_send(cx: &mut Isolate, a: u8, b: u8, c: u8) -> Result<(), Stop> {
    let (channel, value) = (cx.strand.get(b), cx.strand.get(c));
    can_wait(cx)?;
    if !cx.strand.sent {
        send(cx, value, channel, true)?;
        cx.strand.sent = true;
        return again(cx);
    }
    let result = match cx.strand.wake.take() {
        Some(result) => result,
        None => match peer(cx, cx.heap.channel(channel).receiver) {
            Peer::Alive => return again(cx),
            Peer::Ended => Ok(V::NIL),
            Peer::Failed(error) => Ok(error),
            Peer::Panicked(error) => Err(Thrown(error)),
        },
    };
    cx.strand.sent = false;
    set(cx, a, result?)
}

fn receive(cx: &mut Isolate, a: u8, b: u8) -> Result<(), Stop> {
    let channel = cx.strand.get(b);
    let Some(message) = cx.heap.channel_mut(channel).messages.pop_front() else {
        return match peer(cx, cx.heap.channel(channel).sender) {
            Peer::Alive => {
                cx.heap.channel_mut(channel).receiving = Some(cx.strand.id);
                again(cx)
            }
            Peer::Ended => Err(cx
                .thrown(thrown::DEADLOCK, "the worker has ended without sending")
                .into()),
            Peer::Failed(error) => set(cx, a, error),
            Peer::Panicked(error) => Err(Thrown(error).into()),
        };
    };
    if let Some(sender) = message.sync {
        cx.scheduler.wake_with(sender, Ok(V::NIL));
    }
    if cx.heap.channel(channel).messages.is_empty() {
        for flushing in std::mem::take(&mut cx.heap.channel_mut(channel).flushing) {
            cx.scheduler.wake(flushing);
        }
    }
    set(cx, a, message.value)
}

fn flush(cx: &mut Isolate, a: u8, b: u8) -> Result<(), Stop> {
    let channel = cx.strand.get(b);
    if cx.heap.channel(channel).messages.is_empty() {
        return set(cx, a, V::NIL);
    }
    match peer(cx, cx.heap.channel(channel).receiver) {
        Peer::Alive => {
            let id = cx.strand.id;
            let flushing = &mut cx.heap.channel_mut(channel).flushing;
            if !flushing.contains(&id) {
                flushing.push(id);
            }
            again(cx)
        }
        Peer::Ended => set(cx, a, V::NIL),
        Peer::Failed(error) => set(cx, a, error),
        Peer::Panicked(error) => Err(Thrown(error).into()),
    }
}

fn lock(cx: &mut Isolate, d: u32) -> Result<(), Stop> {
    let id = cx.strand.id;
    let Some(lock) = cx.scheduler.locks.get_mut(d as usize) else {
        return Err(internal(cx, "an unknown lock").into());
    };
    if lock.owner.is_none_or(|owner| owner == id) {
        lock.owner = Some(id);
        lock.depth += 1;
        cx.strand.n_locks += 1;
        return Ok(());
    }
    can_wait(cx)?;
    let lock = &mut cx.scheduler.locks[d as usize];
    if !lock.waiters.contains(&id) {
        lock.waiters.push_back(id);
    }
    again(cx)
}

fn unlock(cx: &mut Isolate, d: u32) {
    let id = cx.strand.id;
    if let Some(lock) = cx.scheduler.locks.get_mut(d as usize)
        && lock.owner == Some(id)
    {
        cx.strand.n_locks -= 1;
        lock.depth -= 1;
        if lock.depth == 0 {
            cx.scheduler.pass_on(d as usize);
        }
    }
}
