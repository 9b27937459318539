//! Pools of connections (spec/jdbc.md sections 1 and 7).
//!
//! Input → output: a [`Url`] and [`Settings`] → a [`Database`], from which statements take
//! connections. Connections are opened as they are needed; opening the first one is what `new`
//! waits for. A database in memory has one connection, which is what makes it one database: its
//! statements queue, and its results are read at once so that an open table blocks nobody.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Executor, Sqlite, SqlitePool, Transaction};

use super::failure::Failure;
use super::url::{Place, Url};

/// Settings of a pool; see the record `PoolOptions`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    pub init_sql: String,
    pub is_auto_commit: bool,
    pub is_xa: bool,
    pub maximum_size: i64,
    pub connection_timeout_millis: i64,
    pub idle_timeout_millis: i64,
    pub max_lifetime_millis: i64,
    pub validation_timeout_millis: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            init_sql: String::new(),
            is_auto_commit: true,
            is_xa: false,
            maximum_size: 15,
            connection_timeout_millis: 30_000,
            idle_timeout_millis: 600_000,
            max_lifetime_millis: 1_800_000,
            validation_timeout_millis: 5_000,
        }
    }
}

/// A database with its pool.
pub struct Database {
    pool: SqlitePool,
    wait_millis: u64,
    is_auto_commit: bool,
    is_memory: bool,
}

/// Memory databases by name: clients that name the same one share it while one of them is open.
static SHARED_MEMORY: LazyLock<Mutex<HashMap<String, Weak<Database>>>> =
    LazyLock::new(Mutex::default);

/// Opens a database and connects to it once.
pub async fn open(
    url: &Url,
    settings: &Settings,
    options: &[(String, String)],
) -> Result<Arc<Database>, Failure> {
    check(settings)?;
    if let Place::SharedMemory(name) = &url.place {
        if let Some(database) = shared_memory(name) {
            return Ok(database);
        }
        let database = connect(url, settings, options).await?;
        let mut known = lock(&SHARED_MEMORY);
        // Another client may have been as fast.
        if let Some(first) = known.get(name).and_then(Weak::upgrade) {
            return Ok(first);
        }
        known.insert(name.clone(), Arc::downgrade(&database));
        return Ok(database);
    }
    connect(url, settings, options).await
}

impl Database {
    /// Takes a connection.
    pub async fn acquire(&self) -> Result<PoolConnection<Sqlite>, Failure> {
        self.pool
            .acquire()
            .await
            .map_err(|error| self.failure(&error))
    }

    /// Takes a connection and begins a transaction on it.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Failure> {
        self.pool
            .begin()
            .await
            .map_err(|error| self.failure(&error))
    }

    /// Whether a statement takes effect without a transaction.
    pub fn is_auto_commit(&self) -> bool {
        self.is_auto_commit
    }

    /// Whether results have to be read at once.
    pub fn is_memory(&self) -> bool {
        self.is_memory
    }

    pub fn failure(&self, error: &sqlx::Error) -> Failure {
        Failure::of_driver(error, self.wait_millis)
    }

    /// Closes all connections once they are given back.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn shared_memory(name: &str) -> Option<Arc<Database>> {
    lock(&SHARED_MEMORY)
        .get(name)
        .and_then(Weak::upgrade)
        .filter(|database| !database.pool.is_closed())
}

/// A panic while the map was locked cannot have left it half changed.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn connect(
    url: &Url,
    settings: &Settings,
    options: &[(String, String)],
) -> Result<Arc<Database>, Failure> {
    let is_memory = !matches!(url.place, Place::File(_));
    let wait_millis = millis(
        settings.connection_timeout_millis,
        Settings::default().connection_timeout_millis,
    );
    let pool = pool_options(settings, is_memory, wait_millis)
        .connect_with(connect_options(url, options)?)
        .await
        .map_err(|error| {
            Failure::of_driver(&error, wait_millis).map_message(|cause| {
                format!("error while obtaining connection for ClientConnector, {cause}.")
            })
        })?;
    Ok(Arc::new(Database {
        pool,
        wait_millis,
        is_auto_commit: settings.is_auto_commit,
        is_memory,
    }))
}

