//! Transactions of the language (spec/jdbc.md section 6; language.md 7.7).
//!
//! The lowering calls [`NATIVES`] where a block begins and ends. A block has a [`Scope`] on its strand; a
//! client's first statement in it takes a connection, on which all its statements run until the block has
//! ended. A block inside another one is a savepoint on the connections of the outer one, which gets those
//! that were taken inside. Strands that a block starts do not belong to it.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Executor as _, Sqlite, Transaction};

use super::execute::OpenTransaction;
use super::failure::Failure;
use super::fault;
use super::pool::Database;
use crate::native::registry::Table;
use crate::runtime::native::{Ctx, Outcome};
use crate::runtime::value::V;

pub const NATIVES: Table = &[("begin", begin), ("commit", commit), ("rollback", rollback)];

/// A transaction block in progress.
#[derive(Clone, Default)]
struct Scope {
    connections: Vec<Connection>,
    /// Whether a call inside has failed, so that the block cannot succeed.
    has_failed: bool,
    /// How many blocks there are around it.
    depth: usize,
}

/// The transaction of a scope on one database.
#[derive(Clone)]
struct Connection {
    database: Arc<Database>,
    open: OpenTransaction,
    /// Whether it belongs to the block around this one.
    is_outer: bool,
}

/// How a scope ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Commit,
    Rollback,
}

fn scope(cx: &Ctx) -> Option<&Scope> {
    cx.heap.handle_as(cx.strand.transaction)
}

fn scope_mut(cx: &mut Ctx) -> Option<&mut Scope> {
    cx.heap.handle_as_mut(cx.strand.transaction)
}

/// Makes the transaction fail in which the strand is.
pub fn fail(cx: &mut Ctx) {
    if let Some(scope) = scope_mut(cx) {
        scope.has_failed = true;
    }
}

/// The transaction for statements on a database; none outside of transaction blocks. It begins with its first
/// statement.
pub fn join(cx: &mut Ctx, database: &Arc<Database>) -> Option<OpenTransaction> {
    let scope = scope_mut(cx)?;
    let mut connections = scope.connections.iter();
    if let Some(known) = connections.find(|known| Arc::ptr_eq(&known.database, database)) {
        return Some(Arc::clone(&known.open));
    }
    let open = OpenTransaction::default();
    scope.connections.push(Connection {
        database: Arc::clone(database),
        open: Arc::clone(&open),
        is_outer: false,
    });
    Some(open)
}

fn begin(cx: &mut Ctx, _args: &[V]) -> Outcome {
    let inner = scope(cx).map_or_else(Scope::default, |outer| Scope {
        connections: outer.connections.iter().map(Connection::inner).collect(),
        has_failed: false,
        depth: outer.depth + 1,
    });
    let (connections, depth) = (inner.connections.clone(), inner.depth);
    let enter = move |cx: &mut Ctx| {
        let outer = cx.strand.transaction;
        let handle = cx.heap.new_handle(inner);
        cx.heap.handle_mut(handle).refs.push(outer);
        cx.strand.transaction = handle;
        Outcome::NIL
    };
    if connections.is_empty() {
        return enter(cx);
    }
    let saved = async move {
        for connection in &connections {
            connection.run(&format!("SAVEPOINT block_{depth}")).await?;
        }
        Ok(())
    };
    Outcome::wait(saved, |cx, saved: Result<(), Failure>| match saved {
        Ok(()) => enter(cx),
        Err(failure) => panicked(cx, failure),
    })
}

/// `true` when the block has succeeded; otherwise the scope stays, for `rollback`.
fn commit(cx: &mut Ctx, _args: &[V]) -> Outcome {
    match scope(cx) {
        None => Outcome::Done(V::TRUE),
        Some(scope) if scope.has_failed => Outcome::Done(V::FALSE),
        Some(_) => end(cx, End::Commit),
    }
}

fn rollback(cx: &mut Ctx, _args: &[V]) -> Outcome {
    end(cx, End::Rollback)
}

fn end(cx: &mut Ctx, how: End) -> Outcome {
    let Some(Scope {
        mut connections,
        depth,
        ..
    }) = scope(cx).cloned()
    else {
        return Outcome::NIL;
    };
    let mut inherited = Vec::new();
    if how == End::Commit && depth > 0 {
        // What began inside ends with the outermost block.
        (connections, inherited) = connections.into_iter().partition(|known| known.is_outer);
    }
    if connections.is_empty() {
        leave(cx, inherited);
        return Outcome::Done(V::TRUE);
    }
    let ended = async move {
        let mut result = Ok(());
        for connection in &connections {
            // One that cannot be ended does not keep the others from it.
            result = result.and(connection.end(how, depth).await);
        }
        result
    };
    Outcome::wait(ended, move |cx, ended| match ended {
        Ok(()) => {
            leave(cx, inherited);
            Outcome::Done(V::TRUE)
        }
        // The handler of the block rolls back what is left.
        Err(failure) if how == End::Commit => panicked(cx, failure),
        // What cannot be rolled back is rolled back by the end of its connection.
        Err(_) => {
            leave(cx, Vec::new());
            Outcome::Done(V::TRUE)
        }
    })
}

/// Goes back to the block around the one that has ended; it gets the connections `inherited`.
fn leave(cx: &mut Ctx, inherited: Vec<Connection>) {
    let ended = cx.heap.handle(cx.strand.transaction);
    cx.strand.transaction = ended.refs.first().copied().unwrap_or_default();
    if let Some(outer) = scope_mut(cx) {
        outer.connections.extend(inherited);
    }
}

fn panicked(cx: &mut Ctx, failure: Failure) -> Outcome {
    let failure = failure.map_message(|cause| format!("failed to end the transaction: {cause}."));
    Outcome::Panic(fault::error(cx, &failure))
}

impl Connection {
    /// The same one, seen from a block inside.
    fn inner(&self) -> Self {
        Self {
            is_outer: true,
            ..self.clone()
        }
    }

    /// Runs a statement of the transaction itself; one that has not begun needs none.
    async fn run(&self, sql: &str) -> Result<(), Failure> {
        let mut open = self.open.lock().await;
        let Some(transaction) = open.as_mut() else {
            return Ok(());
        };
        let sql = AssertSqlSafe(sql.to_owned());
        let done = transaction.execute(sql).await;
        done.map_err(|error| self.database.failure(&error))?;
        Ok(())
    }

    async fn end(&self, how: End, depth: usize) -> Result<(), Failure> {
        if self.is_outer {
            if how == End::Rollback {
                self.run(&format!("ROLLBACK TO block_{depth}")).await?;
            }
            return self.run(&format!("RELEASE block_{depth}")).await;
        }
        let transaction: Option<Transaction<'static, Sqlite>> = self.open.lock().await.take();
        let Some(transaction) = transaction else {
            return Ok(());
        };
        let ended = match how {
            End::Commit => transaction.commit().await,
            End::Rollback => transaction.rollback().await,
        };
        ended.map_err(|error| self.database.failure(&error))
    }
}
