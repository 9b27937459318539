//! Natives of clients, and of addresses and queries.

use std::sync::{Arc, Mutex, PoisonError};

use crate::bytecode::typedesc::TypeId;
use crate::native::log::{self, Level};
use crate::native::mime::message::{Body, BodyError};
use crate::native::mime::{message_of_entity, with_body};
use crate::native::record::tuple;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

use super::client::{Answer, Connections, Failure};
use super::{path, settings, url};

const CLIENT_ERROR: &str = "{ballerina/http}GenericClientError";

type AnswerRef = Arc<Mutex<Answer>>;

fn arg(args: &[V], index: usize) -> V {
    args.get(index).copied().unwrap_or(V::NIL)
}

fn text_arg(cx: &Ctx, args: &[V], index: usize) -> String {
    cx.heap
        .to_str(arg(args, index))
        .unwrap_or_default()
        .to_owned()
}

fn failed(cx: &mut Ctx, failure: &Failure) -> Outcome {
    Outcome::Done(cx.error(failure.reason(), &failure.to_string()))
}

pub fn create_connections(cx: &mut Ctx, args: &[V]) -> Outcome {
    match settings::client(cx, arg(args, 1)) {
        Ok(settings) => {
            for warning in &settings.tls.warnings {
                log::line(&cx.host, Level::Warn, "ballerina/http", warning);
            }
            let connections = Arc::new(Connections::new(settings));
            Outcome::Done(cx.heap.new_handle(connections))
        }
        Err(error) => cx.panic(CLIENT_ERROR, &error.to_string()),
    }
}

/// `sendRequest(connections, method, target, entity)`.
pub fn send_request(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(connections) = cx.heap.handle_as::<Arc<Connections>>(arg(args, 0)).cloned() else {
        return Outcome::NIL;
    };
    let (method, target) = (text_arg(cx, args, 1), text_arg(cx, args, 2));
    let message = message_of_entity(cx, arg(args, 3));
    let body = message.body();
    with_body(cx, body, Vec::new(), move |cx, body| {
        let body = match body {
            Ok(body) => body,
            Err(error) => {
                let error = body_failure(&error);
                return failed(cx, &error);
            }
        };
        let headers = message.headers().to_map();
        let answer = async move { connections.send(&method, &target, headers, body).await };
        Outcome::wait(answer, |cx, answer| match answer {
            Ok(answer) => {
                let answer: AnswerRef = Arc::new(Mutex::new(answer));
                Outcome::Done(cx.heap.new_handle(answer))
            }
            Err(failure) => failed(cx, &failure),
        })
    })
}

fn body_failure(error: &BodyError) -> Failure {
    Failure::Other(error.to_string())
}

/// Goes on with the answer behind the first argument.
fn with_answer<T>(cx: &Ctx, args: &[V], look: impl FnOnce(&mut Answer) -> T) -> Option<T> {
    let answer = cx.heap.handle_as::<AnswerRef>(arg(args, 0))?;
    let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
    Some(look(&mut answer))
}

pub fn status_line(cx: &mut Ctx, args: &[V]) -> Outcome {
    let line = with_answer(cx, args, |answer| {
        (answer.status, answer.reason.clone(), answer.server.clone())
    });
    let (status, reason, server) = line.unwrap_or_default();
    let reason = cx.heap.new_string(&reason);
    let server = cx.heap.new_string(&server);
    let members = [
        (TypeId::INT, V::int(i64::from(status))),
        (TypeId::STRING, reason),
        (TypeId::STRING, server),
    ];
    Outcome::Done(tuple(cx, &members))
}

pub fn take_response_message(cx: &mut Ctx, args: &[V]) -> Outcome {
    let taken = with_answer(cx, args, |answer| {
        let headers = std::mem::take(&mut answer.headers);
        let body = std::mem::take(&mut answer.body);
        (headers, body)
    });
    if let Some((headers, body)) = taken {
        message_of_entity(cx, arg(args, 1)).replace_by(headers, body);
    }
    Outcome::NIL
}

/// A request that becomes a GET has no body, and no header that speaks of one.
pub fn drop_body(cx: &mut Ctx, args: &[V]) -> Outcome {
    let message = message_of_entity(cx, arg(args, 0));
    message.set_body(Body::Empty);
    let mut headers = message.headers();
    for name in [
        "content-type",
        "content-length",
        "content-encoding",
        "content-language",
        "content-location",
    ] {
        headers.remove(name);
    }
    Outcome::NIL
}

pub fn resolve_location(cx: &mut Ctx, args: &[V]) -> Outcome {
    let resolved = url::resolve(&text_arg(cx, args, 0), &text_arg(cx, args, 1));
    match resolved {
        Some(resolved) => Outcome::Done(cx.heap.new_string(&resolved)),
        None => Outcome::Done(cx.error(CLIENT_ERROR, "the Location header is no address")),
    }
}

pub fn is_same_origin(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (one, other) = (
        url::origin(&text_arg(cx, args, 0)),
        url::origin(&text_arg(cx, args, 1)),
    );
    Outcome::Done(V::boolean(one.is_some() && one == other))
}

pub fn query_parameters(cx: &mut Ctx, args: &[V]) -> Outcome {
    let pairs = path::query_parameters(&text_arg(cx, args, 0));
    let ty = cx.types.map(TypeId::STRING_ARRAY);
    let map = cx.heap.new_map(ty);
    for (name, value) in &pairs {
        let value = cx.heap.new_string(value);
        match cx.heap.member(map, name) {
            Some(list) => {
                if let Items::Any(items) = &mut cx.heap.list_mut(list).items {
                    items.push(value);
                }
            }
            None => {
                let list = cx
                    .heap
                    .new_list(TypeId::STRING_ARRAY, Items::Any(vec![value]));
                cx.heap.map_insert(map, name, list);
            }
        }
    }
    Outcome::Done(map)
}

pub fn matrix_parameters(cx: &mut Ctx, args: &[V]) -> Outcome {
    let pairs = path::matrix_parameters(&text_arg(cx, args, 0), &text_arg(cx, args, 1));
    let map = cx.heap.new_map(TypeId::ANY_MAP);
    for (name, value) in &pairs {
        let value = cx.heap.new_string(value);
        cx.heap.map_insert(map, name, value);
    }
    Outcome::Done(map)
}

/// The time now as headers have it (RFC 9110 section 5.6.7).
pub fn http_date(cx: &mut Ctx, _args: &[V]) -> Outcome {
    let now = jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let text = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Outcome::Done(cx.heap.new_string(&text))
}
