//! The listening side: a port, its connections, the requests on them (spec/http.md sections 1 and 7).
//!
//! Input → output: [`Settings`] and a [`Handler`] → an open port, whose requests go through the strict
//! check ([`super::guard`]) and the routes to the handler as [`Exchange`]s. Runs on the I/O threads; knows
//! nothing of the language. A stop lets the requests that have come end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, SERVER};
use http::{Request, Response, StatusCode, Version};
use hyper::body::Body as _;
use hyper::ext::ReasonPhrase;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use super::body::{self, Sent};
use super::exchange::{ConnectionInfo, Exchange, Reply, RequestLine};
use super::guard::{Guard, Refusals};
use super::head::{HeadLimits, Refusal};
use super::route::{Answer, Found, Match, Routes};
use super::tls::Tls;
use crate::native::mime::header::{Headers, text};
use crate::native::mime::message::{Body, BodyError};

/// Requests of one HTTP/2 connection at a time.
const STREAMS: u32 = 100;
/// A stop waits so long for requests in flight.
const STOP_TIME: Duration = Duration::from_secs(30);
/// Pause after a connection could not be accepted (no more file descriptors, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How a listener serves.
#[derive(Debug)]
pub struct Settings {
    pub host: String,
    pub port: u16,
    pub tls: Option<Tls<ServerConfig>>,
    pub is_http_2: bool,
    pub keep_alive: KeepAlive,
    pub limits: HeadLimits,
    pub idle_time: Duration,
    /// The `server` header.
    pub server_name: Option<HeaderValue>,
}

/// Whether connections stay open after an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeepAlive {
    Auto,
    Always,
    Never,
}

/// Takes requests that found their resource; false when nobody serves them any more.
pub type Handler = Arc<dyn Fn(Exchange) -> bool + Send + Sync>;

/// A listener: closed, open or stopped.
pub struct Server {
    settings: Arc<Settings>,
    routes: Arc<RwLock<Arc<Routes>>>,
    stop: watch::Sender<bool>,
    /// Taken by the first start.
    running: Option<Running>,
}

struct Running {
    address: SocketAddr,
    /// Closed when the last connection has ended.
    ended: mpsc::Receiver<Infallible>,
}

impl Server {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            routes: Arc::default(),
            stop: watch::Sender::new(false),
            running: None,
        }
    }

    /// Host and port that [`bind`] is to open.
    pub fn address_to_open(&self) -> (String, u16) {
        (self.settings.host.clone(), self.settings.port)
    }

    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Changes the routes; requests that are under way keep the old ones.
    pub fn change_routes<T>(&self, change: impl FnOnce(&mut Routes) -> T) -> T {
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut *routes))
    }

    /// Opens the port; requests go to `handler`.
    pub fn open(
        &mut self,
        listener: TcpListener,
        handler: Handler,
        io: &tokio::runtime::Handle,
    ) -> io::Result<SocketAddr> {
        let address = listener.local_addr()?;
        let (alive, ended) = mpsc::channel(1);
        let acceptor = self
            .settings
            .tls
            .as_ref()
            .map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
        let serving = Serving {
            settings: Arc::clone(&self.settings),
            routes: Arc::clone(&self.routes),
            handler,
            acceptor,
        };
        let stop = self.stop.subscribe();
        io.spawn(accept(listener, Arc::new(serving), stop, alive));
        self.running = Some(Running { address, ended });
        Ok(address)
    }

    pub fn address(&self) -> Option<SocketAddr> {
        self.running.as_ref().map(|running| running.address)
    }

    /// Closes the port. The future ends when the requests in flight have been answered, at the latest
    /// after [`STOP_TIME`].
    pub fn stop(&mut self) -> impl Future<Output = ()> + Send + 'static {
        self.stop.send_replace(true);
        let running = self.running.take();
        async move {
            let Some(mut running) = running else { return };
            // Nothing is ever sent: it ends when every connection has dropped its end.
            let _ = tokio::time::timeout(STOP_TIME, running.ended.recv()).await;
        }
    }
}

/// Opens a socket on a host and port.
pub async fn bind(host: &str, port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((host, port)).await
}

/// What all connections share.
struct Serving {
    settings: Arc<Settings>,
    routes: Arc<RwLock<Arc<Routes>>>,
    handler: Handler,
    acceptor: Option<TlsAcceptor>,
}

