//! Natives of `ballerina/http`.
pub mod body;
pub mod chunks;
pub mod client;
pub mod cors;
pub mod exchange;
pub mod guard;
pub mod head;
pub mod negotiate;
pub mod path;
pub mod route;
pub mod server;
pub mod session;
pub mod tls;
pub mod url;
