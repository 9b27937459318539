//! One request and the answer that it is owed: what stands behind the `exchange` handle of a
//! `http:Caller`.
//!
//! A request is answered once. Whoever claims the answer sends it; when the strands of a request have
//! ended and nobody has, the connection learns it by [`Exchange::give_up`].

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::oneshot;

use super::cors::Added;
use super::route::Match;
use crate::native::mime::header::Headers;
use crate::native::mime::message::Body;

/// A request that found its resource.
pub struct Exchange {
    pub request: RequestLine,
    pub connection: ConnectionInfo,
    pub found: Match,
    message: Mutex<Option<(Headers, Body)>>,
    body: Body,
    reply: Mutex<Slot>,
}

/// The first line of a request, and what is often asked for.
#[derive(Clone, Default, Debug)]
pub struct RequestLine {
    pub raw_path: String,
    pub method: String,
    pub version: &'static str,
    pub user_agent: String,
}

/// The connection that a request came over.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    pub remote: SocketAddr,
    pub local: SocketAddr,
    pub is_tls: bool,
    /// The certificate that the client showed, as DER.
    pub client_certificate: Option<Vec<u8>>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    /// In place of the usual words.
    pub reason: Option<Bytes>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

enum Slot {
    Open(oneshot::Sender<Reply>),
    Claimed(oneshot::Sender<Reply>),
    Answered,
}

/// The answer cannot be given any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReplyError {
    #[error("The request has been answered already")]
    Answered,
    #[error("The client has closed the connection")]
    Disconnected,
    #[error("No answer has been begun")]
    NotClaimed,
}

impl Exchange {
    /// The exchange, and where its answer will arrive.
    pub fn new(
        request: RequestLine,
        connection: ConnectionInfo,
        found: Match,
        headers: Headers,
        body: Body,
    ) -> (Self, oneshot::Receiver<Reply>) {
        let (sender, receiver) = oneshot::channel();
        let exchange = Self {
            request,
            connection,
            found,
            message: Mutex::new(Some((headers, body.clone()))),
            body,
            reply: Mutex::new(Slot::Open(sender)),
        };
        (exchange, receiver)
    }

    /// Headers and body of the request, the first time.
    pub fn take_message(&self) -> Option<(Headers, Body)> {
        let mut message = self.message.lock().unwrap_or_else(PoisonError::into_inner);
        message.take()
    }

    /// The body of the request, taken or not.
    pub fn body(&self) -> Body {
        self.body.clone()
    }

    /// Headers that the answer gets besides its own.
    pub fn added(&self) -> &Added {
        &self.found.added
    }

    /// From here on the request counts as answered.
    pub fn claim(&self) -> Result<(), ReplyError> {
        let mut slot = self.slot();
        match std::mem::replace(&mut *slot, Slot::Answered) {
            Slot::Open(sender) if sender.is_closed() => Err(ReplyError::Disconnected),
            Slot::Open(sender) => {
                *slot = Slot::Claimed(sender);
                Ok(())
            }
            other => {
                *slot = other;
                Err(ReplyError::Answered)
            }
        }
    }

    pub fn is_open(&self) -> bool {
        matches!(*self.slot(), Slot::Open(_))
    }

    /// Sends the answer that was claimed.
    pub fn send(&self, reply: Reply) -> Result<(), ReplyError> {
        let mut slot = self.slot();
        match std::mem::replace(&mut *slot, Slot::Answered) {
            Slot::Claimed(sender) => sender.send(reply).map_err(|_| ReplyError::Disconnected),
            Slot::Answered => Err(ReplyError::Answered),
            open @ Slot::Open(_) => {
                *slot = open;
                Err(ReplyError::NotClaimed)
            }
        }
    }

    /// Sends `reply` unless there was an answer: nobody is left who could give one. True when it
    /// was needed.
    pub fn give_up(&self, reply: Reply) -> bool {
        match std::mem::replace(&mut *self.slot(), Slot::Answered) {
            Slot::Open(sender) | Slot::Claimed(sender) => {
                // The client may be gone.
                let _ = sender.send(reply);
                true
            }
            Slot::Answered => false,
        }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reply {
    /// A short text in place of a resource's answer.
    pub fn of_text(status: StatusCode, text: impl Into<Bytes>) -> Self {
        let body: Bytes = text.into();
        let mut headers = HeaderMap::new();
        if !body.is_empty() {
            let text = http::HeaderValue::from_static("text/plain");
            headers.insert(http::header::CONTENT_TYPE, text);
        }
        Self {
            status,
            reason: None,
            headers,
            body,
        }
    }
}
