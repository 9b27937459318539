//! Natives of requests that are being answered: what the library's `Caller` and `Request` are filled
//! with, and sending the answer.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::exchange::{Exchange, Reply, ReplyError};
use super::listener::LISTENER_ERROR;
use crate::bytecode::typedesc::TypeId;
use crate::native::mime::message::Message;
use crate::native::mime::{message_of_entity, with_body};
use crate::native::record::tuple;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

/// The exchange behind the handle that is the first argument.
pub fn exchange(cx: &Ctx, args: &[V]) -> Option<Arc<Exchange>> {
    let handle = args.first()?;
    cx.heap.handle_as::<Arc<Exchange>>(*handle).cloned()
}

fn arg(args: &[V], index: usize) -> V {
    args.get(index).copied().unwrap_or(V::NIL)
}

fn reply_outcome(cx: &mut Ctx, result: Result<(), ReplyError>) -> Outcome {
    match result {
        Ok(()) => Outcome::NIL,
        Err(error) => Outcome::Done(cx.error(LISTENER_ERROR, &error.to_string())),
    }
}

pub fn connection_of(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(exchange) = exchange(cx, args) else {
        return Outcome::NIL;
    };
    let connection = &exchange.connection;
    let remote = cx.heap.new_string(&connection.remote.ip().to_string());
    let local = cx.heap.new_string(&connection.local.ip().to_string());
    let protocol = cx
        .heap
        .new_string(if connection.is_tls { "https" } else { "http" });
    let members = [
        (TypeId::STRING, remote),
        (TypeId::INT, V::int(i64::from(connection.remote.port()))),
        (TypeId::STRING, local),
        (TypeId::INT, V::int(i64::from(connection.local.port()))),
        (TypeId::STRING, protocol),
    ];
    Outcome::Done(tuple(cx, &members))
}

pub fn request_line(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(exchange) = exchange(cx, args) else {
        return Outcome::NIL;
    };
    let line = &exchange.request;
    let texts = [
        line.raw_path.as_str(),
        &line.method,
        line.version,
        &line.user_agent,
        &exchange.found.extra_path,
    ];
    let members = texts.map(|text| (TypeId::STRING, cx.heap.new_string(text)));
    Outcome::Done(tuple(cx, &members))
}

pub fn client_certificate(cx: &mut Ctx, args: &[V]) -> Outcome {
    use base64::Engine;
    let exchange = exchange(cx, args);
    let certificate = exchange
        .as_ref()
        .and_then(|exchange| exchange.connection.client_certificate.as_ref());
    let text = certificate.map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes));
    let is_there = V::boolean(text.is_some());
    let text = cx.heap.new_string(&text.unwrap_or_default());
    Outcome::Done(tuple(
        cx,
        &[(TypeId::BOOLEAN, is_there), (TypeId::STRING, text)],
    ))
}

pub fn take_request_message(cx: &mut Ctx, args: &[V]) -> Outcome {
    if let Some((headers, body)) = exchange(cx, args).and_then(|exchange| exchange.take_message()) {
        message_of_entity(cx, arg(args, 1)).replace_by(headers, body);
    }
    Outcome::NIL
}

pub fn claim_response(cx: &mut Ctx, args: &[V]) -> Outcome {
    match exchange(cx, args) {
        Some(exchange) => reply_outcome(cx, exchange.claim()),
        None => Outcome::NIL,
    }
}

/// Has the client send the body: reading it makes the connection say so.
pub fn send_continue(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(exchange) = exchange(cx, args) else {
        return Outcome::NIL;
    };
    if !exchange.is_open() {
        return reply_outcome(cx, Err(ReplyError::Answered));
    }
    let body = exchange.body();
    // Whoever needs the body asks for it again and gets the same.
    cx.host.io.spawn(async move { body.read().await.map(drop) });
    Outcome::NIL
}

/// `sendResponse(exchange, entity, statusCode, reasonPhrase, server)`.
pub fn send_response(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(exchange) = exchange(cx, args) else {
        return Outcome::NIL;
    };
    let status = arg(args, 2).to_int().unwrap_or(0);
    let status = u16::try_from(status)
        .ok()
        .filter(|code| (200..=999).contains(code));
    let Some(status) = status.and_then(|code| StatusCode::from_u16(code).ok()) else {
        return Outcome::Done(cx.error(LISTENER_ERROR, "invalid status code"));
    };
    let reason = Bytes::from(cx.heap.to_str(arg(args, 3)).unwrap_or_default().to_owned());
    let server = cx.heap.to_str(arg(args, 4)).unwrap_or_default();
    let Ok(server) = HeaderValue::from_str(server) else {
        return Outcome::Done(cx.error(LISTENER_ERROR, "invalid server name"));
    };
    let message = message_of_entity(cx, arg(args, 1));
    let body = message.body();
    with_body(cx, body, Vec::new(), move |cx, body| {
        let body = match body {
            Ok(body) => body,
            Err(error) => return Outcome::Done(cx.error(LISTENER_ERROR, &error.to_string())),
        };
        let reply = reply(&exchange, &message, status, reason, server, body);
        reply_outcome(cx, exchange.send(reply))
    })
}

fn reply(
    exchange: &Exchange,
    message: &Message,
    status: StatusCode,
    reason: Bytes,
    server: HeaderValue,
    body: Bytes,
) -> Reply {
    let mut headers = message.headers().to_map();
    for (name, value) in exchange.added() {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(*name, value);
        }
    }
    if !server.is_empty() {
        headers.insert(header::SERVER, server);
    }
    Reply {
        status,
        reason: (!reason.is_empty()).then_some(reason),
        headers,
        body,
    }
}
