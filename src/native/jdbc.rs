//! Natives of `ballerinax/java.jdbc` (spec/jdbc.md).
//!
//! Values of the language are read ([`given`]) before a statement goes to the database and built ([`table`],
//! [`fault`]) when its answer is there; in between everything is asynchronous and lies in the files that know
//! no values. Statements inside a `transaction` block run on the connection of that block
//! ([`transaction`]). Procedures do not exist in SQLite, the one database of this version.

pub mod execute;
pub mod failure;
mod fault;
mod given;
pub mod moment;
pub mod parameter;
pub mod pool;
pub mod query;
pub mod rows;
mod settings;
mod table;
pub mod transaction;
pub mod url;

use std::sync::Arc;
use std::time::Duration;

use super::registry::Table;
use crate::bytecode::typedesc::TypeId;
use crate::native::lang::{arg, list_arg, str_arg};
use crate::native::record::tuple;
use crate::runtime::heap::kinds::Items;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

use execute::{BatchUpdated, NOT_RUN, Session, Statement};
use failure::Failure;
use parameter::{Lists, Parameter};
use pool::Database;
use rows::{Cell, Column};

pub const NATIVES: Table = &[
    ("createPool", create_pool),
    ("nativeSelect", select),
    ("nativeUpdate", update),
    ("nativeBatchUpdate", batch_update),
    ("nativeCall", call),
    ("stopPool", stop_pool),
    ("textSetting", settings::text),
    ("flagSetting", settings::flag),
    ("numberSetting", settings::number),
];

/// How long `stop` waits for connections that are in use; they close when they are given back.
const STOP_MILLIS: u64 = 5_000;

/// What stands behind a client.
struct Client {
    /// `None` once it has been stopped.
    database: Option<Arc<Database>>,
    /// Whether nobody else uses the pool.
    owns_pool: bool,
}

fn create_pool(cx: &mut Ctx, args: &[V]) -> Outcome {
    let wanted = match settings::of_configuration(cx, arg(args, 0)) {
        Ok(wanted) => wanted,
        Err(failure) => return Outcome::Panic(fault::error(cx, &failure)),
    };
    let owns_pool = wanted.owns_pool();
    Outcome::wait(
        async move { wanted.open().await },
        move |cx, result| match result {
            Ok(database) => Outcome::Done(cx.heap.new_handle(Client {
                database: Some(database),
                owns_pool,
            })),
            Err(failure) => Outcome::Panic(fault::error(cx, &failure)),
        },
    )
}

fn stop_pool(cx: &mut Ctx, args: &[V]) -> Outcome {
    let Some(client) = cx.heap.handle_as_mut::<Client>(arg(args, 0)) else {
        return Outcome::NIL;
    };
    let owns_pool = client.owns_pool;
    let Some(database) = client.database.take().filter(|_| owns_pool) else {
        return Outcome::NIL;
    };
    // A transaction of another strand may hold a connection for as long as it likes.
    let close = cx.host.io.spawn(async move { database.close().await });
    let patience = Duration::from_millis(STOP_MILLIS);
    Outcome::wait(
        async move { _ = tokio::time::timeout(patience, close).await },
        |_, ()| Outcome::NIL,
    )
}

/// Where the statements of a client run now: in the strand's transaction when there is one.
fn session(cx: &mut Ctx, args: &[V]) -> Result<Session, Failure> {
    let client = cx.heap.handle_as::<Client>(arg(args, 0));
    let database = client.and_then(|client| client.database.clone());
    let database = database.ok_or_else(|| Failure::application("Client has been stopped"))?;
    let transaction = transaction::join(cx, &database);
    Ok(Session {
        database,
        transaction,
    })
}

/// The error of a call; it also makes the transaction fail in which the call was made.
fn failed(cx: &mut Ctx, failure: &Failure) -> Outcome {
    transaction::fail(cx);
    Outcome::Done(fault::error(cx, failure))
}

/// A statement with its parameters, the second argument and the one at `index`.
fn statement(cx: &Ctx, args: &[V], index: usize) -> Result<Statement, Failure> {
    let parameters = given::parameters(cx, arg(args, index));
    let bound = parameter::bind(&parameters, Lists::Expand)?;
    Statement::new(str_arg(cx, args, 1), bound)
}

