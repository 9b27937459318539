//! Calls over real sockets, with every kind of trust.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use super::{Answer, Connections, Failure, Settings};
use crate::native::http::server::Server;
use crate::native::http::server::tests::{secured, serving, store};
use crate::native::http::tls::{self, ClientFields, SecureSocket};

const VERIFY: ClientFields = ClientFields {
    is_disabled: false,
    verifies_host: true,
};

fn trusting() -> SecureSocket {
    SecureSocket {
        trust_store: Some(store("ballerinaTruststore.p12")),
        shares_session: true,
        ..SecureSocket::default()
    }
}

fn connections(socket: &SecureSocket, fields: ClientFields, is_http_2: bool) -> Connections {
    Connections::new(Settings {
        tls: tls::client(socket, fields, is_http_2).expect("usable"),
        timeout: Duration::from_secs(10),
        max_active: Some(1),
        max_idle: 10,
        wait_time: Duration::from_millis(100),
        keeps_alive: true,
        in_chunks: false,
    })
}

async fn get(connections: &Connections, server: &Server, host: &str) -> Result<String, Failure> {
    let port = server.address().expect("open").port();
    let target = format!("https://{host}:{port}/s/x");
    let answer = connections
        .send("GET", &target, HeaderMap::new(), Bytes::new())
        .await?;
    assert_eq!((answer.status, answer.reason.as_str()), (200, "OK"));
    Ok(text(answer).await)
}

async fn text(answer: Answer) -> String {
    let body = answer.body.read().await.expect("a body");
    String::from_utf8_lossy(&body).into_owned()
}

#[tokio::test]
async fn a_certificate_in_the_trust_store_may_be_known_by_its_common_name() {
    for is_http_2 in [false, true] {
        let server = serving(secured("", is_http_2)).await;
        let trusting = connections(&trusting(), VERIFY, is_http_2);
        for _ in 0..2 {
            let answer = get(&trusting, &server, "localhost").await;
            assert_eq!(answer.as_deref(), Ok("GET /s/x  false"));
        }
        // The certificate does not name the address.
        let wrong_host = get(&trusting, &server, "127.0.0.1").await;
        assert!(matches!(wrong_host, Err(Failure::Tls(_))), "{wrong_host:?}");
    }
}

#[tokio::test]
async fn who_is_not_trusted_is_not_talked_to() {
    let server = serving(secured("", false)).await;
    let by_platform = connections(&SecureSocket::default(), VERIFY, false);
    let refused = get(&by_platform, &server, "localhost").await;
    assert!(matches!(refused, Err(Failure::Tls(_))), "{refused:?}");
    let disabled = ClientFields {
        is_disabled: true,
        ..VERIFY
    };
    let disabled = connections(&SecureSocket::default(), disabled, false);
    assert!(get(&disabled, &server, "127.0.0.1").await.is_ok());
}

#[tokio::test]
async fn clients_show_a_certificate_where_they_must() {
    let server = serving(secured("require", false)).await;
    let without = get(
        &connections(&trusting(), VERIFY, false),
        &server,
        "localhost",
    )
    .await;
    assert!(without.is_err(), "{without:?}");
    let with_key = SecureSocket {
        key_store: Some(store("ballerinaKeystore.p12")),
        ..trusting()
    };
    let with = get(&connections(&with_key, VERIFY, false), &server, "localhost").await;
    assert_eq!(with.as_deref(), Ok("GET /s/x  true"));
}

#[tokio::test]
async fn failures_have_kinds() {
    let server = serving(secured("", false)).await;
    let port = server.address().expect("open").port();
    let connections = connections(&trusting(), VERIFY, false);
    let send = async |target: &str| {
        let sent = connections.send("GET", target, HeaderMap::new(), Bytes::new());
        sent.await.map(|answer| answer.status)
    };
    let malformed = Err(Failure::Other("malformed URL".to_owned()));
    assert_eq!(send("nowhere").await, malformed);
    let refused = Failure::Other("Connection refused: http://localhost:1".to_owned());
    assert_eq!(send("http://localhost:1/x").await, Err(refused));
    assert_eq!(
        send(&format!("https://localhost:{port}/none")).await,
        Ok(404)
    );
    // The only place is taken as long as an answer has not been read.
    let target = format!("https://localhost:{port}/s/x");
    let first = connections
        .send("GET", &target, HeaderMap::new(), Bytes::new())
        .await
        .expect("an answer");
    assert_eq!(send(&target).await, Err(Failure::Wait));
    drop(first);
    assert_eq!(send(&target).await, Ok(200));
}
