//! The calling side: a pool of connections, and requests over them (spec/http.md section 6).
//!
//! Input → output: [`Settings`] → [`Connections`]; a method, an address, headers and a body → the head of
//! the answer with a body still to be read, or a [`Failure`]. Redirects and credentials are the
//! business of the library's own code. Failures never repeat what was sent.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use hyper::ext::ReasonPhrase;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::body::{self, Sent};
use super::tls::Tls;
use super::url;
use crate::native::mime::header::{Headers, text};
use crate::native::mime::message::Body;

/// Idle connections are closed after this time.
const IDLE_CONNECTION: Duration = Duration::from_secs(90);
/// Headers that belong to one connection, or that are made here.
const OWN_HEADERS: [HeaderName; 8] = [
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
];

/// How a client calls.
#[derive(Debug)]
pub struct Settings {
    pub tls: Tls<ClientConfig>,
    /// How long to wait for the head of an answer, and for each piece of its body.
    pub timeout: Duration,
    /// Requests at a time, if there is a limit.
    pub max_active: Option<usize>,
    pub max_idle: usize,
    /// How long to wait for a place among them.
    pub wait_time: Duration,
    pub keeps_alive: bool,
    pub in_chunks: bool,
}

/// The connections of one client.
pub struct Connections {
    client: Client<Connector, Sent>,
    places: Option<Arc<Semaphore>>,
    timeout: Duration,
    wait_time: Duration,
    keeps_alive: bool,
    in_chunks: bool,
}

/// The head of an answer and its body.
pub struct Answer {
    pub status: u16,
    pub reason: String,
    pub server: String,
    pub headers: Headers,
    pub body: Body,
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Tls(String),
    #[error("Idle timeout triggered before initiating inbound response")]
    Timeout,
    #[error("Maximum wait time exceeded: no connection became free")]
    Wait,
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// The reason of the error in the language.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Tls(_) => "{ballerina/http}SslError",
            Self::Timeout => "{ballerina/http}IdleTimeoutError",
            Self::Wait => "{ballerina/http}MaximumWaitTimeExceeded",
            Self::Other(_) => "{ballerina/http}GenericClientError",
        }
    }
}

impl Connections {
    pub fn new(settings: Settings) -> Self {
        let connector = Connector {
            tls: TlsConnector::from(settings.tls.config),
            handshake_time: settings.tls.handshake_time,
            connect_time: settings.timeout,
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(settings.max_idle)
            .build(connector);
        let places = settings.max_active.map(|n| Arc::new(Semaphore::new(n)));
        Self {
            client,
            places,
            timeout: settings.timeout,
            wait_time: settings.wait_time,
            keeps_alive: settings.keeps_alive,
            in_chunks: settings.in_chunks,
        }
    }

    /// Sends a request and waits for the head of its answer.
    pub async fn send(
        &self,
        method: &str,
        target: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let request = self.request(method, target, headers, body)?;
        let place = match &self.places {
            None => None,
            Some(places) => {
                let place =
                    tokio::time::timeout(self.wait_time, Arc::clone(places).acquire_owned());
                // The semaphore is never closed.
                Some(place.await.map_err(|_| Failure::Wait)?)
            }
        };
        let answer = tokio::time::timeout(self.timeout, self.client.request(request)).await;
        let answer = answer.map_err(|_| Failure::Timeout)?;
        let answer = answer.map_err(|error| failure(&error, target))?;
        let (head, incoming) = answer.into_parts();
        let words = head.extensions.get::<ReasonPhrase>();
        let words = words.map(|words| String::from_utf8_lossy(words.as_bytes()).into_owned());
        let usual = head.status.canonical_reason().unwrap_or_default();
        Ok(Answer {
            status: head.status.as_u16(),
            reason: words.unwrap_or_else(|| usual.to_owned()),
            server: head
                .headers
                .get(header::SERVER)
                .map(text)
                .unwrap_or_default(),
            headers: Headers::from_map(&head.headers),
            // The place is free when the body has been read, or dropped unread.
            body: body::received(incoming, None, self.timeout, place),
        })
    }

    fn request(
        &self,
        method: &str,
        target: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Request<Sent>, Failure> {
        let other = |text: &str| Failure::Other(text.to_owned());
        let uri = url::parse(target).ok_or_else(|| other("malformed URL"))?;
        let method =
            Method::from_bytes(method.as_bytes()).map_err(|_| other("malformed method"))?;
        for name in OWN_HEADERS {
            headers.remove(name);
        }
        if !headers.contains_key(header::USER_AGENT) {
            headers.insert(header::USER_AGENT, HeaderValue::from_static("taintc"));
        }
        if !self.keeps_alive {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let mut request = Request::new(match self.in_chunks && !body.is_empty() {
            true => Sent::chunked(body),
            false => Sent::new(body),
        });
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// What went wrong below, as far as it is the program's business.
fn failure(error: &hyper_util::client::legacy::Error, target: &str) -> Failure {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<ConnectError>() {
            return match error {
                ConnectError::Tls(text) => Failure::Tls(format!("SSL connection failed: {text}")),
                ConnectError::Refused => {
                    let origin = url::origin(target).unwrap_or_default();
                    Failure::Other(format!("Connection refused: {origin}"))
                }
                ConnectError::Timeout => Failure::Timeout,
                ConnectError::Other(text) => Failure::Other(text.clone()),
            };
        }
        cause = error.source();
    }
    let mut innermost: &dyn StdError = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Failure::Other(format!("Something wrong with the connection: {innermost}"))
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error("{0}")]
    Tls(String),
    #[error("connection refused")]
    Refused,
    #[error("timeout")]
    Timeout,
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for ConnectError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::Timeout,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Opens connections, with TLS where the address says so.
#[derive(Clone)]
struct Connector {
    tls: TlsConnector,
    handshake_time: Duration,
    connect_time: Duration,
}

impl Connector {
    async fn connect(self, uri: Uri) -> Result<TokioIo<Stream>, ConnectError> {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let is_tls = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let connecting = tokio::time::timeout(self.connect_time, TcpStream::connect((host, port)));
        let stream = connecting.await.map_err(|_| ConnectError::Timeout)??;
        // Without it requests wait for acknowledgements; it is no reason to fail.
        let _ = stream.set_nodelay(true);
        if !is_tls {
            return Ok(TokioIo::new(Stream::Plain(stream)));
        }
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| ConnectError::Tls("invalid host name".to_owned()))?;
        let handshake = tokio::time::timeout(self.handshake_time, self.tls.connect(name, stream));
        let timeout = |_| ConnectError::Tls("the handshake took too long".to_owned());
        let stream = handshake.await.map_err(timeout)?;
        let stream = stream.map_err(|error| ConnectError::Tls(error.to_string()))?;
        Ok(TokioIo::new(Stream::Tls(Box::new(stream))))
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Self::Response, ConnectError>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

/// A connection, with TLS or without.
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let protocol = match self {
            Self::Plain(_) => None,
            Self::Tls(stream) => stream.get_ref().1.alpn_protocol(),
        };
        match protocol {
            Some(b"h2") => Connected::new().negotiated_h2(),
            _ => Connected::new(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, out),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, out),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests;