fn select(cx: &mut Ctx, args: &[V]) -> Outcome {
    const DOING: &str = "select query";
    let session = match session(cx, args) {
        Ok(session) => session,
        Err(failure) => return failed(cx, &failure),
    };
    let statement = match statement(cx, args, 3) {
        Ok(statement) => statement,
        Err(failure) => return failed(cx, &failure.during(DOING)),
    };
    let row_type = arg(args, 2).present().map(V::as_type);
    Outcome::wait(
        async move { read(&session, statement).await },
        move |cx, result| match result {
            Ok((columns, rows)) => Outcome::Done(table::of_rows(cx, row_type, &columns, rows)),
            Err(failure) => failed(cx, &failure.during(DOING)),
        },
    )
}

/// All rows of a query. The connection is free again before the program sees the first one.
async fn read(
    session: &Session,
    statement: Statement,
) -> Result<(Vec<Column>, Vec<Vec<Cell>>), Failure> {
    let mut result = session.select(statement).await?;
    let mut rows = Vec::new();
    while let Some(row) = result.rows.next().await {
        rows.push(row?);
    }
    Ok((result.columns, rows))
}

fn update(cx: &mut Ctx, args: &[V]) -> Outcome {
    const DOING: &str = "update query";
    let session = match session(cx, args) {
        Ok(session) => session,
        Err(failure) => return failed(cx, &failure),
    };
    let statement = match statement(cx, args, 2) {
        Ok(statement) => statement,
        Err(failure) => return failed(cx, &failure.during(DOING)),
    };
    Outcome::wait(
        async move { session.update(statement).await },
        |cx, result| match result {
            Ok(updated) => {
                let keys = cx.heap.new_map(TypeId::ANYDATA_MAP);
                let (names, key) = updated.key.unwrap_or_default();
                for name in names {
                    cx.heap.map_insert(keys, &name, V::int(key));
                }
                let count = (TypeId::INT, V::int(updated.count));
                Outcome::Done(tuple(cx, &[count, (TypeId::ANYDATA_MAP, keys)]))
            }
            Err(failure) => failed(cx, &failure.during(DOING)),
        },
    )
}

fn batch_update(cx: &mut Ctx, args: &[V]) -> Outcome {
    let session = match session(cx, args) {
        Ok(session) => session,
        Err(failure) => return batch_result(cx, Vec::new(), Vec::new(), Some(&failure)),
    };
    let sql = str_arg(cx, args, 1).to_owned();
    let rolls_back_all = arg(args, 2).to_bool().unwrap_or(false);
    let mut runs: Vec<Vec<Parameter>> = Vec::new();
    for parameters in list_arg(cx, args, 3) {
        runs.push(given::parameters(cx, parameters));
    }
    if runs.is_empty() {
        runs.push(Vec::new());
    }
    let statements: Vec<Result<Statement, Failure>> = runs
        .iter()
        .map(|run| Statement::new(&sql, parameter::bind(run, Lists::Refuse)?))
        .collect();
    let n_runs = statements.len();
    Outcome::wait(
        async move { session.batch(statements, rolls_back_all).await },
        move |cx, result| {
            let done = result.unwrap_or_else(|failure| BatchUpdated {
                counts: vec![NOT_RUN; n_runs],
                keys: Vec::new(),
                failure: Some(failure),
            });
            let failure = done.failure.map(|failure| failure.during("batch update"));
            batch_result(cx, done.counts, done.keys, failure.as_ref())
        },
    )
}

fn batch_result(
    cx: &mut Ctx,
    counts: Vec<i64>,
    keys: Vec<(Vec<String>, i64)>,
    failure: Option<&Failure>,
) -> Outcome {
    let counts = cx.heap.new_list(TypeId::INT_ARRAY, Items::Int(counts));
    let key_map = cx.types.map(TypeId::ANYDATA_ARRAY);
    let by_name = cx.heap.new_map(key_map);
    for (names, key) in keys {
        for name in names {
            let list = match cx.heap.member(by_name, &name) {
                Some(list) => list,
                None => {
                    let items = Items::Any(Vec::new());
                    let list = cx.heap.new_list(TypeId::ANYDATA_ARRAY, items);
                    cx.heap.map_insert(by_name, &name, list);
                    list
                }
            };
            cx.heap.list_mut(list).items.push(V::int(key));
        }
    }
    let error = failure.map_or(V::NIL, |failure| {
        transaction::fail(cx);
        fault::error(cx, failure)
    });
    let result = [
        (TypeId::INT_ARRAY, counts),
        (key_map, by_name),
        (TypeId::NIL_OR_ERROR, error),
    ];
    Outcome::Done(tuple(cx, &result))
}

fn call(cx: &mut Ctx, args: &[V]) -> Outcome {
    let failure = match session(cx, args) {
        Ok(_) => Failure::no_procedures().during("call query"),
        Err(failure) => failure,
    };
    failed(cx, &failure)
}
