//! Natives of the channels of text records, and tables of their records.

use std::sync::{Arc, Mutex};

use super::chars::Shared;
use super::failure::{self, Failure};
use super::pipe::{
    self, ReadLayer, Readable, Writable, WriteLayer, done, fail, never, nil, on, wrong_kind,
};
use super::records::{Layout, RecordReader, RecordWriter};
use crate::base::Decimal;
use crate::bytecode::typedesc::{TypeDesc, TypeId};
use crate::native::lang::{arg, int_arg, str_arg};
use crate::native::record::texts;
use crate::runtime::heap::kinds::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub fn readable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let layout = layout(cx, args);
    reading(cx, args, layout)
}

pub fn readable_csv(cx: &mut Ctx, args: &[V]) -> Outcome {
    let layout = Layout::csv(str_arg(cx, args, 1));
    reading(cx, args, layout)
}

pub fn writable(cx: &mut Ctx, args: &[V]) -> Outcome {
    let layout = layout(cx, args);
    writing(cx, args, layout)
}

pub fn writable_csv(cx: &mut Ctx, args: &[V]) -> Outcome {
    let layout = Layout::csv(str_arg(cx, args, 1));
    writing(cx, args, layout)
}

fn layout(cx: &Ctx, args: &[V]) -> Layout {
    let [fields, records, format] = [1, 2, 3].map(|index| str_arg(cx, args, index));
    Layout::of_format(fields, records, format)
}

fn reading(cx: &mut Ctx, args: &[V], layout: Layout) -> Outcome {
    let pipe = pipe::readable(cx, args);
    let Some((pipe, chars)) = pipe.and_then(|pipe| Some((pipe.clone(), pipe.chars()?))) else {
        return wrong_kind(cx);
    };
    let records = RecordReader::new(chars, layout);
    let layer = ReadLayer::Records(Arc::new(Mutex::new(records)));
    done(cx, Readable { layer, ..pipe })
}

fn writing(cx: &mut Ctx, args: &[V], layout: Layout) -> Outcome {
    let pipe = pipe::writable(cx, args);
    let Some((pipe, chars)) = pipe.and_then(|pipe| Some((pipe.clone(), pipe.chars()?))) else {
        return wrong_kind(cx);
    };
    let records = RecordWriter { chars, layout };
    let layer = WriteLayer::Records(Arc::new(Mutex::new(records)));
    done(cx, Writable { layer, ..pipe })
}

fn records(cx: &Ctx, args: &[V]) -> Option<Shared<RecordReader>> {
    pipe::readable(cx, args)?.records()
}

/// Passes over records; those that cannot be read are missed when the next one is asked for.
pub fn skip(cx: &mut Ctx, args: &[V]) -> Outcome {
    let n_records = int_arg(args, 1);
    let work = move |reader: &mut RecordReader| {
        for _ in 0..n_records {
            if reader.next_record().is_err() {
                break;
            }
        }
        Ok(())
    };
    on(cx, records(cx, args), |_| n_records <= 0, work, nil)
}

/// A channel that cannot be read has no next record; reading it says why.
pub fn has_next(cx: &mut Ctx, args: &[V]) -> Outcome {
    let work = |reader: &mut RecordReader| Ok(reader.has_next().unwrap_or(false));
    let is_ready = RecordReader::has_char_ready;
    on(cx, records(cx, args), is_ready, work, |_, has_next| {
        Outcome::Done(V::boolean(has_next))
    })
}

pub fn next(cx: &mut Ctx, args: &[V]) -> Outcome {
    let is_ready = RecordReader::has_record_ready;
    let work = RecordReader::next_record;
    on(cx, records(cx, args), is_ready, work, |cx, fields| {
        Outcome::Done(cx.heap.new_strings(fields))
    })
}

pub fn write(cx: &mut Ctx, args: &[V]) -> Outcome {
    let records = pipe::writable(cx, args).and_then(|pipe| pipe.records());
    let fields = texts(cx, arg(args, 1));
    let work = move |writer: &mut RecordWriter| writer.write(&fields);
    on(cx, records, never, work, nil)
}

pub fn table(cx: &mut Ctx, args: &[V]) -> Outcome {
    let row_type = arg(args, 1).as_type();
    on(
        cx,
        records(cx, args),
        |_| false,
        read_all,
        move |cx, rows| match table_of(cx, row_type, &rows) {
            Ok(table) => Outcome::Done(table),
            Err(cause) => {
                let message = format!("failed to process the delimited file: {cause}");
                fail(cx, &Failure::Generic(message))
            }
        },
    )
}

fn read_all(reader: &mut RecordReader) -> failure::Outcome<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    while reader.has_next()? {
        rows.push(reader.next_record()?);
    }
    Ok(rows)
}

/// A table whose rows take the fields by their positions.
fn table_of(cx: &mut Ctx, row_type: TypeId, records: &[Vec<String>]) -> Result<V, String> {
    let TypeDesc::Record(record) = cx.types.get(row_type) else {
        return Err("the row type is no record".to_owned());
    };
    let fields = record.fields.iter();
    let fields: Vec<_> = fields.map(|field| (field.name, field.ty)).collect();
    let mut rows = Vec::with_capacity(records.len());
    for texts in records {
        let row = cx.heap.new_record(&cx.types, row_type);
        for (index, &(name, ty)) in fields.iter().enumerate() {
            let text = texts.get(index).map(String::as_str);
            let value = field_value(cx, ty, text)
                .map_err(|cause| format!("field '{name}' of record {}: {cause}", rows.len() + 1))?;
            cx.heap.set_field(row, name, value);
        }
        rows.push(row);
    }
    let ty = cx.types.intern(TypeDesc::Table(row_type));
    let table = Table {
        ty,
        rows,
        ..Table::default()
    };
    Ok(cx.heap.new_table(table))
}

/// A field of a record of text; an empty one is nil where the type takes nil and no string.
fn field_value(cx: &mut Ctx, ty: TypeId, text: Option<&str>) -> Result<V, String> {
    let takes_nil = cx.types.admits_nil(ty);
    let members = match cx.types.get(ty) {
        TypeDesc::Union { members, .. } => members.clone(),
        _ => vec![ty],
    };
    let text = text.filter(|text| !text.is_empty() || members.contains(&TypeId::STRING));
    let Some(text) = text else {
        return if takes_nil {
            Ok(V::NIL)
        } else {
            Err("the value is missing".to_owned())
        };
    };
    for member in members {
        if let Some(value) = parsed(cx, member, text) {
            return Ok(value);
        }
    }
    let ty = cx.types.text(ty);
    Err(format!("'{text}' is no value of type '{ty}'"))
}

fn parsed(cx: &mut Ctx, ty: TypeId, text: &str) -> Option<V> {
    let trimmed = text.trim();
    match ty {
        TypeId::STRING => Some(cx.heap.new_string(text)),
        TypeId::INT => trimmed.parse().ok().map(V::int),
        TypeId::FLOAT => trimmed.parse().ok().map(V::float),
        TypeId::BOOLEAN => trimmed.to_ascii_lowercase().parse().ok().map(V::boolean),
        TypeId::DECIMAL => Decimal::parse(trimmed).map(|number| cx.heap.new_decimal(number)),
        _ => None,
    }
}
