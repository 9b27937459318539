//! Natives of the channels of bytes and of numbers in binary form.

use super::bytes::{self, BUFFER, ByteReader, ByteWriter};
use super::chars::Charset;
use super::data::{self, ByteOrder};
use super::failure::{self, Failure};
use super::pipe::{
    ReadLayer, Readable, Writable, WriteLayer, aside, done, fail, never, nil, on, readable,
    writable, wrong_kind,
};
use crate::native::lang::{arg, int_arg, str_arg};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub fn open_readable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let path = str_arg(cx, args, 0).to_owned();
    aside(
        cx,
        move || ByteReader::open(&path).map(Readable::of_bytes),
        done,
    )
}

pub fn open_writable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let path = str_arg(cx, args, 0).to_owned();
    let appends = arg(args, 1).to_bool().unwrap_or(false);
    let open = move || ByteWriter::open(&path, appends);
    aside(cx, open, |cx, writer| {
        let bytes = std::sync::Arc::new(std::sync::Mutex::new(writer));
        let layer = WriteLayer::Bytes;
        done(cx, Writable { bytes, layer })
    })
}

pub fn memory(cx: &mut Ctx, args: &[V]) -> Outcome {
    let content = cx.heap.bytes(arg(args, 0)).to_vec();
    done(cx, Readable::of_bytes(ByteReader::of_memory(content)))
}

pub fn read(cx: &mut Ctx, args: &[V]) -> Outcome {
    let bytes = readable(cx, args).map(|pipe| pipe.bytes);
    let wanted = int_arg(args, 1);
    let least = usize::try_from(wanted).ok().filter(|&least| least > 0);
    let is_ready = |reader: &ByteReader| reader.has_ready(least.unwrap_or(BUFFER));
    let work = move |reader: &mut ByteReader| reader.read(wanted);
    on(cx, bytes, is_ready, work, |cx, content| {
        Outcome::Done(cx.heap.new_bytes(content))
    })
}

pub fn write(cx: &mut Ctx, args: &[V]) -> Outcome {
    let bytes = writable(cx, args).map(|pipe| pipe.bytes);
    let offset = int_arg(args, 2);
    let content = cx.heap.bytes(arg(args, 1));
    let content = usize::try_from(offset)
        .ok()
        .and_then(|at| content.get(at..));
    let Some(content) = content.map(<[u8]>::to_vec) else {
        let message = format!("the offset {offset} lies outside of the content");
        return fail(cx, &Failure::Generic(message));
    };
    let work = move |writer: &mut ByteWriter| writer.write(&content).map(|()| content.len());
    on(cx, bytes, never, work, count)
}

/// A number of bytes.
pub fn count(_cx: &mut Ctx, n_bytes: usize) -> Outcome {
    Outcome::Done(V::int(i64::try_from(n_bytes).unwrap_or(i64::MAX)))
}

pub fn encode(cx: &mut Ctx, args: &[V]) -> Outcome {
    recoded(cx, args, bytes::encode)
}

pub fn decode(cx: &mut Ctx, args: &[V]) -> Outcome {
    recoded(cx, args, bytes::decode)
}

fn recoded(
    cx: &mut Ctx,
    args: &[V],
    recode: fn(&mut ByteReader) -> failure::Outcome<ByteReader>,
) -> Outcome {
    let bytes = readable(cx, args).map(|pipe| pipe.bytes);
    let is_ready = |reader: &ByteReader| reader.has_ready(usize::MAX);
    on(cx, bytes, is_ready, recode, |cx, reader| {
        done(cx, Readable::of_bytes(reader))
    })
}

pub fn readable_data(cx: &mut Ctx, args: &[V]) -> Outcome {
    let order = ByteOrder::of_name(str_arg(cx, args, 1));
    let Some(pipe) = readable(cx, args) else {
        return wrong_kind(cx);
    };
    let layer = ReadLayer::Data(order);
    done(cx, Readable { layer, ..pipe })
}

pub fn writable_data(cx: &mut Ctx, args: &[V]) -> Outcome {
    let order = ByteOrder::of_name(str_arg(cx, args, 1));
    let Some(pipe) = writable(cx, args) else {
        return wrong_kind(cx);
    };
    let layer = WriteLayer::Data(order);
    done(cx, Writable { layer, ..pipe })
}

