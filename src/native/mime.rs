//! Natives of `ballerina/mime`: the messages behind entities, and structured header values.
//!
//! Bodies are read outside of the isolate; what went wrong with them becomes a `ParserError`.

pub mod header;
pub mod media;
pub mod message;
pub mod multipart;

use bytes::Bytes;

use self::header::HeaderError;
use self::message::{Body, BodyError, Message, MessageRef, decode};
use self::multipart::Part;
use super::record::{self, handles, text_map};
use crate::bytecode::typedesc::TypeId;
use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[
    ("newMessage", new_message),
    ("parseLength", parse_length),
    ("externGetHeader", get_header),
    ("externGetHeaders", get_headers),
    ("externGetHeaderNames", get_header_names),
    ("externHasHeader", has_header),
    ("externSetHeader", set_header),
    ("externAddHeader", add_header),
    ("externRemoveHeader", remove_header),
    ("externRemoveAllHeaders", remove_all_headers),
    ("externGetText", get_text),
    ("externSetText", set_text),
    ("externGetByteArray", get_byte_array),
    ("externSetByteArray", set_byte_array),
    ("externGetBodyParts", get_body_parts),
    ("externSetBodyParts", set_body_parts),
    ("splitHeaderValue", split_header_value),
    ("isMediaType", is_media_type),
    ("quote", quote),
];

const PARSER_ERROR: &str = "{ballerina/mime}ParsingEntityBodyFailed";
const NO_CONTENT: &str = "{ballerina/mime}NoContentError";
const SET_HEADER_FAILED: &str = "{ballerina/mime}SetHeaderFailed";
const GENERIC_ERROR: &str = "{ballerina/mime}GenericMimeError";

/// The message behind the handle `v`.
pub fn message_of(cx: &Ctx, v: V) -> MessageRef {
    let message = cx.heap.handle_as::<MessageRef>(v).cloned();
    message.unwrap_or_default()
}

/// The message of a `mime:Entity`.
pub fn message_of_entity(cx: &Ctx, entity: V) -> MessageRef {
    let handle = cx.heap.member(entity, "message");
    handle.map_or_else(MessageRef::default, |handle| message_of(cx, handle))
}

fn message(cx: &Ctx, args: &[V]) -> MessageRef {
    args.first()
        .map_or_else(MessageRef::default, |&handle| message_of(cx, handle))
}

fn text<'c>(cx: &'c Ctx, args: &[V], index: usize) -> &'c str {
    let text = args.get(index).and_then(|&v| cx.heap.to_str(v));
    text.unwrap_or_default()
}

fn new_message(cx: &mut Ctx, _args: &[V]) -> Outcome {
    Outcome::Done(cx.heap.new_handle(MessageRef::default()))
}

fn parse_length(cx: &mut Ctx, args: &[V]) -> Outcome {
    let given = text(cx, args, 0);
    let is_number = !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit());
    match given.parse::<i64>().ok().filter(|_| is_number) {
        Some(length) => Outcome::Done(V::int(length)),
        None => Outcome::Done(cx.error(GENERIC_ERROR, "invalid content length")),
    }
}

// ---- headers

fn get_header(cx: &mut Ctx, args: &[V]) -> Outcome {
    let value = message(cx, args).headers().first(text(cx, args, 1));
    let value = value.map(|value| cx.heap.new_string_owned(value));
    Outcome::Done(value.unwrap_or(V::NIL))
}

fn get_headers(cx: &mut Ctx, args: &[V]) -> Outcome {
    let values = message(cx, args).headers().all(text(cx, args, 1));
    Outcome::Done(cx.heap.new_strings(values))
}

fn get_header_names(cx: &mut Ctx, args: &[V]) -> Outcome {
    let message = message(cx, args);
    let headers = message.headers();
    Outcome::Done(cx.heap.new_strings(headers.names()))
}

fn has_header(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::boolean(
        message(cx, args).headers().has(text(cx, args, 1)),
    ))
}

fn set_header(cx: &mut Ctx, args: &[V]) -> Outcome {
    let set = message(cx, args)
        .headers()
        .set(text(cx, args, 1), text(cx, args, 2));
    header_outcome(cx, set)
}

fn add_header(cx: &mut Ctx, args: &[V]) -> Outcome {
    let added = message(cx, args)
        .headers()
        .add(text(cx, args, 1), text(cx, args, 2));
    header_outcome(cx, added)
}

fn header_outcome(cx: &mut Ctx, result: Result<(), HeaderError>) -> Outcome {
    match result {
        Ok(()) => Outcome::NIL,
        Err(error) => cx.panic(SET_HEADER_FAILED, &error.to_string()),
    }
}

fn remove_header(cx: &mut Ctx, args: &[V]) -> Outcome {
    message(cx, args).headers().remove(text(cx, args, 1));
    Outcome::NIL
}

fn remove_all_headers(cx: &mut Ctx, args: &[V]) -> Outcome {
    message(cx, args).headers().clear();
    Outcome::NIL
}

// ---- bodies

/// Reads a body and goes on with it; one that is there already costs no wait.
pub fn with_body(
    cx: &mut Ctx,
    body: Body,
    keep: Vec<V>,
    then: impl FnOnce(&mut Ctx, Result<Bytes, BodyError>) -> Outcome + Send + 'static,
) -> Outcome {
    match body {
        Body::Empty => then(cx, Ok(Bytes::new())),
        Body::Bytes(bytes) => then(cx, Ok(bytes)),
        Body::Incoming(incoming) => Outcome::wait_keeping(keep, incoming.read(), then),
    }
}

