//! A listener over real sockets, asked byte by byte.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Handler, KeepAlive, Server, Settings, bind};
use crate::native::http::cors::Cors;
use crate::native::http::exchange::{Exchange, Reply};
use crate::native::http::head::HeadLimits;
use crate::native::http::path::Template;
use crate::native::http::route::{Resource, ServiceSettings};
use crate::native::http::tls::{self, SecureSocket, StoreFile};

pub fn store(name: &str) -> StoreFile {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    StoreFile {
        path: root.join("fixtures/home/bre/security").join(name),
        password: "ballerina".to_owned().into(),
    }
}

fn settings() -> Settings {
    Settings {
        host: "127.0.0.1".to_owned(),
        port: 0,
        tls: None,
        is_http_2: false,
        keep_alive: KeepAlive::Auto,
        limits: HeadLimits {
            uri: 4096,
            headers: 8192,
            body: Some(1_000),
        },
        idle_time: Duration::from_secs(20),
        server_name: None,
    }
}

/// The settings with the TLS of the guide's key store; clients are verified when `verify_client` says so.
pub fn secured(verify_client: &str, is_http_2: bool) -> Settings {
    let socket = SecureSocket {
        key_store: Some(store("ballerinaKeystore.p12")),
        trust_store: Some(store("ballerinaTruststore.p12")),
        shares_session: true,
        ..SecureSocket::default()
    };
    Settings {
        tls: Some(tls::server(&socket, verify_client, is_http_2).expect("usable")),
        is_http_2,
        ..settings()
    }
}

/// A listener that answers `METHOD path body` with that, and `/panic` not at all.
pub async fn serving(settings: Settings) -> Server {
    let mut server = Server::new(settings);
    server.change_routes(|routes| {
        let service = ServiceSettings {
            base_path: "/s".to_owned(),
            ..ServiceSettings::default()
        };
        routes.add_service(0, service).expect("new");
        let resource = Resource {
            name: "all".to_owned(),
            template: Template::parse("/*").expect("a template"),
            methods: Vec::new(),
            consumes: Vec::new(),
            produces: Vec::new(),
            cors: Cors::default(),
            body_param: None,
            index: 0,
        };
        routes.add_resource(0, resource).expect("new");
    });
    let listener = bind("127.0.0.1", 0).await.expect("a free port");
    let handler: Handler = Arc::new(|exchange: Exchange| {
        tokio::spawn(echo(exchange));
        true
    });
    let io = tokio::runtime::Handle::current();
    server.open(listener, handler, &io).expect("open");
    server
}

