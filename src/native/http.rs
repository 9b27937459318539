//! Natives of `ballerina/http`: listeners and clients.
//!
//! | module | what |
//! |---|---|
//! | [`listener`], [`respond`], [`dispatch`], [`call`] | the natives themselves: between values of the language and what follows |
//! | [`settings`] | configuration records → settings |
//! | [`server`], [`guard`], [`head`], [`chunks`] | connections and requests, checked strictly |
//! | [`route`], [`path`], [`negotiate`], [`cors`] | which resource answers |
//! | [`exchange`], [`body`], [`bind`] | a request and the answer that it is owed |
//! | [`client`], [`url`] | calls of others |
//! | [`tls`], [`session`] | keys, trust, versions, sessions |

mod bind;
pub mod body;
mod call;
pub mod chunks;
pub mod client;
pub mod cors;
mod dispatch;
pub mod exchange;
pub mod guard;
pub mod head;
mod listener;
pub mod negotiate;
pub mod path;
mod respond;
pub mod route;
pub mod server;
pub mod session;
mod settings;
pub mod tls;
pub mod url;

use crate::runtime::native::Native;

pub const NATIVES: &[(&str, Native)] = &[
    ("createServer", listener::create_server),
    ("nameOf", listener::name_of),
    ("namesOfResources", listener::names_of_resources),
    ("serviceAnnotation", listener::service_annotation),
    ("resourceAnnotation", listener::resource_annotation),
    ("addService", listener::add_service),
    ("addResource", listener::add_resource),
    ("addRoute", listener::add_route),
    ("routeAt", listener::route_at),
    ("removeService", listener::remove_service),
    ("startServer", listener::start_server),
    ("stopServer", listener::stop_server),
    ("connectionOf", respond::connection_of),
    ("requestLine", respond::request_line),
    ("clientCertificate", respond::client_certificate),
    ("takeRequestMessage", respond::take_request_message),
    ("claimResponse", respond::claim_response),
    ("sendResponse", respond::send_response),
    ("sendContinue", respond::send_continue),
    ("callResource", dispatch::call_resource),
    ("createConnections", call::create_connections),
    ("sendRequest", call::send_request),
    ("statusLine", call::status_line),
    ("takeResponseMessage", call::take_response_message),
    ("dropBody", call::drop_body),
    ("resolveLocation", call::resolve_location),
    ("isSameOrigin", call::is_same_origin),
    ("queryParameters", call::query_parameters),
    ("matrixParameters", call::matrix_parameters),
    ("httpDate", call::http_date),
];
