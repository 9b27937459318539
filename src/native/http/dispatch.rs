//! Calling a resource: path parameters and the body become its arguments (spec/http.md section 2, step 9
//! of the dispatch). What does not convert is the client's fault and answered with 400.

use bytes::Bytes;
use http::StatusCode;

use super::bind::{self, BodyKind};
use super::exchange::{Exchange, Reply};
use super::respond;
use crate::base::Name;
use crate::bytecode::chunk::Param;
use crate::bytecode::typedesc::TypeId;
use crate::native::mime::message::{BodyError, decode};
use crate::native::mime::{message_of_entity, with_body};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

/// Parameters of every resource: the caller and the request.
const FIRST_PARAMS: usize = 2;

/// `callResource(exchange, target, resourceName, caller, request)`.
pub fn call_resource(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (Some(exchange), &[_, target, name, caller, request, ..]) =
        (respond::exchange(cx, args), args)
    else {
        return Outcome::NIL;
    };
    let name = cx.heap.to_str(name).unwrap_or_default().to_owned();
    let class = cx.heap.block_type(target);
    let params = cx
        .method_id(class, Name::new(&name))
        .and_then(|func| cx.function(func))
        .map(|function| function.params.clone());
    let (Some(params), Some(method)) = (params, cx.method(target, &name)) else {
        return cx.panic(
            "{ballerina/http}GenericListenerError",
            "there is no such resource",
        );
    };
    let rest = params.get(FIRST_PARAMS..).unwrap_or_default();
    let body_param = exchange.found.resource.body_param.as_deref();
    let mut arguments = vec![caller, request];
    let mut body = None;
    for param in rest {
        if Some(param.name.as_str()) == body_param {
            body = Some((arguments.len(), param.ty));
            arguments.push(V::NIL);
            continue;
        }
        match path_argument(cx, &exchange, param) {
            Some(argument) => arguments.push(argument),
            None => {
                let text = format!("Error in casting path param : {}", param.name);
                return bad_request(&exchange, &text);
            }
        }
    }
    let Some((at, ty)) = body else {
        return call(method, arguments);
    };
    let entity = cx.heap.member(request, "entity").unwrap_or(V::NIL);
    let message = message_of_entity(cx, entity);
    let charset = message.media_parameter("charset");
    let mut keep = arguments.clone();
    keep.push(method);
    with_body(
        cx,
        message.body(),
        keep,
        move |cx, bytes| match body_argument(cx, ty, bytes, charset.as_deref()) {
            Ok(Ok(argument)) => {
                arguments[at] = argument;
                call(method, arguments)
            }
            Ok(Err(reason)) => bad_request(&exchange, &format!("data binding failed: {reason}")),
            Err(outcome) => outcome,
        },
    )
}

fn call(method: V, arguments: Vec<V>) -> Outcome {
    Outcome::call(method, arguments, |_, result| Outcome::Done(result))
}

fn bad_request(exchange: &Exchange, text: &str) -> Outcome {
    if exchange.claim().is_ok() {
        // The client may be gone.
        let _ = exchange.send(Reply::of_text(StatusCode::BAD_REQUEST, text.to_owned()));
    }
    Outcome::NIL
}

/// The value of a path parameter, in the parameter's type.
fn path_argument(cx: &mut Ctx, exchange: &Exchange, param: &Param) -> Option<V> {
    let mut values = exchange.found.params.iter();
    let (_, text) = values.find(|(name, _)| name == param.name.as_str())?;
    match param.ty {
        TypeId::INT => Some(V::int(text.parse().ok()?)),
        TypeId::FLOAT => {
            let value: f64 = text.parse().ok()?;
            // `inf` and `nan` are numbers to Rust alone.
            let is_number = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            is_number.then_some(V::float(value))
        }
        TypeId::BOOLEAN => Some(V::boolean(text.parse().ok()?)),
        _ => Some(cx.heap.new_string(text)),
    }
}

/// The body in the parameter's type; the inner error is the client's fault, the outer outcome a panic of
/// code that computes a default.
fn body_argument(
    cx: &mut Ctx,
    ty: TypeId,
    bytes: Result<Bytes, BodyError>,
    charset: Option<&str>,
) -> Result<Result<V, String>, Outcome> {
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let kind = BodyKind::of(&cx.types, ty);
    if kind == BodyKind::Bytes {
        return Ok(Ok(cx.heap.new_bytes(bytes.to_vec())));
    }
    let text = match decode(&bytes, charset) {
        Ok(text) => text,
        Err(error) => return Ok(Err(error.to_string())),
    };
    match kind {
        BodyKind::Text => Ok(Ok(cx.heap.new_string_owned(text))),
        BodyKind::Xml => Ok(bind::xml(cx, &text)),
        BodyKind::Json => Ok(bind::json(cx, &text)),
        BodyKind::Bytes | BodyKind::Data => bind::data(cx, &text, ty),
    }
}
