//! From the configuration records of the language to the settings of servers, services, resources and
//! clients. What this version does not support is refused here by the name of its field.

use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use zeroize::Zeroizing;

use super::cors::Cors;
use super::head::HeadLimits;
use super::path::Template;
use super::route::{Chunking, Resource, RouteError, ServiceSettings};
use super::server::KeepAlive;
use super::tls::{self, ClientFields, SecureSocket, StoreFile, Tls, TlsError};
use super::{client, server};
use crate::native::record::Fields;
use crate::runtime::native::Ctx;
use crate::runtime::value::V;

/// The name in the `server` header when the program says nothing.
const SERVER_NAME: &str = "taintc";
/// Stands for "no limit" where a time is needed.
const NO_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

/// A record that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("{record} field '{field}': {reason}")]
    Field {
        record: &'static str,
        field: &'static str,
        reason: String,
    },
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Route(#[from] RouteError),
}

const LISTENER: &str = "http:ListenerConfiguration";
const SERVICE: &str = "http:ServiceConfig";
const RESOURCE: &str = "http:ResourceConfig";
const CLIENT: &str = "http:ClientConfiguration";

fn wrong(record: &'static str, field: &'static str, reason: impl Into<String>) -> SettingsError {
    SettingsError::Field {
        record,
        field,
        reason: reason.into(),
    }
}

fn unsupported(record: &'static str, field: &'static str) -> SettingsError {
    wrong(record, field, "not supported by this version of taintc")
}

/// A number that must not be negative.
fn size(record: &'static str, field: &'static str, value: i64) -> Result<usize, SettingsError> {
    usize::try_from(value).map_err(|_| wrong(record, field, "it must not be negative"))
}

/// Milliseconds; 0 is no limit.
fn time(record: &'static str, field: &'static str, millis: i64) -> Result<Duration, SettingsError> {
    let millis = u64::try_from(millis);
    match millis.map_err(|_| wrong(record, field, "it must not be negative"))? {
        0 => Ok(NO_TIMEOUT),
        millis => Ok(Duration::from_millis(millis).min(NO_TIMEOUT)),
    }
}

fn is_http_2(record: &'static str, version: &str) -> Result<bool, SettingsError> {
    match version {
        "1.1" => Ok(false),
        "2.0" | "2" => Ok(true),
        other => {
            let reason = format!("'{other}' is neither '1.1' nor '2.0'");
            Err(wrong(record, "httpVersion", reason))
        }
    }
}

/// The settings of a listener on `port`.
pub fn listener(cx: &Ctx, port: i64, config: V) -> Result<server::Settings, SettingsError> {
    let config = Fields::new(cx, config);
    let port = u16::try_from(port).map_err(|_| wrong("http:Listener", "port", "it is no port"))?;
    let is_http_2 = is_http_2(LISTENER, config.text("httpVersion"))?;
    let http_1 = config.record("http1Settings");
    let number = |field| http_1.map_or(0, |fields| fields.int(field));
    // Requests of a connection are read one by one, so any number of waiting ones holds.
    if number("maxPipelinedRequests") < 1 {
        return Err(wrong(
            LISTENER,
            "maxPipelinedRequests",
            "it must be greater than 0",
        ));
    }
    let max_body = number("maxEntityBodySize");
    let limits = HeadLimits {
        uri: size(LISTENER, "maxUriLength", number("maxUriLength"))?,
        headers: size(LISTENER, "maxHeaderSize", number("maxHeaderSize"))?,
        body: u64::try_from(max_body).ok(),
    };
    let tls = match config.record("secureSocket") {
        None => None,
        Some(fields) => {
            let socket = secure_socket(fields);
            Some(tls::server(
                &socket,
                fields.text("sslVerifyClient"),
                is_http_2,
            )?)
        }
    };
    let name = config.opt_text("server").unwrap_or(SERVER_NAME);
    let server_name = HeaderValue::from_str(name);
    let server_name =
        server_name.map_err(|_| wrong(LISTENER, "server", "it is no header value"))?;
    Ok(server::Settings {
        host: config.text("host").to_owned(),
        port,
        tls,
        is_http_2,
        keep_alive: keep_alive(http_1.map_or("", |fields| fields.text("keepAlive"))),
        limits,
        idle_time: time(LISTENER, "timeoutInMillis", config.int("timeoutInMillis"))?,
        server_name: Some(server_name).filter(|name| !name.is_empty()),
    })
}

fn keep_alive(name: &str) -> KeepAlive {
    match name {
        "ALWAYS" => KeepAlive::Always,
        "NEVER" => KeepAlive::Never,
        _ => KeepAlive::Auto,
    }
}

/// The fields that both kinds of `secureSocket` have.
fn secure_socket(fields: Fields<'_>) -> SecureSocket {
    let store = |name| {
        let store = fields.record(name)?;
        Some(StoreFile {
            path: PathBuf::from(store.text("path")),
            password: Zeroizing::new(store.text("password").to_owned()),
        })
    };
    let enabled = |name| {
        let record = fields
            .record(name)
            .is_some_and(|record| record.is("enable"));
        // A client has a truth value where a listener has a record.
        record || fields.is(name)
    };
    let protocol = fields.record("protocol");
    SecureSocket {
        trust_store: store("trustStore"),
        key_store: store("keyStore"),
        cert_file: fields.text("certFile").to_owned(),
        key_file: fields.text("keyFile").to_owned(),
        has_key_password: !fields.text("keyPassword").is_empty(),
        trusted_cert_file: fields.text("trustedCertFile").to_owned(),
        protocol_name: protocol
            .map_or("", |protocol| protocol.text("name"))
            .to_owned(),
        protocol_versions: protocol.map_or_else(Vec::new, |protocol| protocol.texts("versions")),
        ciphers: fields.texts("ciphers"),
        validates_revocation: enabled("certValidation"),
        staples: enabled("ocspStapling"),
        shares_session: fields.is("shareSession"),
        handshake_seconds: fields.opt_int("handshakeTimeoutInSeconds"),
        session_seconds: fields.opt_int("sessionTimeoutInSeconds"),
    }
}