fn pool_options(settings: &Settings, is_memory: bool, wait_millis: u64) -> SqlitePoolOptions {
    let built_in = Settings::default();
    let size = if is_memory {
        1
    } else {
        u32::try_from(millis(settings.maximum_size, built_in.maximum_size)).unwrap_or(u32::MAX)
    };
    // The only connection of a memory database is the database: it must not be dropped.
    let lasting = |value: i64, built_in: i64| {
        let value = millis(value, built_in);
        (!is_memory && value > 0).then(|| Duration::from_millis(value))
    };
    let init_sql = settings.init_sql.clone();
    SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(u32::from(is_memory))
        .acquire_timeout(Duration::from_millis(wait_millis))
        .idle_timeout(lasting(
            settings.idle_timeout_millis,
            built_in.idle_timeout_millis,
        ))
        .max_lifetime(lasting(
            settings.max_lifetime_millis,
            built_in.max_lifetime_millis,
        ))
        // An embedded database cannot be lost while it is idle.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let init_sql = init_sql.clone();
            Box::pin(async move {
                if !init_sql.is_empty() {
                    connection.execute(AssertSqlSafe(init_sql)).await?;
                }
                Ok(())
            })
        })
}

fn connect_options(
    url: &Url,
    db_options: &[(String, String)],
) -> Result<SqliteConnectOptions, Failure> {
    let base = match &url.place {
        Place::File(path) => SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true),
        Place::Memory | Place::SharedMemory(_) => SqliteConnectOptions::new().in_memory(true),
    };
    // SQLite's own default; the driver would switch it on.
    let mut options = base
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(25);
    for (key, value) in url.options.iter().chain(db_options) {
        options = apply(options, key, value)?;
    }
    Ok(options)
}

fn apply(
    options: SqliteConnectOptions,
    key: &str,
    value: &str,
) -> Result<SqliteConnectOptions, Failure> {
    let bad = || {
        Failure::application(format!(
            "error in sql connector configuration: invalid value for {key}"
        ))
    };
    Ok(match key {
        "mode" => match value {
            "ro" => options.read_only(true).create_if_missing(false),
            "rw" => options.create_if_missing(false),
            "rwc" | "memory" => options,
            _ => return Err(bad()),
        },
        "busy_timeout" => {
            let millis: u64 = value.parse().map_err(|_| bad())?;
            options.busy_timeout(Duration::from_millis(millis))
        }
        "prepStmtCacheSize" => options.statement_cache_capacity(value.parse().map_err(|_| bad())?),
        "cachePrepStmts" if value == "false" => options.statement_cache_capacity(0),
        "foreign_keys" => options.foreign_keys(value == "true"),
        _ => options,
    })
}

/// Whether an option of the url or of `dbOptions` means something here; others are logged.
pub fn is_known_option(key: &str) -> bool {
    matches!(
        key,
        "mode"
            | "cache"
            | "busy_timeout"
            | "prepStmtCacheSize"
            | "cachePrepStmts"
            | "foreign_keys"
            | "user"
            | "password"
            | "useUnicode"
            | "characterEncoding"
    )
}

/// The value of a setting, of which -1 leaves the built-in one.
fn millis(value: i64, built_in: i64) -> u64 {
    let value = if value == -1 { built_in } else { value };
    u64::try_from(value).unwrap_or(0)
}

fn check(settings: &Settings) -> Result<(), Failure> {
    let bad = |cause: &str| {
        Err(Failure::application(format!(
            "error in sql connector configuration: {cause}"
        )))
    };
    let is_less = |value: i64, least: i64| value != -1 && value < least;
    if settings.is_xa {
        return Err(Failure::application(
            "unknown database type sqlite used for xa connection",
        ));
    }
    if is_less(settings.connection_timeout_millis, 250) {
        return bad("connectionTimeout cannot be less than 250ms");
    }
    if is_less(settings.validation_timeout_millis, 250) {
        return bad("validationTimeout cannot be less than 250ms");
    }
    if is_less(settings.maximum_size, 1) {
        return bad("maxPoolSize cannot be less than 1");
    }
    if is_less(settings.idle_timeout_millis, 0) {
        return bad("idleTimeout cannot be negative");
    }
    if is_less(settings.max_lifetime_millis, 0) {
        return bad("maxLifetime cannot be negative");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Settings, check};

    #[test]
    fn bad_settings_are_named() {
        let settings = Settings {
            connection_timeout_millis: 10,
            ..Settings::default()
        };
        assert_eq!(
            check(&settings).expect_err("too short").message(),
            "error in sql connector configuration: connectionTimeout cannot be less than 250ms"
        );
        let settings = Settings {
            connection_timeout_millis: -1,
            ..Settings::default()
        };
        assert!(check(&settings).is_ok());
    }
}
