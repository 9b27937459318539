//! Types as messages spell them (spec/language.md chapter 8).

use std::fmt::Write;

use crate::base::{ItemId, Name};
use crate::db::Db;

use super::queries;
use super::ty::{FunctionTy, Literal, Ty, TyKind};

/// `int`, `string|error`, `Person`, `http:Request` …
pub fn display(db: &dyn Db, ty: Ty) -> String {
    let mut text = String::new();
    write_type(db, ty, &mut text);
    text
}

fn write_type(db: &dyn Db, ty: Ty, out: &mut String) {
    match ty.kind() {
        TyKind::Error => out.push_str("other"),
        TyKind::Never => out.push_str("never"),
        TyKind::Nil => out.push_str("()"),
        TyKind::Boolean => out.push_str("boolean"),
        TyKind::Int => out.push_str("int"),
        TyKind::Byte => out.push_str("byte"),
        TyKind::Float => out.push_str("float"),
        TyKind::Decimal => out.push_str("decimal"),
        TyKind::String => out.push_str("string"),
        TyKind::Any => out.push_str("any"),
        TyKind::Anydata => out.push_str("anydata"),
        TyKind::Json => out.push_str("json"),
        TyKind::Handle => out.push_str("handle"),
        TyKind::Xml => out.push_str("xml"),
        TyKind::Service => out.push_str("service"),
        TyKind::Singleton(value) => write_literal(value, out),
        TyKind::Union {
            name: Some(item), ..
        } => out.push_str(&qualified(db, *item)),
        TyKind::Union { members, .. } => write_union(db, members, out),
        TyKind::Array { element, size } => write_array(db, *element, *size, out),
        TyKind::Tuple { members, rest } => {
            out.push('[');
            write_list(db, members.iter().copied(), ",", out);
            if let Some(rest) = rest {
                out.push_str(if members.is_empty() { "" } else { "," });
                write_type(db, *rest, out);
                out.push_str("...");
            }
            out.push(']');
        }
        TyKind::Map(inner) => write_generic(db, "map", *inner, out),
        TyKind::Table(inner) => write_generic(db, "table", *inner, out),
        TyKind::Stream(inner) => write_generic(db, "stream", *inner, out),
        TyKind::Future(inner) => write_generic(db, "future", *inner, out),
        TyKind::Typedesc(inner) => write_generic(db, "typedesc", *inner, out),
        TyKind::ErrorType { reason, detail } => {
            if *reason == Ty::STRING && *detail == queries::default_detail(db) {
                out.push_str("error");
            } else {
                out.push_str("error<");
                write_list(db, [*reason, *detail].into_iter(), ",", out);
                out.push('>');
            }
        }
        TyKind::Function(function) => write_function(db, function, out),
        TyKind::Record(id) => {
            let definition = queries::record_def(db, *id);
            match definition.name {
                Some(_) => out.push_str(&qualified(db, id.item)),
                None => write_record(db, &definition, out),
            }
        }
        TyKind::Object(id) => {
            let definition = queries::object_def(db, *id);
            match definition.name {
                Some(_) if !definition.is_service => out.push_str(&qualified(db, id.item)),
                _ if definition.is_service => out.push_str("service"),
                _ => out.push_str("object { … }"),
            }
        }
        TyKind::Param(item) => out.push_str(item.name().as_str()),
    }
}

fn write_record(db: &dyn Db, definition: &super::hir::RecordDef, out: &mut String) {
    let closed = definition.rest.is_none() || definition.rest != Some(queries::open_rest(db));
    out.push_str(if closed { "record {| " } else { "record { " });
    for field in &definition.fields {
        write_type(db, field.ty, out);
        let optional = if field.optional { "?" } else { "" };
        let _ = write!(out, " {}{optional}; ", field.name);
    }
    if closed && let Some(rest) = definition.rest {
        write_type(db, rest, out);
        out.push_str("...; ");
    }
    out.push_str(if closed { "|}" } else { "}" });
}

fn write_union(db: &dyn Db, members: &[Ty], out: &mut String) {
    let others: Vec<Ty> = members.iter().copied().filter(|&m| m != Ty::NIL).collect();
    match others.as_slice() {
        [only] if others.len() < members.len() => {
            write_type(db, *only, out);
            out.push('?');
        }
        _ => write_list(db, members.iter().copied(), "|", out),
    }
}

fn write_array(db: &dyn Db, element: Ty, size: Option<u32>, out: &mut String) {
    // The outer size is written first: `int[2][3]` has two elements `int[3]`.
    let mut sizes = vec![size];
    let mut inner = element;
    while let TyKind::Array { element, size } = inner.kind() {
        sizes.push(*size);
        inner = *element;
    }
    let group = matches!(
        inner.kind(),
        TyKind::Union { name: None, .. } | TyKind::Function(_)
    );
    out.push_str(if group { "(" } else { "" });
    write_type(db, inner, out);
    out.push_str(if group { ")" } else { "" });
    for size in sizes {
        match size {
            Some(size) => {
                let _ = write!(out, "[{size}]");
            }
            None => out.push_str("[]"),
        }
    }
}

fn write_generic(db: &dyn Db, head: &str, inner: Ty, out: &mut String) {
    out.push_str(head);
    out.push('<');
    write_type(db, inner, out);
    out.push('>');
}

fn write_list(db: &dyn Db, types: impl Iterator<Item = Ty>, separator: &str, out: &mut String) {
    for (at, ty) in types.enumerate() {
        out.push_str(if at > 0 { separator } else { "" });
        write_type(db, ty, out);
    }
}

fn write_function(db: &dyn Db, function: &FunctionTy, out: &mut String) {
    out.push_str("function (");
    write_list(db, function.params.iter().map(|param| param.ty), ",", out);
    if let Some(rest) = &function.rest {
        out.push_str(if function.params.is_empty() { "" } else { "," });
        write_type(db, rest.ty, out);
        out.push_str("...");
    }
    out.push_str(") returns (");
    write_type(db, function.ret, out);
    out.push(')');
}

fn write_literal(value: &Literal, out: &mut String) {
    let _ = match value {
        Literal::Nil => write!(out, "()"),
        Literal::Boolean(value) => write!(out, "{value}"),
        Literal::Int(value) => write!(out, "{value}"),
        Literal::Byte(value) => write!(out, "{value}"),
        Literal::Float(bits) => write!(out, "{:?}", f64::from_bits(*bits)),
        Literal::Decimal(text) => write!(out, "{text}"),
        Literal::String(text) => write!(out, "{text}"),
    };
}

/// The name of a definition, with the last part of its module's name for library modules.
fn qualified(db: &dyn Db, item: ItemId) -> String {
    let module = queries::module_of(db, item);
    let name: Name = item.name();
    if module.is_library() {
        let short = module
            .as_str()
            .rsplit(['/', '.'])
            .next()
            .unwrap_or_default();
        format!("{short}:{name}")
    } else {
        name.to_string()
    }
}