/// `Error occurred while extracting WHAT from entity`, with a cause in words.
fn parser_error(cx: &mut Ctx, what: &str, cause: &str) -> Outcome {
    let cause = cx.error(GENERIC_ERROR, cause);
    let message = format!("Error occurred while extracting {what} from entity");
    Outcome::Done(record::error_with_cause(cx, PARSER_ERROR, &message, cause))
}

fn get_text(cx: &mut Ctx, args: &[V]) -> Outcome {
    const WHAT: &str = "text data";
    let message = message(cx, args);
    let body = message.body();
    if matches!(body, Body::Empty) {
        let cause = cx.error(NO_CONTENT, "Empty content");
        return Outcome::Done(record::error_with_cause(
            cx,
            PARSER_ERROR,
            "Empty content",
            cause,
        ));
    }
    let charset = message.media_parameter("charset");
    with_body(cx, body, Vec::new(), move |cx, bytes| {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return parser_error(cx, WHAT, &error.to_string()),
        };
        match decode(&bytes, charset.as_deref()) {
            Ok(text) => Outcome::Done(cx.heap.new_string_owned(text)),
            Err(error) => parser_error(cx, WHAT, &error.to_string()),
        }
    })
}

fn set_text(cx: &mut Ctx, args: &[V]) -> Outcome {
    let content = Bytes::from(text(cx, args, 1).to_owned());
    message(cx, args).set_body(Body::Bytes(content));
    Outcome::NIL
}

fn get_byte_array(cx: &mut Ctx, args: &[V]) -> Outcome {
    let body = message(cx, args).body();
    with_body(cx, body, Vec::new(), |cx, bytes| match bytes {
        Ok(bytes) => Outcome::Done(cx.heap.new_bytes(bytes.to_vec())),
        Err(error) => parser_error(cx, "binary data", &error.to_string()),
    })
}

fn set_byte_array(cx: &mut Ctx, args: &[V]) -> Outcome {
    let content = args.get(1).map_or(&[][..], |&list| cx.heap.bytes(list));
    message(cx, args).set_body(Body::Bytes(Bytes::copy_from_slice(content)));
    Outcome::NIL
}

fn get_body_parts(cx: &mut Ctx, args: &[V]) -> Outcome {
    const WHAT: &str = "body parts";
    let message = message(cx, args);
    let boundary = message.media_parameter("boundary").unwrap_or_default();
    with_body(cx, message.body(), Vec::new(), move |cx, bytes| {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return parser_error(cx, WHAT, &error.to_string()),
        };
        let parts = match multipart::read(&bytes, &boundary) {
            Ok(parts) => parts,
            Err(error) => return parser_error(cx, WHAT, &error.to_string()),
        };
        let messages = parts.into_iter().map(|part| {
            let message = Message::new(part.headers, Body::Bytes(part.body));
            cx.heap.new_handle(message)
        });
        let messages = messages.collect();
        Outcome::Done(handles(cx, messages))
    })
}

/// The parts are taken as they are now: a message cannot become a part of itself.
fn set_body_parts(cx: &mut Ctx, args: &[V]) -> Outcome {
    let whole = message(cx, args);
    let parts = args.get(1).map_or_else(Vec::new, |&list| {
        let items = cx.heap.list(list).items.iter();
        items.map(|handle| message_of(cx, handle)).collect()
    });
    let ready = async move {
        let mut written = Vec::with_capacity(parts.len());
        for part in parts {
            let headers = part.headers().clone();
            let body = part.body().read().await?;
            written.push(Part { headers, body });
        }
        Ok::<_, BodyError>(written)
    };
    Outcome::wait(ready, move |cx, parts| {
        let parts = match parts {
            Ok(parts) => parts,
            Err(error) => return cx.panic(GENERIC_ERROR, &error.to_string()),
        };
        let boundary = boundary_of(&whole);
        whole.set_body(Body::Bytes(multipart::write(&parts, &boundary)));
        Outcome::NIL
    })
}

/// The boundary in the media type; a new one is added when it has none that can be used.
fn boundary_of(message: &Message) -> String {
    let known = message.media_parameter("boundary");
    if let Some(known) = known.filter(|known| !known.is_empty() && known.len() <= 70) {
        return known;
    }
    let boundary = multipart::new_boundary();
    let mut headers = message.headers();
    let media_type = headers.first("content-type").unwrap_or_default();
    let (base, _) = media::split(&media_type);
    let value = format!("{base}; boundary={boundary}");
    // It was a media type before.
    let _ = headers.set("content-type", &value);
    boundary
}

// ---- header values

fn split_header_value(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (base, parameters) = media::split(text(cx, args, 0));
    let base = cx.heap.new_string(&base);
    let parameters = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let parameters = text_map(cx, parameters);
    let members = [(TypeId::STRING, base), (TypeId::STRING_MAP, parameters)];
    Outcome::Done(record::tuple(cx, &members))
}

fn is_media_type(cx: &mut Ctx, args: &[V]) -> Outcome {
    Outcome::Done(V::boolean(media::is_media_type(text(cx, args, 0))))
}

fn quote(cx: &mut Ctx, args: &[V]) -> Outcome {
    let quoted = media::quote(text(cx, args, 0));
    Outcome::Done(cx.heap.new_string(&quoted))
}
