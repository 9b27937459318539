//! From `ClientConfiguration` to a pool, and settings of pools from the configuration of the run.
//!
//! A client without settings of its own shares the pool of its file with those that name the same url and
//! options. Options that SQLite does not know are logged.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::failure::Failure;
use super::pool::{self, Database, Settings};
use super::url::{self, Place, Url};
use crate::base::number_text::float_text;
use crate::bytecode::tag::Tag;
use crate::config::{Found, LookupError};
use crate::native::lang::{arg, int_arg, str_arg};
use crate::native::log::{self, Level};
use crate::native::record::Fields;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

const MODULE: &str = "ballerinax/java.jdbc";
const LOOKUP_ERROR: &str = "{ballerina/config}LookupError";

/// A pool that a client asks for.
pub struct Wanted {
    url: Url,
    settings: Settings,
    options: Vec<(String, String)>,
    /// What clients of the same pool have in common; `None` for a client with a pool of its own.
    shared_key: Option<String>,
}

/// The pools that clients share, until the end of the process.
static SHARED: LazyLock<Mutex<HashMap<String, Arc<Database>>>> = LazyLock::new(Mutex::default);

impl Wanted {
    /// Whether the pool may be closed together with the client.
    pub fn owns_pool(&self) -> bool {
        self.shared_key.is_none() && !matches!(self.url.place, Place::SharedMemory(_))
    }

    /// Opens the pool, or finds it.
    pub async fn open(self) -> Result<Arc<Database>, Failure> {
        let known = || SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = self.shared_key else {
            return pool::open(&self.url, &self.settings, &self.options).await;
        };
        if let Some(database) = known().get(&key) {
            return Ok(Arc::clone(database));
        }
        let database = pool::open(&self.url, &self.settings, &self.options).await?;
        // Another client may have been as fast.
        let shared = Arc::clone(known().entry(key).or_insert(database));
        Ok(shared)
    }
}

/// What a client's configuration asks for.
pub fn of_configuration(cx: &Ctx, configuration: V) -> Result<Wanted, Failure> {
    let fields = Fields::new(cx, configuration);
    let text = fields.text("url");
    let url = url::parse(text)?;
    let options = match fields.get("dbOptions") {
        Some(options) => database_options(cx, options)?,
        None => Vec::new(),
    };
    for (key, _) in url.options.iter().chain(&options) {
        if !pool::is_known_option(key) {
            let message = format!("the option '{key}' is not known to SQLite and not used");
            log::line(&cx.host, Level::Warn, MODULE, &message);
        }
    }
    let own = fields.record("poolOptions");
    let settings = match own {
        Some(own) => own_settings(cx, own),
        None => shared_settings(cx).map_err(|error| {
            Failure::application(format!("error in sql connector configuration: {error}"))
        })?,
    };
    let is_shared = own.is_none() && matches!(url.place, Place::File(_));
    let shared_key = is_shared.then(|| format!("{text}\n{options:?}"));
    Ok(Wanted {
        url,
        settings,
        options,
        shared_key,
    })
}

fn database_options(cx: &Ctx, options: V) -> Result<Vec<(String, String)>, Failure> {
    let members = cx.heap.members(options).into_iter();
    members
        .map(|(key, value)| {
            let text = match value.tag() {
                Tag::String => cx.heap.str(value).to_owned(),
                Tag::Int | Tag::Byte => value.as_int().to_string(),
                Tag::Boolean => value.as_bool().to_string(),
                Tag::Float => float_text(value.as_float()),
                Tag::Decimal => cx.heap.decimal(value).plain_text(),
                _ => {
                    let message = format!("unsupported type {key} for the db option");
                    return Err(Failure::application(message));
                }
            };
            Ok((key.to_owned(), text))
        })
        .collect()
}