/// Reads something of at most `n_bytes` bytes.
fn read_data<T: Send + 'static>(
    cx: &mut Ctx,
    args: &[V],
    n_bytes: usize,
    work: impl FnOnce(&mut ByteReader, ByteOrder) -> failure::Outcome<T> + Send + 'static,
    finish: impl FnOnce(&mut Ctx, T) -> Outcome + Send + 'static,
) -> Outcome {
    let Some(pipe) = readable(cx, args) else {
        return wrong_kind(cx);
    };
    let order = pipe.order();
    let is_ready = |reader: &ByteReader| reader.has_ready(n_bytes);
    let work = move |reader: &mut ByteReader| work(reader, order);
    on(cx, Some(pipe.bytes), is_ready, work, finish)
}

/// The width of a number; the stubs name no other.
fn width(args: &[V], index: usize) -> usize {
    usize::try_from(int_arg(args, index)).map_or(8, |width| width.clamp(1, 8))
}

pub fn read_int(cx: &mut Ctx, args: &[V]) -> Outcome {
    let n_bytes = width(args, 1);
    let work = move |reader: &mut ByteReader, order| data::read_int(reader, order, n_bytes);
    read_data(cx, args, n_bytes, work, |_, number| {
        Outcome::Done(V::int(number))
    })
}

pub fn read_float(cx: &mut Ctx, args: &[V]) -> Outcome {
    let n_bytes = width(args, 1);
    let work = move |reader: &mut ByteReader, order| data::read_float(reader, order, n_bytes);
    read_data(cx, args, n_bytes, work, |_, number| {
        Outcome::Done(V::float(number))
    })
}

pub fn read_variable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let work = |reader: &mut ByteReader, _| data::read_variable(reader);
    read_data(cx, args, 10, work, |_, number| {
        Outcome::Done(V::int(number))
    })
}

pub fn read_text(cx: &mut Ctx, args: &[V]) -> Outcome {
    let charset = match charset(cx, args, 2) {
        Ok(charset) => charset,
        Err(failure) => return fail(cx, &failure),
    };
    let n_bytes = int_arg(args, 1);
    let Ok(n_bytes) = usize::try_from(n_bytes) else {
        let message = format!("{n_bytes} bytes cannot be read");
        return fail(cx, &Failure::Generic(message));
    };
    let work = move |reader: &mut ByteReader, _| {
        let content = reader.read_exact(n_bytes)?;
        Ok(charset.decode(&content))
    };
    read_data(cx, args, n_bytes, work, |cx, text| {
        Outcome::Done(cx.heap.new_string_owned(text))
    })
}

/// The character set that an argument names.
pub fn charset(cx: &Ctx, args: &[V], index: usize) -> failure::Outcome<Charset> {
    let name = str_arg(cx, args, index);
    Charset::of_name(name)
        .ok_or_else(|| Failure::Generic(format!("unsupported character set: {name}")))
}

fn write_data(cx: &mut Ctx, args: &[V], content: impl FnOnce(ByteOrder) -> Vec<u8>) -> Outcome {
    let Some(pipe) = writable(cx, args) else {
        return wrong_kind(cx);
    };
    let content = content(pipe.order());
    let work = move |writer: &mut ByteWriter| writer.write(&content);
    on(cx, Some(pipe.bytes), never, work, nil)
}

pub fn write_int(cx: &mut Ctx, args: &[V]) -> Outcome {
    let number = int_arg(args, 1).cast_unsigned();
    write_data(cx, args, |order| order.to_bytes(number, width(args, 2)))
}

pub fn write_float(cx: &mut Ctx, args: &[V]) -> Outcome {
    let number = arg(args, 1).to_float().unwrap_or_default();
    write_data(cx, args, |order| {
        data::float_bytes(number, order, width(args, 2))
    })
}

pub fn write_variable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let number = int_arg(args, 1);
    write_data(cx, args, |_| data::variable_bytes(number))
}

pub fn write_text(cx: &mut Ctx, args: &[V]) -> Outcome {
    let charset = match charset(cx, args, 2) {
        Ok(charset) => charset,
        Err(failure) => return fail(cx, &failure),
    };
    let content = charset.encode(str_arg(cx, args, 1));
    write_data(cx, args, |_| content)
}
