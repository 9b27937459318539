//! Headers and a body: what stands behind `mime:Entity`. Input → output: a message is made empty, or of
//! what came over the wire; its body is read at the first look at it and kept.
//!
//! A message is shared between strands and the connection that sends it; no lock is held while a body
//! is being read. What the wire's bodies are made of is the business of `native::http`.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::header::Headers;
use super::media;

/// A message behind a handle.
pub type MessageRef = Arc<Message>;

/// Headers and a body.
#[derive(Default)]
pub struct Message {
    headers: Mutex<Headers>,
    body: Mutex<Body>,
}

/// A body, as far as it is there.
#[derive(Clone, Default)]
pub enum Body {
    #[default]
    Empty,
    Bytes(Bytes),
    /// Comes over the wire; every reader gets the same result.
    Incoming(Incoming),
}

/// The body of a received message.
#[derive(Clone)]
pub struct Incoming(Shared<BoxFuture<'static, Result<Bytes, BodyError>>>);

/// Why a body cannot be had.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BodyError {
    #[error("the body is larger than the limit of {0} bytes")]
    TooLarge(u64),
    #[error("the other side was silent for too long")]
    TimedOut,
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// Why a body is no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TextError {
    #[error("unsupported charset: {0}")]
    Charset(String),
    #[error("the bytes are no valid text")]
    Malformed,
}

impl Incoming {
    /// A body that `read` reads when it is asked for.
    pub fn new(read: impl Future<Output = Result<Bytes, BodyError>> + Send + 'static) -> Self {
        Self(read.boxed().shared())
    }

    pub async fn read(self) -> Result<Bytes, BodyError> {
        self.0.await
    }
}

impl Message {
    pub fn new(headers: Headers, body: Body) -> MessageRef {
        Arc::new(Self {
            headers: Mutex::new(headers),
            body: Mutex::new(body),
        })
    }

    pub fn headers(&self) -> MutexGuard<'_, Headers> {
        self.headers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn body(&self) -> Body {
        self.lock_body().clone()
    }

    pub fn set_body(&self, body: Body) {
        *self.lock_body() = body;
    }

    /// Takes the headers and the body of another message.
    pub fn replace_by(&self, headers: Headers, body: Body) {
        *self.headers() = headers;
        self.set_body(body);
    }

    /// The media type's parameter, as `charset` or `boundary`.
    pub fn media_parameter(&self, name: &str) -> Option<String> {
        let media_type = self.headers().first("content-type")?;
        media::parameter(&media_type, name)
    }

    fn lock_body(&self) -> MutexGuard<'_, Body> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body {
    /// The whole body; an empty one is no bytes.
    pub async fn read(self) -> Result<Bytes, BodyError> {
        match self {
            Self::Empty => Ok(Bytes::new()),
            Self::Bytes(bytes) => Ok(bytes),
            Self::Incoming(incoming) => incoming.read().await,
        }
    }
}

/// The text of a body in a charset; UTF-8 when none is said.
pub fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, TextError> {
    let name = charset.unwrap_or("utf-8").to_ascii_lowercase();
    match name.as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => {
            let text = std::str::from_utf8(bytes).map_err(|_| TextError::Malformed)?;
            Ok(text.to_owned())
        }
        "iso-8859-1" | "latin1" => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        _ => Err(TextError::Charset(name)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;

    use super::{Body, Incoming, TextError, decode};

    #[tokio::test]
    async fn an_incoming_body_is_read_once() {
        let reads = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&reads);
        let body = Body::Incoming(Incoming::new(async move {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(Bytes::from_static(b"x"))
        }));
        let (one, other) = tokio::join!(body.clone().read(), body.read());
        assert_eq!(
            (one, other),
            (Ok(Bytes::from_static(b"x")), Ok(Bytes::from_static(b"x")))
        );
        assert_eq!(reads.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn charsets() {
        assert_eq!(decode("ä".as_bytes(), None).as_deref(), Ok("ä"));
        assert_eq!(decode(b"\xe4", Some("ISO-8859-1")).as_deref(), Ok("ä"));
        assert_eq!(decode(b"\xe4", Some("UTF-8")), Err(TextError::Malformed));
        let unknown = decode(b"", Some("utf-7"));
        assert_eq!(unknown, Err(TextError::Charset("utf-7".to_owned())));
    }
}
