//! Natives of listeners: attaching services, opening and closing the port, and starting the library's
//! `serveRequest` on a strand of its own for every request.

use std::io;
use std::sync::Arc;

use http::StatusCode;

use super::exchange::{Exchange, Reply};
use super::server::{self, Handler, Server, internal_error};
use super::settings::{self, SettingsError};
use crate::base::Name;
use crate::bytecode::typedesc::{ObjectType, TypeDesc};
use crate::native::log::{self, Level};
use crate::native::record::Fields;
use crate::runtime::heap::Pin;
use crate::runtime::host::Host;
use crate::runtime::isolate::{Invocation, Isolate, IsolateRef};
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::program::frame_text;
use crate::runtime::text;
use crate::runtime::thrown::Thrown;
use crate::runtime::value::V;

pub const LISTENER_ERROR: &str = "{ballerina/http}GenericListenerError";
/// Log lines of listeners stand under this module.
const MODULE: &str = "ballerina/http";
/// With this entry set to `detail` an error of a resource is shown to the client.
const ERRORS_KEY: &str = "b7a.http.errors";

/// What stands behind the `server` handle.
struct ListenerState {
    server: Server,
    /// The listener and its serving function, as long as the port is open.
    pins: Vec<Pin>,
}

fn state(cx: &mut Ctx, handle: V) -> Option<&mut ListenerState> {
    cx.heap.handle_as_mut(handle)
}

fn arg(args: &[V], index: usize) -> V {
    args.get(index).copied().unwrap_or(V::NIL)
}

fn text_arg(cx: &Ctx, args: &[V], index: usize) -> String {
    cx.heap
        .to_str(arg(args, index))
        .unwrap_or_default()
        .to_owned()
}

/// An error as the result of a native.
fn failed(cx: &mut Ctx, message: &str) -> Outcome {
    Outcome::Done(cx.error(LISTENER_ERROR, message))
}

pub fn create_server(cx: &mut Ctx, args: &[V]) -> Outcome {
    let port = arg(args, 0).to_int().unwrap_or(-1);
    let settings = match settings::listener(cx, port, arg(args, 1)) {
        Ok(settings) => settings,
        Err(error) => return cx.panic(LISTENER_ERROR, &error.to_string()),
    };
    for warning in settings.tls.iter().flat_map(|tls| &tls.warnings) {
        log::line(&cx.host, Level::Warn, MODULE, warning);
    }
    let state = ListenerState {
        server: Server::new(settings),
        pins: Vec::new(),
    };
    Outcome::Done(cx.heap.new_handle(state))
}

// ---- services

/// The type of a service.
fn service_type(cx: &Ctx, service: V) -> Option<&ObjectType> {
    match cx.types.get(cx.heap.block_type(service)) {
        TypeDesc::Object(object) => Some(object),
        _ => None,
    }
}

pub fn name_of(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = service_type(cx, arg(args, 0)).and_then(|ty| ty.name);
    Outcome::Done(cx.heap.new_string(name.map_or("", Name::as_str)))
}

pub fn names_of_resources(cx: &mut Ctx, args: &[V]) -> Outcome {
    let names: Vec<Name> = service_type(cx, arg(args, 0)).map_or_else(Vec::new, |ty| {
        let resources = ty.methods.iter().filter(|method| method.resource);
        resources.map(|method| method.name).collect()
    });
    Outcome::Done(cx.heap.new_strings(names.iter().map(|name| name.as_str())))
}

pub fn service_annotation(cx: &mut Ctx, args: &[V]) -> Outcome {
    let annotation = service_type(cx, arg(args, 0))
        .and_then(|ty| cx.annotation(&ty.annotations, "ballerina/http:ServiceConfig"));
    Outcome::Done(annotation.unwrap_or(V::NIL))
}

pub fn resource_annotation(cx: &mut Ctx, args: &[V]) -> Outcome {
    let class = cx.heap.block_type(arg(args, 0));
    let name = Name::new(&text_arg(cx, args, 1));
    let annotation = cx
        .method_id(class, name)
        .and_then(|func| cx.function(func))
        .and_then(|function| cx.annotation(&function.annotations, "ballerina/http:ResourceConfig"));
    Outcome::Done(annotation.unwrap_or(V::NIL))
}

/// Services are told apart by where they lie; nothing moves.
fn key_of(service: V) -> u64 {
    service.bits()
}

