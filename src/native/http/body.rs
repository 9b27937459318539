//! Bodies on the wire: reading a received one whole, within a limit and never waiting too long for its
//! next piece; and the body of an answer, with or without a length said beforehand.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Frame, SizeHint};

use crate::native::mime::message::{Body, BodyError, Incoming};

/// Bytes that are set aside for a body on its own word.
const TRUSTED_LENGTH: u64 = 1 << 20;

/// A received body, to be read when somebody asks for it.
pub fn received(
    body: hyper::body::Incoming,
    limit: Option<u64>,
    idle_time: Duration,
    kept: impl Send + 'static,
) -> Body {
    if body.is_end_stream() {
        return Body::Empty;
    }
    Body::Incoming(Incoming::new(async move {
        let result = read(body, limit, idle_time).await;
        drop(kept);
        result
    }))
}

async fn read(
    mut body: hyper::body::Incoming,
    limit: Option<u64>,
    idle_time: Duration,
) -> Result<Bytes, BodyError> {
    let expected = body.size_hint().lower().min(TRUSTED_LENGTH);
    let mut bytes = BytesMut::with_capacity(usize::try_from(expected).unwrap_or(0));
    loop {
        let next = tokio::time::timeout(idle_time, body.frame()).await;
        let frame = match next {
            Err(_) => return Err(BodyError::TimedOut),
            Ok(None) => return Ok(bytes.freeze()),
            Ok(Some(Err(error))) => return Err(BodyError::Broken(error.to_string())),
            Ok(Some(Ok(frame))) => frame,
        };
        // Trailers are not shown to programs.
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        let length = (bytes.len() + piece.len()) as u64;
        if let Some(limit) = limit.filter(|limit| length > *limit) {
            return Err(BodyError::TooLarge(limit));
        }
        bytes.extend_from_slice(&piece);
    }
}

/// A body that is sent.
pub struct Sent {
    bytes: Full<Bytes>,
    says_length: bool,
}

impl Sent {
    pub fn new(bytes: Bytes) -> Self {
        Self {
            bytes: Full::new(bytes),
            says_length: true,
        }
    }

    /// Sent in chunks, whatever is known about its length.
    pub fn chunked(bytes: Bytes) -> Self {
        Self {
            bytes: Full::new(bytes),
            says_length: false,
        }
    }
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.bytes).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.says_length && self.bytes.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.says_length {
            true => self.bytes.size_hint(),
            false => SizeHint::default(),
        }
    }
}