fn own_settings(cx: &Ctx, fields: Fields<'_>) -> Settings {
    warn_of_data_source(cx, fields.text("dataSourceClassName"));
    Settings {
        init_sql: fields.text("connectionInitSql").to_owned(),
        is_auto_commit: fields.is("autoCommit"),
        is_xa: fields.is("isXA"),
        maximum_size: fields.int("maximumPoolSize"),
        connection_timeout_millis: fields.int("connectionTimeoutInMillis"),
        idle_timeout_millis: fields.int("idleTimeoutInMillis"),
        max_lifetime_millis: fields.int("maxLifetimeInMillis"),
        validation_timeout_millis: fields.int("validationTimeoutInMillis"),
    }
}

/// The settings of pools that no client has set.
fn shared_settings(cx: &Ctx) -> Result<Settings, LookupError> {
    let built_in = Settings::default();
    let config = &cx.host.config;
    let number = |name, built_in| Ok(config.int(&key(name))?.unwrap_or(built_in));
    let flag = |name, built_in| Ok(config.boolean(&key(name))?.unwrap_or(built_in));
    warn_of_data_source(cx, &text_of(cx, "dataSourceClassName", "")?);
    Ok(Settings {
        init_sql: text_of(cx, "connectionInitSql", "")?,
        is_auto_commit: flag("autoCommit", built_in.is_auto_commit)?,
        is_xa: flag("isXA", built_in.is_xa)?,
        maximum_size: number("maximumPoolSize", built_in.maximum_size)?,
        connection_timeout_millis: number(
            "connectionTimeoutInMillis",
            built_in.connection_timeout_millis,
        )?,
        idle_timeout_millis: number("idleTimeoutInMillis", built_in.idle_timeout_millis)?,
        max_lifetime_millis: number("maxLifetimeInMillis", built_in.max_lifetime_millis)?,
        validation_timeout_millis: number(
            "validationTimeoutInMillis",
            built_in.validation_timeout_millis,
        )?,
    })
}

fn warn_of_data_source(cx: &Ctx, class: &str) {
    if !class.is_empty() {
        let message = format!("the data source class '{class}' is not used");
        log::line(&cx.host, Level::Warn, MODULE, &message);
    }
}

/// The configuration key of a setting.
fn key(name: &str) -> String {
    format!("b7a.jdbc.pool.{name}")
}

fn text_of(cx: &Ctx, name: &str, built_in: &str) -> Result<String, LookupError> {
    let key = key(name);
    match cx.host.config.lookup(&key)? {
        None => Ok(built_in.to_owned()),
        Some(Found::Text(text) | Found::Environment(text)) => Ok(text.to_string()),
        Some(_) => Err(LookupError::NotA {
            key,
            kind: "string",
        }),
    }
}

/// `textSetting(name, builtIn)`.
pub fn text(cx: &mut Ctx, args: &[V]) -> Outcome {
    match text_of(cx, str_arg(cx, args, 0), str_arg(cx, args, 1)) {
        Ok(text) => Outcome::Done(cx.heap.new_string_owned(text)),
        Err(error) => cx.panic(LOOKUP_ERROR, &error.to_string()),
    }
}

/// `flagSetting(name, builtIn)`.
pub fn flag(cx: &mut Ctx, args: &[V]) -> Outcome {
    let found = cx.host.config.boolean(&key(str_arg(cx, args, 0)));
    match found {
        Ok(found) => Outcome::Done(found.map_or(arg(args, 1), V::boolean)),
        Err(error) => cx.panic(LOOKUP_ERROR, &error.to_string()),
    }
}

/// `numberSetting(name, builtIn)`.
pub fn number(cx: &mut Ctx, args: &[V]) -> Outcome {
    let found = cx.host.config.int(&key(str_arg(cx, args, 0)));
    match found {
        Ok(found) => Outcome::Done(V::int(found.unwrap_or(int_arg(args, 1)))),
        Err(error) => cx.panic(LOOKUP_ERROR, &error.to_string()),
    }
}