pub fn add_service(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = text_arg(cx, args, 2);
    let settings = match settings::service(cx, &name, arg(args, 3)) {
        Ok(settings) => settings,
        Err(error) => return failed(cx, &error.to_string()),
    };
    if settings.cors.is_contradictory() {
        warn_of_cors(cx, &format!("service '{name}'"));
    }
    let key = key_of(arg(args, 1));
    let Some(state) = state(cx, arg(args, 0)) else {
        return Outcome::NIL;
    };
    match state
        .server
        .change_routes(|routes| routes.add_service(key, settings))
    {
        Ok(()) => Outcome::NIL,
        Err(error) => failed(cx, &error.to_string()),
    }
}

fn warn_of_cors(cx: &Ctx, what: &str) {
    let text = format!(
        "cors of {what}: 'allowCredentials' holds for the origins listed by name only, not for '*'"
    );
    log::line(&cx.host, Level::Warn, MODULE, &text);
}

pub fn add_resource(cx: &mut Ctx, args: &[V]) -> Outcome {
    let name = text_arg(cx, args, 2);
    let index = usize::try_from(arg(args, 4).to_int().unwrap_or(0)).unwrap_or(0);
    let resource = match settings::resource(cx, &name, arg(args, 3), index) {
        Ok(resource) => resource,
        Err(error) => return failed(cx, &error.to_string()),
    };
    if resource.cors.is_contradictory() {
        warn_of_cors(cx, &format!("resource '{name}'"));
    }
    let key = key_of(arg(args, 1));
    let Some(state) = state(cx, arg(args, 0)) else {
        return Outcome::NIL;
    };
    let added = state
        .server
        .change_routes(|routes| routes.add_resource(key, resource));
    match added.map_err(SettingsError::from) {
        Ok(()) => Outcome::NIL,
        Err(error) => failed(cx, &error.to_string()),
    }
}

/// Keeps a route behind the server's handle; its number.
pub fn add_route(cx: &mut Ctx, args: &[V]) -> Outcome {
    let server = arg(args, 0);
    if state(cx, server).is_none() {
        return Outcome::Done(V::int(-1));
    }
    let routes = &mut cx.heap.handle_mut(server).refs;
    let index = i64::try_from(routes.len()).unwrap_or(-1);
    routes.push(arg(args, 1));
    Outcome::Done(V::int(index))
}

pub fn route_at(cx: &mut Ctx, args: &[V]) -> Outcome {
    let index = arg(args, 1).to_int().unwrap_or(-1);
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let server = arg(args, 0);
    let route = match state(cx, server) {
        Some(_) => cx.heap.handle(server).refs.get(index).copied(),
        None => None,
    };
    match route {
        Some(route) => Outcome::Done(route),
        None => cx.panic(LISTENER_ERROR, "there is no such route"),
    }
}

pub fn remove_service(cx: &mut Ctx, args: &[V]) -> Outcome {
    let key = key_of(arg(args, 1));
    let Some(state) = state(cx, arg(args, 0)) else {
        return Outcome::NIL;
    };
    match state
        .server
        .change_routes(|routes| routes.remove_service(key))
    {
        Ok(()) => Outcome::NIL,
        Err(error) => failed(cx, &error.to_string()),
    }
}

// ---- the port

/// `startServer(server, endpoint, serve)`: a listener that is open already stays as it is.
pub fn start_server(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (server, endpoint, serve) = (arg(args, 0), arg(args, 1), arg(args, 2));
    let io = cx.host.io.clone();
    let Some(state) = state(cx, server) else {
        return Outcome::NIL;
    };
    if state.server.is_running() {
        return Outcome::NIL;
    }
    let (host, port) = state.server.address_to_open();
    let binding = async move {
        let bound = server::bind(&host, port).await;
        bound.map_err(|error| (host, port, error))
    };
    Outcome::wait(binding, move |cx, bound| match bound {
        Ok(listener) => {
            let pins = vec![cx.heap.pin(endpoint), cx.heap.pin(serve)];
            let requests = Requests {
                isolate: cx.isolate_ref(),
                host: Arc::clone(&cx.host),
                endpoint: pins[0],
                serve: pins[1],
            };
            let handler: Handler = Arc::new(move |exchange| requests.serve(exchange));
            let Some(state) = state_of(cx, server) else {
                return Outcome::NIL;
            };
            state.pins = pins;
            match state.server.open(listener, handler, &io) {
                Ok(_) => Outcome::NIL,
                Err(error) => failed(cx, &error.to_string()),
            }
        }
        Err((host, port, error)) => {
            let reason = match error.kind() {
                io::ErrorKind::AddrInUse => "the port is in use".to_owned(),
                _ => error.to_string(),
            };
            failed(
                cx,
                &format!("failed to start server connector '{host}:{port}': {reason}"),
            )
        }
    })
}

