//! Natives of the channels of characters and of the reader of strings.

use std::sync::{Arc, Mutex};

use super::binary::{charset, count};
use super::chars::{CharReader, CharWriter};
use super::failure::Failure;
use super::pipe::{
    self, ReadLayer, Readable, Writable, WriteLayer, done, fail, never, on, wrong_kind,
};
use crate::native::lang::{arg, int_arg, str_arg};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;
use crate::runtime::{json, xml};

/// A character set that is not known is a panic: a constructor has no other way to say so.
fn refuse(cx: &mut Ctx, failure: &Failure) -> Outcome {
    cx.panic(failure.reason(), failure.message())
}

pub fn readable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(pipe) = pipe::readable(cx, args) else {
        return wrong_kind(cx);
    };
    match charset(cx, args, 1) {
        Ok(charset) => {
            let reader = CharReader::new(pipe.bytes, charset);
            done(cx, over(reader))
        }
        Err(failure) => refuse(cx, &failure),
    }
}

fn over(reader: CharReader) -> Readable {
    Readable {
        bytes: Arc::clone(&reader.bytes),
        layer: ReadLayer::Chars(Arc::new(Mutex::new(reader))),
    }
}

pub fn of_string(cx: &mut Ctx, args: &[V]) -> Outcome {
    let reader = CharReader::of_text(str_arg(cx, args, 0));
    done(cx, over(reader))
}

pub fn writable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(pipe) = pipe::writable(cx, args) else {
        return wrong_kind(cx);
    };
    match charset(cx, args, 1) {
        Ok(charset) => {
            let bytes = pipe.bytes;
            let writer = CharWriter::new(Arc::clone(&bytes), charset);
            let layer = WriteLayer::Chars(Arc::new(Mutex::new(writer)));
            done(cx, Writable { bytes, layer })
        }
        Err(failure) => refuse(cx, &failure),
    }
}

pub fn read(cx: &mut Ctx, args: &[V]) -> Outcome {
    let chars = pipe::readable(cx, args).and_then(|pipe| pipe.chars());
    let wanted = int_arg(args, 1);
    let n_chars = usize::try_from(wanted).unwrap_or(0);
    let is_ready = |reader: &CharReader| reader.has_ready(n_chars);
    let work = move |reader: &mut CharReader| reader.read(wanted);
    on(cx, chars, is_ready, work, |cx, text| {
        Outcome::Done(cx.heap.new_string_owned(text))
    })
}

/// Reads all that is left as what `parse` knows.
fn read_as(
    cx: &mut Ctx,
    args: &[V],
    parse: impl FnOnce(&mut Ctx, &str) -> Result<V, String> + Send + 'static,
) -> Outcome {
    let chars = pipe::readable(cx, args).and_then(|pipe| pipe.chars());
    let is_ready = |reader: &CharReader| reader.has_ready(usize::MAX);
    on(
        cx,
        chars,
        is_ready,
        CharReader::read_rest,
        |cx, text| match parse(cx, &text) {
            Ok(value) => Outcome::Done(value),
            Err(message) => fail(cx, &Failure::Generic(message)),
        },
    )
}

pub fn read_json(cx: &mut Ctx, args: &[V]) -> Outcome {
    read_as(cx, args, |cx, text| {
        json::parse(&mut cx.heap, text).map_err(|error| error.to_string())
    })
}

pub fn read_xml(cx: &mut Ctx, args: &[V]) -> Outcome {
    read_as(cx, args, |cx, text| {
        let items = xml::parse(&mut cx.heap, text)?;
        Ok(xml::sequence(&mut cx.heap, items))
    })
}

pub fn write(cx: &mut Ctx, args: &[V]) -> Outcome {
    let chars = pipe::writable(cx, args).and_then(|pipe| pipe.chars());
    let (content, offset) = (arg(args, 1), int_arg(args, 2));
    let at = usize::try_from(offset).ok();
    let at = at.and_then(|at| cx.heap.byte_offset(content, at));
    let rest = at.and_then(|at| cx.heap.str(content).get(at..));
    let Some(rest) = rest.map(str::to_owned) else {
        let message = format!("the offset {offset} lies outside of the content");
        return fail(cx, &Failure::Generic(message));
    };
    let work = move |writer: &mut CharWriter| writer.write(&rest);
    on(cx, chars, never, work, count)
}