/// The settings of a service; `config` is nil when it has no annotation.
pub fn service(cx: &Ctx, name: &str, config: V) -> Result<ServiceSettings, SettingsError> {
    let config = Fields::new(cx, config);
    let base_path = config.text("basePath").to_owned();
    if base_path.contains('{') {
        return Err(unsupported(SERVICE, "versioning"));
    }
    if config.record("compression").is_some_and(wants_compression) {
        return Err(unsupported(SERVICE, "compression"));
    }
    Ok(ServiceSettings {
        name: name.to_owned(),
        host: config.text("host").to_owned(),
        base_path,
        cors: config.record("cors").map(cors).unwrap_or_default(),
        chunking: chunking(config.text("chunking")),
    })
}

/// Nothing is compressed: only what leaves it to the client's wishes can be kept.
fn wants_compression(compression: Fields<'_>) -> bool {
    compression.text("enable") == "ALWAYS" || !compression.texts("contentTypes").is_empty()
}

fn chunking(name: &str) -> Chunking {
    match name {
        "ALWAYS" => Chunking::Always,
        "NEVER" => Chunking::Never,
        _ => Chunking::Auto,
    }
}

fn cors(fields: Fields<'_>) -> Cors {
    Cors {
        allow_headers: fields.texts("allowHeaders"),
        allow_methods: fields.texts("allowMethods"),
        allow_origins: fields.texts("allowOrigins"),
        expose_headers: fields.texts("exposeHeaders"),
        allow_credentials: fields.is("allowCredentials"),
        max_age: fields.int("maxAge"),
    }
}

/// A resource; `config` is nil when it has no annotation.
pub fn resource(cx: &Ctx, name: &str, config: V, index: usize) -> Result<Resource, SettingsError> {
    let config = Fields::new(cx, config);
    if config.record("webSocketUpgrade").is_some() {
        return Err(unsupported(RESOURCE, "webSocketUpgrade"));
    }
    let path = match (config.text("path"), config.text("basePath")) {
        ("", "") => name,
        (path, "") => path,
        ("", path) => path,
        (path, other) if path == other => path,
        _ => return Err(wrong(RESOURCE, "basePath", "it differs from 'path'")),
    };
    let template = Template::parse(path);
    let template = template.map_err(|error| RouteError::Template(error, name.to_owned()))?;
    let body = config.text("body");
    let methods = config.texts("methods").into_iter();
    Ok(Resource {
        name: name.to_owned(),
        template,
        methods: methods.map(|method| method.to_uppercase()).collect(),
        consumes: config.texts("consumes"),
        produces: config.texts("produces"),
        cors: config.record("cors").map(cors).unwrap_or_default(),
        body_param: (!body.is_empty()).then(|| body.to_owned()),
        index,
    })
}

/// The settings of a client. Fields that the library's own code handles or refuses are not looked at.
pub fn client(cx: &Ctx, config: V) -> Result<client::Settings, SettingsError> {
    let config = Fields::new(cx, config);
    let is_http_2 = is_http_2(CLIENT, config.text("httpVersion"))?;
    let tls = client_tls(config.record("secureSocket"), is_http_2)?;
    let http_1 = config.record("http1Settings");
    let word = |field| http_1.map_or("", |fields| fields.text(field));
    let pool = config.record("poolConfig");
    let number = |field: &str, usual: i64| {
        let given = pool.and_then(|pool| pool.opt_int(field));
        let configured = || {
            cx.host
                .config
                .int(&format!("b7a.http.pool.{field}"))
                .ok()
                .flatten()
        };
        given.or_else(configured).unwrap_or(usual)
    };
    // Only without a limit may the number be negative.
    let max_active = match number("maxActiveConnections", -1) {
        0 => {
            return Err(wrong(
                CLIENT,
                "poolConfig.maxActiveConnections",
                "it must not be 0",
            ));
        }
        n => usize::try_from(n).ok(),
    };
    let max_idle = number("maxIdleConnections", 100);
    let wait = number("waitTimeInMillis", 30_000);
    Ok(client::Settings {
        tls,
        timeout: time(CLIENT, "timeoutInMillis", config.int("timeoutInMillis"))?,
        max_active,
        max_idle: size(CLIENT, "poolConfig.maxIdleConnections", max_idle)?,
        wait_time: time(CLIENT, "poolConfig.waitTimeInMillis", wait)?,
        keeps_alive: keep_alive(word("keepAlive")) != KeepAlive::Never,
        in_chunks: chunking(word("chunking")) == Chunking::Always,
    })
}

fn client_tls(
    fields: Option<Fields<'_>>,
    is_http_2: bool,
) -> Result<Tls<rustls::ClientConfig>, SettingsError> {
    let Some(fields) = fields else {
        let usual = SecureSocket {
            shares_session: true,
            ..SecureSocket::default()
        };
        let verify = ClientFields {
            is_disabled: false,
            verifies_host: true,
        };
        return Ok(tls::client(&usual, verify, is_http_2)?);
    };
    let how = ClientFields {
        is_disabled: fields.is("disable"),
        verifies_host: fields.is("verifyHostname"),
    };
    Ok(tls::client(&secure_socket(fields), how, is_http_2)?)
}