async fn echo(exchange: Exchange) {
    let (_, body) = exchange.take_message().expect("once");
    assert!(exchange.take_message().is_none());
    let body = body.read().await.unwrap_or_default();
    let line = &exchange.request;
    if line.raw_path == "/s/panic" {
        return;
    }
    if line.raw_path == "/s/slow" {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let certificate = exchange.connection.client_certificate.is_some();
    let text = format!(
        "{} {} {} {certificate}",
        line.method,
        line.raw_path,
        String::from_utf8_lossy(&body)
    );
    exchange.claim().expect("open");
    assert!(exchange.claim().is_err());
    // The client may be gone.
    let _ = exchange.send(Reply::of_text(StatusCode::OK, text));
}

/// What comes back on one connection for some bytes; the connection is closed for writing when `ends`.
async fn ask(server: &Server, input: &str) -> String {
    let mut stream = TcpStream::connect(server.address().expect("open"))
        .await
        .expect("a connection");
    stream.write_all(input.as_bytes()).await.expect("written");
    stream.shutdown().await.expect("shut");
    let mut output = String::new();
    let read = stream.read_to_string(&mut output);
    let read = tokio::time::timeout(Duration::from_secs(10), read).await;
    read.expect("in time").expect("readable");
    output
}

fn statuses(output: &str) -> Vec<&str> {
    let heads = output.split("HTTP/1.1 ").skip(1);
    heads.map(|head| &head[..3]).collect()
}

#[tokio::test]
async fn requests_are_answered_in_order() {
    let server = serving(settings()).await;
    let input = "GET /s/slow HTTP/1.1\r\nHost: a\r\n\r\nPOST /s/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\
         POST /s/y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n\
         GET /none HTTP/1.1\r\nHost: a\r\n\r\nHEAD /s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let output = ask(&server, input).await;
    assert_eq!(statuses(&output), ["200", "200", "200", "404", "200"]);
    for part in [
        "content-type: text/plain\r\n",
        "GET /s/slow  false",
        "POST /s/x abc false",
        "POST /s/y de false",
        "no matching service found for path : /none",
        "content-length: 14\r\n",
    ] {
        assert!(output.contains(part), "{part}: {output}");
    }
    assert!(output.ends_with("\r\n\r\n"), "a HEAD has no body: {output}");
}

#[tokio::test]
async fn refusals_close_the_connection() {
    let server = serving(settings()).await;
    let good = "GET /s HTTP/1.1\r\nHost: a\r\n\r\n";
    let post = "POST /s HTTP/1.1\r\nHost: a\r\n";
    for (bad, status) in [
        ("GET /s HTTP/1.1\r\n\r\n".to_owned(), "400"),
        ("GET /s HTTP/1.1\nHost: a\n\n".to_owned(), "400"),
        (
            format!("{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "400",
        ),
        (
            format!("{post}Content-Length: 2000\r\n\r\n{}", "x".repeat(2_000)),
            "413",
        ),
        (
            format!(
                "{post}Transfer-Encoding: chunked\r\n\r\n7d0\r\n{}\r\n0\r\n\r\n",
                "x".repeat(2_000)
            ),
            "413",
        ),
        (
            format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(5_000)),
            "414",
        ),
        (
            format!(
                "GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
                "x".repeat(9_000)
            ),
            "413",
        ),
    ] {
        let output = ask(&server, &format!("{good}{bad}{good}")).await;
        assert_eq!(statuses(&output), ["200", status], "{bad:.80} {output}");
        assert!(output.contains("connection: close"), "{output}");
    }
}

#[tokio::test]
async fn a_request_without_an_answer_is_an_internal_error() {
    let server = serving(settings()).await;
    let output = ask(&server, "GET /s/panic HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(statuses(&output), ["500"]);
    assert!(output.ends_with("internal server error"), "{output}");
}

#[tokio::test]
async fn the_client_is_told_to_go_on() {
    let server = serving(settings()).await;
    let address = server.address().expect("open");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let head = "POST /s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut space = [0; 200];
    let n = stream.read(&mut space).await.expect("an answer");
    assert!(space[..n].starts_with(b"HTTP/1.1 100 "));
    stream.write_all(b"x").await.expect("written");
    let n = stream.read(&mut space).await.expect("an answer");
    assert!(space[..n].starts_with(b"HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_stop_waits_for_requests() {
    let mut server = serving(settings()).await;
    let address = server.address().expect("open");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let idle = TcpStream::connect(address).await.expect("a connection");
    let request = "GET /s/slow HTTP/1.1\r\nHost: a\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("written");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopped = tokio::time::timeout(Duration::from_secs(10), server.stop());
    stopped.await.expect("in time");
    let mut output = String::new();
    stream.read_to_string(&mut output).await.expect("readable");
    assert_eq!(statuses(&output), ["200"]);
    assert!(TcpStream::connect(address).await.is_err());
    drop(idle);
}

#[tokio::test]
async fn one_slow_client_does_not_delay_others() {
    let server = serving(secured("", false)).await;
    let address = server.address().expect("open");
    let _silent = TcpStream::connect(address).await.expect("a connection");
    // Plain HTTP on a TLS port: closed, and nothing of an answer leaks.
    let output = tokio::time::timeout(Duration::from_secs(10), async {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream
            .write_all(b"GET /s HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .expect("written");
        let mut output = Vec::new();
        // It may be a reset.
        let _ = stream.read_to_end(&mut output).await;
        output
    });
    let output = output.await.expect("in time");
    assert!(!output.starts_with(b"HTTP"), "{output:?}");
}