async fn accept(
    listener: TcpListener,
    serving: Arc<Serving>,
    mut stop: watch::Receiver<bool>,
    alive: mpsc::Sender<Infallible>,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, remote)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let serving = Arc::clone(&serving);
        let watcher = graceful.watcher();
        let alive = alive.clone();
        tokio::spawn(async move {
            serving.connection(stream, remote, watcher).await;
            drop(alive);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

type Watcher = hyper_util::server::graceful::Watcher;

impl Serving {
    /// Serves one connection to its end. What goes wrong on it is the client's affair.
    async fn connection(self: Arc<Self>, stream: TcpStream, remote: SocketAddr, watcher: Watcher) {
        // Without it answers wait for the client's acknowledgements; it is no reason to refuse service.
        let _ = stream.set_nodelay(true);
        let Ok(local) = stream.local_addr() else {
            return;
        };
        let mut info = ConnectionInfo {
            remote,
            local,
            is_tls: false,
            client_certificate: None,
        };
        let Some((acceptor, tls)) = self.acceptor.clone().zip(self.settings.tls.as_ref()) else {
            return self.http_1(stream, info, watcher).await;
        };
        let handshake = tokio::time::timeout(tls.handshake_time, acceptor.accept(stream));
        let Ok(Ok(stream)) = handshake.await else {
            return;
        };
        let (_, session) = stream.get_ref();
        let is_http_2 = session.alpn_protocol() == Some(b"h2");
        let certificates = session.peer_certificates().unwrap_or_default();
        info.client_certificate = certificates.first().map(|certificate| certificate.to_vec());
        info.is_tls = true;
        match is_http_2 {
            true => self.http_2(stream, info, watcher).await,
            false => self.http_1(stream, info, watcher).await,
        }
    }

    async fn http_1<S>(self: Arc<Self>, stream: S, info: ConnectionInfo, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let refusals = Refusals::default();
        let settings = &self.settings;
        let guard = Guard::new(
            stream,
            settings.limits,
            settings.idle_time,
            refusals.clone(),
        );
        let buffer = (settings.limits.uri + settings.limits.headers).saturating_add(64 * 1024);
        let mut builder = http1::Builder::new();
        builder
            .keep_alive(settings.keep_alive != KeepAlive::Never)
            .half_close(true)
            .pipeline_flush(true)
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_buf_size(buffer.max(408 * 1024));
        let connection = Arc::new(Connection {
            serving: Arc::clone(&self),
            info,
            refusals,
            n_requests: AtomicU64::new(0),
        });
        let service = service_fn(move |request| Arc::clone(&connection).answer(request));
        let connection = builder.serve_connection(TokioIo::new(guard), service);
        serve(connection, watcher).await;
    }

    async fn http_2<S>(self: Arc<Self>, stream: S, info: ConnectionInfo, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let settings = &self.settings;
        let guard = Guard::for_http_2(stream, settings.idle_time);
        let headers = u32::try_from(settings.limits.headers).unwrap_or(u32::MAX);
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(headers);
        let connection = Arc::new(Connection {
            serving: Arc::clone(&self),
            info,
            refusals: Refusals::default(),
            n_requests: AtomicU64::new(0),
        });
        let service = service_fn(move |request| Arc::clone(&connection).answer(request));
        let connection = builder.serve_connection(TokioIo::new(guard), service);
        serve(connection, watcher).await;
    }
}

async fn serve<C: GracefulConnection>(connection: C, watcher: Watcher) {
    // A connection that breaks has nobody left to tell.
    let _ = watcher.watch(connection).await;
}

/// What the requests of one connection share.
struct Connection {
    serving: Arc<Serving>,
    info: ConnectionInfo,
    refusals: Refusals,
    n_requests: AtomicU64,
}

impl Connection {
    async fn answer(
        self: Arc<Self>,
        request: Request<hyper::body::Incoming>,
    ) -> Result<Response<Sent>, Infallible> {
        let number = self.n_requests.fetch_add(1, Ordering::Relaxed) + 1;
        let version = request.version();
        let refusal = self.refusals.of(number).or_else(|| self.refusal(&request));
        let response = match refusal {
            Some(refusal) => self.refused(refusal, version),
            None => self.routed(request).await,
        };
        Ok(response)
    }

    /// Limits that hold for every version of HTTP.
    fn refusal(&self, request: &Request<hyper::body::Incoming>) -> Option<Refusal> {
        let limits = &self.serving.settings.limits;
        let uri = request.uri().path_and_query();
        if uri.is_some_and(|uri| uri.as_str().len() > limits.uri) {
            return Some(Refusal::URI_TOO_LONG);
        }
        let length = request.body().size_hint().lower();
        limits
            .body
            .filter(|limit| length > *limit)
            .map(|_| Refusal::BODY_TOO_LARGE)
    }

    fn refused(&self, refusal: Refusal, version: Version) -> Response<Sent> {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = self.response(Reply::of_text(status, refusal.text), false);
        // HTTP/2 has no such header; there only the one stream ends.
        if version < Version::HTTP_2 {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        response
    }

    async fn routed(&self, request: Request<hyper::body::Incoming>) -> Response<Sent> {
        let (head, body) = request.into_parts();
        let routes = Arc::clone(
            &*self
                .serving
                .routes
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let found = match routes.find(&head) {
            Found::Answer(answer) => return self.response(reply_of(answer), false),
            Found::Resource(found) => found,
        };
        let limit = self.serving.settings.limits.body;
        let mut body = body::received(body, limit, self.serving.settings.idle_time, ());
        if limit.is_some() {
            // The limit has to be known before the resource runs, not while it reads.
            body = match body.read().await {
                Ok(bytes) if bytes.is_empty() => Body::Empty,
                Ok(bytes) => Body::Bytes(bytes),
                Err(BodyError::TooLarge(_)) => {
                    return self.refused(Refusal::BODY_TOO_LARGE, head.version);
                }
                Err(BodyError::TimedOut) => return self.refused(Refusal::TIMEOUT, head.version),
                Err(BodyError::Broken(_)) => return self.refused(Refusal::MALFORMED, head.version),
            };
        }
        self.exchanged(&head, body, found).await
    }

    /// Has the resource answer.
    async fn exchanged(
        &self,
        head: &http::request::Parts,
        body: Body,
        found: Match,
    ) -> Response<Sent> {
        let in_chunks = found.in_chunks(head.version);
        let raw_path = head.uri.path_and_query().map_or("", |path| path.as_str());
        let user_agent = head.headers.get(http::header::USER_AGENT).map(text);
        let line = RequestLine {
            raw_path: raw_path.to_owned(),
            method: head.method.as_str().to_owned(),
            version: match head.version {
                Version::HTTP_10 => "1.0",
                Version::HTTP_2 => "2.0",
                _ => "1.1",
            },
            user_agent: user_agent.unwrap_or_default(),
        };
        let headers = Headers::from_map(&head.headers);
        let (exchange, reply) = Exchange::new(line, self.info.clone(), found, headers, body);
        if !(self.serving.handler)(exchange) {
            return self.response(Reply::of_text(StatusCode::SERVICE_UNAVAILABLE, ""), false);
        }
        let reply = reply.await.unwrap_or_else(|_| internal_error());
        self.response(reply, in_chunks)
    }

    fn response(&self, reply: Reply, in_chunks: bool) -> Response<Sent> {
        let Reply {
            status,
            reason,
            mut headers,
            body,
        } = reply;
        // The length is that of the body, whatever the program says.
        headers.remove(CONTENT_LENGTH);
        headers.remove(http::header::TRANSFER_ENCODING);
        let settings = &self.serving.settings;
        if let Some(name) = &settings.server_name
            && !headers.contains_key(SERVER)
        {
            headers.insert(SERVER, name.clone());
        }
        if settings.keep_alive == KeepAlive::Always && !headers.contains_key(CONNECTION) {
            headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
        }
        let mut response = Response::new(match in_chunks && !body.is_empty() {
            true => Sent::chunked(body),
            false => Sent::new(body),
        });
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        if let Some(reason) = reason.and_then(|reason| ReasonPhrase::try_from(reason).ok()) {
            response.extensions_mut().insert(reason);
        }
        response
    }
}

/// The answer to a request whose resource could not give one.
pub fn internal_error() -> Reply {
    Reply::of_text(StatusCode::INTERNAL_SERVER_ERROR, "internal server error")
}

fn reply_of(answer: Answer) -> Reply {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::of_text(status, answer.text);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            reply.headers.append(name, value);
        }
    }
    reply
}

#[cfg(test)]
pub(crate) mod tests;