fn state_of(cx: &mut Ctx, handle: V) -> Option<&mut ListenerState> {
    state(cx, handle)
}

pub fn stop_server(cx: &mut Ctx, args: &[V]) -> Outcome {
    let server = arg(args, 0);
    let Some(state) = state(cx, server) else {
        return Outcome::NIL;
    };
    let stopped = state.server.stop();
    Outcome::wait(stopped, move |cx, ()| {
        let pins = state_of(cx, server).map(|state| std::mem::take(&mut state.pins));
        for pin in pins.unwrap_or_default() {
            cx.heap.unpin(pin);
        }
        Outcome::NIL
    })
}

/// Brings requests from the connections to the isolate.
struct Requests {
    isolate: IsolateRef,
    host: Arc<Host>,
    endpoint: Pin,
    serve: Pin,
}

impl Requests {
    fn serve(&self, exchange: Exchange) -> bool {
        let exchange = Arc::new(exchange);
        let (endpoint, serve) = (self.endpoint, self.serve);
        let given = Arc::clone(&exchange);
        let owed = Owed {
            exchange: Arc::clone(&exchange),
            host: Arc::clone(&self.host),
        };
        let prepare = move |isolate: &mut Isolate| {
            let route = i64::try_from(given.found.resource.index).unwrap_or(-1);
            let handle = isolate.heap.new_handle(given);
            Invocation {
                function: isolate.heap.pinned(serve),
                args: vec![handle, isolate.heap.pinned(endpoint), V::int(route)],
                context: V::NIL,
                group: Some(Arc::new(owed)),
            }
        };
        let finish = move |isolate: &mut Isolate, result| ended(isolate, &exchange, result);
        let isolate = self.isolate.clone();
        self.host.io.spawn(async move {
            // When the program has ended the exchange is dropped, and its connection answers.
            let _ = isolate.call(prepare, finish).await;
        });
        true
    }
}

/// The answer that the strands of a request owe: when the last of them has ended without one, it is an
/// internal error.
struct Owed {
    exchange: Arc<Exchange>,
    host: Arc<Host>,
}

impl Drop for Owed {
    fn drop(&mut self) {
        if self.exchange.give_up(internal_error()) {
            let message = fault_text(&self.exchange, "has not answered");
            log::line(&self.host, Level::Error, MODULE, &message);
        }
    }
}

/// The strand of a request has ended: a panic or an error is an internal error. Without one, strands that
/// it started may still answer.
fn ended(isolate: &mut Isolate, exchange: &Exchange, result: Result<V, Thrown>) {
    let (error, what) = match result {
        Ok(value) if value.is_error() => (value, "returned an error"),
        Ok(_) => return,
        Err(Thrown(error)) => (error, "panicked"),
    };
    exchange.give_up(error_reply(isolate, error));
    let message = fault_text(exchange, what);
    // A text form that fails has nothing to add.
    let text = text::to_text(isolate, error).unwrap_or_default();
    let mut message = format!("{message} : {text}");
    for &pc in &isolate.heap.error(error).trace {
        message.push_str("\n\tat ");
        message.push_str(&frame_text(&isolate.program, pc));
    }
    log::line(&isolate.host, Level::Error, MODULE, &message);
}

/// What the client sees of an error: nothing, unless the operator wants it to.
fn error_reply(isolate: &Isolate, error: V) -> Reply {
    let config = &isolate.host.config;
    let shows = config.lookup(ERRORS_KEY).ok().flatten();
    let shows_detail = matches!(
        shows,
        Some(crate::config::Found::Text(text) | crate::config::Found::Environment(text))
            if text.as_str() == "detail"
    );
    if !shows_detail {
        return internal_error();
    }
    let error = isolate.heap.error(error);
    let message = Fields::new(isolate, error.detail).opt_text("message");
    let text = message.or_else(|| isolate.heap.to_str(error.reason));
    Reply::of_text(
        StatusCode::INTERNAL_SERVER_ERROR,
        text.unwrap_or_default().to_owned(),
    )
}

/// What happened to which request. Neither the query nor headers are said: they may hold secrets.
fn fault_text(exchange: &Exchange, what: &str) -> String {
    let line = &exchange.request;
    let path = line.raw_path.split('?').next().unwrap_or_default();
    let (method, resource) = (&line.method, &exchange.found.resource.name);
    let id = uuid::Uuid::new_v4();
    format!("resource '{resource}' {what}: {method} {path} [request {id}]")
}
