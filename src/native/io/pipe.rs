//! What stands behind the handle of a channel, and how its work is done.
//!
//! A channel over another one shares its bytes, so that closing either closes both. Work that may wait for
//! a file goes to a thread that may block; what is in memory is done at once.

use std::sync::{Arc, Mutex};

use super::bytes::{ByteReader, ByteWriter};
use super::chars::{CharReader, CharWriter, Shared, lock};
use super::data::ByteOrder;
use super::failure::{self, Failure};
use super::records::{RecordReader, RecordWriter};
use crate::native::lang::arg;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::thrown::INTERNAL;
use crate::runtime::value::V;

/// A channel to read from.
#[derive(Clone)]
pub struct Readable {
    pub bytes: Shared<ByteReader>,
    pub layer: ReadLayer,
}

/// What a readable channel makes of its bytes.
#[derive(Clone)]
pub enum ReadLayer {
    Bytes,
    Chars(Shared<CharReader>),
    Records(Shared<RecordReader>),
    Data(ByteOrder),
}

/// A channel to write to.
#[derive(Clone)]
pub struct Writable {
    pub bytes: Shared<ByteWriter>,
    pub layer: WriteLayer,
}

/// What a writable channel makes bytes of.
#[derive(Clone)]
pub enum WriteLayer {
    Bytes,
    Chars(Shared<CharWriter>),
    Records(Shared<RecordWriter>),
    Data(ByteOrder),
}

impl Readable {
    pub fn of_bytes(reader: ByteReader) -> Self {
        Self {
            bytes: Arc::new(Mutex::new(reader)),
            layer: ReadLayer::Bytes,
        }
    }

    pub fn chars(&self) -> Option<Shared<CharReader>> {
        match &self.layer {
            ReadLayer::Chars(chars) => Some(Arc::clone(chars)),
            _ => None,
        }
    }

    pub fn records(&self) -> Option<Shared<RecordReader>> {
        match &self.layer {
            ReadLayer::Records(records) => Some(Arc::clone(records)),
            _ => None,
        }
    }

    pub fn order(&self) -> ByteOrder {
        match self.layer {
            ReadLayer::Data(order) => order,
            _ => ByteOrder::Big,
        }
    }
}

impl Writable {
    pub fn chars(&self) -> Option<Shared<CharWriter>> {
        match &self.layer {
            WriteLayer::Chars(chars) => Some(Arc::clone(chars)),
            _ => None,
        }
    }

    pub fn records(&self) -> Option<Shared<RecordWriter>> {
        match &self.layer {
            WriteLayer::Records(records) => Some(Arc::clone(records)),
            _ => None,
        }
    }

    pub fn order(&self) -> ByteOrder {
        match self.layer {
            WriteLayer::Data(order) => order,
            _ => ByteOrder::Big,
        }
    }
}

/// The channel of the first argument.
pub fn readable(cx: &Ctx, args: &[V]) -> Option<Readable> {
    cx.heap.handle_as::<Readable>(arg(args, 0)).cloned()
}

/// The channel of the first argument.
pub fn writable(cx: &Ctx, args: &[V]) -> Option<Writable> {
    cx.heap.handle_as::<Writable>(arg(args, 0)).cloned()
}

/// A fresh handle.
pub fn done<T: Send + 'static>(cx: &mut Ctx, pipe: T) -> Outcome {
    Outcome::Done(cx.heap.new_handle(pipe))
}

/// The stubs give every native a channel of its kind.
pub fn wrong_kind(cx: &mut Ctx) -> Outcome {
    cx.panic(INTERNAL, "a channel of another kind")
}

/// The error value of a failure.
pub fn fail(cx: &mut Ctx, failure: &Failure) -> Outcome {
    Outcome::Done(cx.error(failure.reason(), failure.message()))
}

/// Does `work` where it may block, then `finish`.
pub fn aside<T: Send + 'static>(
    cx: &mut Ctx,
    work: impl FnOnce() -> failure::Outcome<T> + Send + 'static,
    finish: impl FnOnce(&mut Ctx, T) -> Outcome + Send + 'static,
) -> Outcome {
    let work = cx.host.io.spawn_blocking(work);
    Outcome::wait(work, |cx, result| match result {
        Ok(result) => finished(cx, result, finish),
        Err(_) => cx.panic(INTERNAL, "a fault inside taintc"),
    })
}

/// Does `work` on a channel: at once when nobody else uses it and `is_ready` says that nothing has to be
/// waited for.
pub fn on<C: Send + 'static, T: Send + 'static>(
    cx: &mut Ctx,
    channel: Option<Shared<C>>,
    is_ready: impl FnOnce(&C) -> bool,
    work: impl FnOnce(&mut C) -> failure::Outcome<T> + Send + 'static,
    finish: impl FnOnce(&mut Ctx, T) -> Outcome + Send + 'static,
) -> Outcome {
    let Some(channel) = channel else {
        return wrong_kind(cx);
    };
    if let Ok(mut channel) = channel.try_lock()
        && is_ready(&channel)
    {
        let result = work(&mut channel);
        return finished(cx, result, finish);
    }
    aside(cx, move || work(&mut lock(&channel)), finish)
}

/// Writing always may block.
pub fn never<C>(_channel: &C) -> bool {
    false
}

fn finished<T>(
    cx: &mut Ctx,
    result: failure::Outcome<T>,
    finish: impl FnOnce(&mut Ctx, T) -> Outcome,
) -> Outcome {
    match result {
        Ok(value) => finish(cx, value),
        Err(failure) => fail(cx, &failure),
    }
}

/// The end of work that gives nothing.
pub fn nil(_cx: &mut Ctx, (): ()) -> Outcome {
    Outcome::NIL
}

pub fn close_readable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let bytes = readable(cx, args).map(|pipe| pipe.bytes);
    on(cx, bytes, |_| true, ByteReader::close, nil)
}

pub fn close_writable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let bytes = writable(cx, args).map(|pipe| pipe.bytes);
    on(cx, bytes, never, ByteWriter::close, nil)
}
