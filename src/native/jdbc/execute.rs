//! Running statements (spec/jdbc.md section 4).
//!
//! Input → output: a place to run (a pool's connection or the strand's transaction), the text and
//! what its placeholders bind → rows, counts and generated keys, or a [`Failure`]. All of it is
//! asynchronous and knows nothing of the language's values.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _, Sqlite, Transaction};
use tokio::sync::{Mutex, mpsc};

use super::failure::Failure;
use super::parameter::Bound;
use super::pool::Database;
use super::query::{self, Kind};
use super::rows::{Cell, Column, ResultSet, Rows, cells, columns};

/// Rows that are read ahead of the program.
const READ_AHEAD: usize = 64;

/// A transaction of the language on one client's connection; `None` before its first statement and once it
/// has ended.
pub type OpenTransaction = Arc<Mutex<Option<Transaction<'static, Sqlite>>>>;

/// What a statement runs on.
#[derive(Clone)]
pub struct Session {
    pub database: Arc<Database>,
    pub transaction: Option<OpenTransaction>,
}

/// A statement and what each of its placeholders binds.
#[derive(Clone, Debug)]
pub struct Statement {
    sql: String,
    arguments: Vec<Bound>,
}

/// What an update did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Updated {
    pub count: i64,
    /// The key that the database made, under each of these names.
    pub key: Option<(Vec<String>, i64)>,
}

/// What a batch did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchUpdated {
    pub counts: Vec<i64>,
    pub keys: Vec<(Vec<String>, i64)>,
    pub failure: Option<Failure>,
}

/// The count of a run that failed or did not take place.
pub const NOT_RUN: i64 = -3;

impl Statement {
    /// Spreads lists over their placeholders.
    pub fn new(sql: &str, bound: Vec<Vec<Bound>>) -> Result<Self, Failure> {
        let positions = query::placeholders(sql);
        if positions.len() != bound.len() {
            return Err(Failure::application(format!(
                "the number of parameters ({}) is not that of the placeholders ({})",
                bound.len(),
                positions.len()
            )));
        }
        let counts: Vec<usize> = bound.iter().map(Vec::len).collect();
        Ok(Self {
            sql: query::expand(sql, &positions, &counts).into_owned(),
            arguments: bound.into_iter().flatten().collect(),
        })
    }

    fn query(self) -> Query<'static, Sqlite, SqliteArguments> {
        // The text is the program's; what the taint rules let through is the programmer's word.
        let mut query = sqlx::query(AssertSqlSafe(self.sql));
        for argument in self.arguments {
            query = match argument {
                Bound::Null => query.bind(None::<i64>),
                Bound::Int(number) => query.bind(number),
                Bound::Float(number) => query.bind(number),
                Bound::Text(text) => query.bind(text),
                Bound::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }
}

impl Session {
    /// Runs a query that gives rows.
    pub async fn select(&self, statement: Statement) -> Result<ResultSet, Failure> {
        if let Some(open) = &self.transaction {
            let mut open = open.lock().await;
            let connection = self.begun(&mut open).await?;
            return self.read_all(connection, statement).await;
        }
        if self.database.is_memory() {
            let mut connection = self.database.acquire().await?;
            return self.read_all(&mut connection, statement).await;
        }
        self.stream(statement).await
    }

    /// Runs a statement that changes something.
    pub async fn update(&self, statement: Statement) -> Result<Updated, Failure> {
        if let Some(open) = &self.transaction {
            let mut open = open.lock().await;
            let connection = self.begun(&mut open).await?;
            return self.change(connection, statement).await;
        }
        if self.database.is_auto_commit() {
            let mut connection = self.database.acquire().await?;
            return self.change(&mut connection, statement).await;
        }
        let mut transaction = self.database.begin().await?;
        let updated = self.change(&mut transaction, statement).await;
        self.end(transaction, false).await?;
        updated
    }

    /// Runs a statement for every list of arguments, in one transaction.
    pub async fn batch(
        &self,
        statements: Vec<Result<Statement, Failure>>,
        rolls_back_all: bool,
    ) -> Result<BatchUpdated, Failure> {
        if let Some(open) = &self.transaction {
            let mut open = open.lock().await;
            let connection = self.begun(&mut open).await?;
            let inner = connection
                .begin()
                .await
                .map_err(|error| self.database.failure(&error))?;
            return self.run_batch(inner, statements, rolls_back_all).await;
        }
        let transaction = self.database.begin().await?;
        self.run_batch(transaction, statements, rolls_back_all)
            .await
    }

    /// The connection of the transaction, which begins now when this is its first statement.
    async fn begun<'a>(
        &self,
        open: &'a mut Option<Transaction<'static, Sqlite>>,
    ) -> Result<&'a mut SqliteConnection, Failure> {
        let transaction = match open.take() {
            Some(transaction) => transaction,
            None => self.database.begin().await.map_err(|failure| {
                failure.map_message(|cause| {
                    format!("error while getting the connection for ClientConnector. {cause}")
                })
            })?,
        };
        Ok(open.insert(transaction))
    }

    async fn run_batch(
        &self,
        mut transaction: Transaction<'_, Sqlite>,
        statements: Vec<Result<Statement, Failure>>,
        rolls_back_all: bool,
    ) -> Result<BatchUpdated, Failure> {
        let mut done = BatchUpdated {
            counts: vec![NOT_RUN; statements.len()],
            keys: Vec::new(),
            failure: None,
        };
        for (count, statement) in done.counts.iter_mut().zip(statements) {
            let updated = match statement {
                Ok(statement) => self.change(&mut transaction, statement).await,
                Err(failure) => Err(failure),
            };
            match updated {
                Ok(updated) => {
                    *count = updated.count;
                    done.keys.extend(updated.key);
                }
                Err(failure) => {
                    done.failure = Some(failure);
                    break;
                }
            }
        }
        let commits = done.failure.is_none() || !rolls_back_all;
        self.end(transaction, commits).await?;
        Ok(done)
    }

    async fn end(
        &self,
        transaction: Transaction<'_, Sqlite>,
        commits: bool,
    ) -> Result<(), Failure> {
        let ended = if commits {
            transaction.commit().await
        } else {
            transaction.rollback().await
        };
        ended.map_err(|error| self.database.failure(&error))
    }

    async fn change(
        &self,
        connection: &mut SqliteConnection,
        statement: Statement,
    ) -> Result<Updated, Failure> {
        let failed = |error: sqlx::Error| self.database.failure(&error);
        let kind = query::kind(&statement.sql);
        let table = (kind == Kind::Insert)
            .then(|| query::insert_table(&statement.sql))
            .flatten();
        let outcome = connection
            .execute(statement.query())
            .await
            .map_err(failed)?;
        let count = match kind {
            Kind::Definition => 0,
            Kind::Insert | Kind::Other => {
                i64::try_from(outcome.rows_affected()).unwrap_or(i64::MAX)
            }
        };
        let key = if kind == Kind::Insert && count > 0 {
            let names = key_names(connection, table).await.map_err(failed)?;
            Some((names, outcome.last_insert_rowid()))
        } else {
            None
        };
        Ok(Updated { count, key })
    }

    async fn read_all(
        &self,
        connection: &mut SqliteConnection,
        statement: Statement,
    ) -> Result<ResultSet, Failure> {
        let failed = |error: sqlx::Error| self.database.failure(&error);
        let sql = statement.sql.clone();
        let read: Vec<SqliteRow> = connection
            .fetch(statement.query())
            .try_collect()
            .await
            .map_err(failed)?;
        let columns = match read.first() {
            Some(row) => columns(row),
            None => described(connection, &sql).await.map_err(failed)?,
        };
        let rows: Result<VecDeque<Vec<Cell>>, sqlx::Error> = read.iter().map(cells).collect();
        Ok(ResultSet {
            columns,
            rows: Rows::Read(rows.map_err(failed)?),
        })
    }

    /// Reads in a task of its own, which holds the connection until the last row is read or
    /// nobody wants one any more. Failures before the first row are the query's own.
    async fn stream(&self, statement: Statement) -> Result<ResultSet, Failure> {
        let mut connection = self.database.acquire().await?;
        let database = Arc::clone(&self.database);
        let (head_sender, head) = tokio::sync::oneshot::channel();
        let (sender, receiver) = mpsc::channel(READ_AHEAD);
        tokio::spawn(async move {
            let sql = statement.sql.clone();
            let mut rows = connection.fetch(statement.query());
            let first = match rows.next().await {
                Some(Ok(row)) => row,
                Some(Err(error)) => {
                    let _ = head_sender.send(Err(database.failure(&error)));
                    return;
                }
                None => {
                    drop(rows);
                    let columns = described(&mut connection, &sql)
                        .await
                        .map_err(|error| database.failure(&error));
                    let _ = head_sender.send(columns);
                    return;
                }
            };
            let _ = head_sender.send(Ok(columns(&first)));
            let mut next = Some(Ok(first));
            while let Some(row) = next {
                let row = row
                    .and_then(|row| cells(&row))
                    .map_err(|error| database.failure(&error));
                let is_end = row.is_err();
                if sender.send(row).await.is_err() || is_end {
                    return;
                }
                next = rows.next().await;
            }
        });
        let columns = head
            .await
            .map_err(|_| Failure::application("the query was interrupted"))??;
        Ok(ResultSet {
            columns,
            rows: Rows::Streamed(receiver),
        })
    }
}

/// The columns of a query that gave no row.
async fn described(
    connection: &mut SqliteConnection,
    sql: &str,
) -> Result<Vec<Column>, sqlx::Error> {
    use sqlx::{Column as _, SqlSafeStr as _, Statement as _};
    let prepared = connection
        .prepare(AssertSqlSafe(sql.to_owned()).into_sql_str())
        .await?;
    Ok(prepared
        .columns()
        .iter()
        .map(|column| Column {
            label: column.name().to_owned(),
            declared: super::rows::Declared::Value,
        })
        .collect())
}

/// The names under which a row's key is found: SQLite's own, and the primary key column that is
/// an alias of it.
async fn key_names(
    connection: &mut SqliteConnection,
    table: Option<String>,
) -> Result<Vec<String>, sqlx::Error> {
    let mut names = vec!["last_insert_rowid()".to_owned()];
    let Some(table) = table else {
        return Ok(names);
    };
    let keys = connection
        .fetch_all(
            sqlx::query("SELECT name, upper(type) FROM pragma_table_info(?) WHERE pk > 0")
                .bind(table),
        )
        .await?;
    if let [key] = keys.as_slice()
        && key.try_get::<String, _>(1)? == "INTEGER"
    {
        names.insert(0, key.try_get(0)?);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::failure::Failure;
    use super::super::parameter::Bound;
    use super::super::pool::{Settings, open};
    use super::super::rows::{Cell, Rows};
    use super::super::url::parse;
    use super::{NOT_RUN, Session, Statement};

    async fn session(url: &str) -> Session {
        let url = parse(url).expect("a good url");
        Session {
            database: open(&url, &Settings::default(), &[])
                .await
                .expect("the database opens"),
            transaction: None,
        }
    }

    fn statement(sql: &str, arguments: Vec<Bound>) -> Statement {
        Statement::new(sql, arguments.into_iter().map(|one| vec![one]).collect())
            .expect("as many parameters as placeholders")
    }

    async fn rows(session: &Session, sql: &str) -> Vec<Vec<Cell>> {
        let mut result = session
            .select(statement(sql, vec![]))
            .await
            .expect("the query runs");
        let mut rows = Vec::new();
        while let Some(row) = result.rows.next().await {
            rows.push(row.expect("a row"));
        }
        rows
    }

    #[tokio::test]
    async fn bound_text_stays_data() {
        let db = session("jdbc:sqlite::memory:").await;
        let create = "CREATE TABLE s (id INTEGER PRIMARY KEY, name TEXT)";
        let created = db.update(statement(create, vec![])).await.expect("creates");
        assert_eq!((created.count, created.key), (0, None));
        let evil = "x'; DROP TABLE s; --";
        let inserted = db
            .update(statement(
                "INSERT INTO s (name) VALUES (?)",
                vec![Bound::Text(evil.into())],
            ))
            .await
            .expect("inserts");
        assert_eq!(inserted.count, 1);
        assert_eq!(
            inserted.key,
            Some((vec!["id".into(), "last_insert_rowid()".into()], 1))
        );
        assert_eq!(
            rows(&db, "SELECT id, name FROM s").await,
            vec![vec![Cell::Int(1), Cell::Text(evil.into())]]
        );
    }

    #[tokio::test]
    async fn failed_batches_keep_or_undo_what_ran() {
        let db = session("jdbc:sqlite::memory:").await;
        db.update(statement("CREATE TABLE t (id INTEGER PRIMARY KEY)", vec![]))
            .await
            .expect("creates");
        for (rolls_back_all, left) in [(true, 0), (false, 1)] {
            let runs = [1, 1, 2]
                .map(|id| Ok(statement("INSERT INTO t VALUES (?)", vec![Bound::Int(id)])))
                .to_vec();
            let done = db.batch(runs, rolls_back_all).await.expect("runs");
            assert_eq!(done.counts, [1, NOT_RUN, NOT_RUN]);
            assert!(matches!(
                done.failure,
                Some(Failure::Database { code: 1555, .. })
            ));
            assert_eq!(rows(&db, "SELECT * FROM t").await.len(), left);
        }
    }

    #[tokio::test]
    async fn open_results_of_files_are_streamed_and_let_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = session(&format!(
            "jdbc:sqlite:{}",
            folder.path().join("t.db").display()
        ))
        .await;
        db.update(statement("CREATE TABLE t (v INTEGER)", vec![]))
            .await
            .expect("creates");
        let many = "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 1000) \
                    INSERT INTO t SELECT v FROM n";
        assert_eq!(
            db.update(statement(many, vec![]))
                .await
                .expect("inserts")
                .count,
            1000
        );
        let mut result = db
            .select(statement("SELECT v FROM t", vec![]))
            .await
            .expect("the query runs");
        assert!(matches!(result.rows, Rows::Streamed(_)));
        assert_eq!(result.rows.next().await, Some(Ok(vec![Cell::Int(1)])));
        drop(result);
        assert_eq!(rows(&db, "SELECT v FROM t").await.len(), 1000);
        db.database.close().await;
    }

    #[tokio::test]
    async fn clients_share_a_named_memory() {
        let one = session("jdbc:h2:mem:shared_by_two").await;
        let two = session("jdbc:h2:mem:shared_by_two").await;
        assert!(Arc::ptr_eq(&one.database, &two.database));
        let other = session("jdbc:sqlite::memory:").await;
        let again = session("jdbc:sqlite::memory:").await;
        assert!(!Arc::ptr_eq(&other.database, &again.database));
    }

    #[tokio::test]
    async fn missing_tables_are_database_failures() {
        let db = session("jdbc:sqlite::memory:").await;
        let failure = db
            .update(statement("INSERT INTO missing VALUES (1)", vec![]))
            .await
            .expect_err("no such table");
        let Failure::Database {
            message,
            code,
            state,
        } = failure
        else {
            panic!("the database refused");
        };
        assert_eq!(message, "no such table: missing");
        assert_eq!((code, state.as_str()), (1, "HY000"));
    }

    #[tokio::test]
    async fn empty_results_know_their_columns() {
        let db = session("jdbc:sqlite::memory:").await;
        let result = db
            .select(statement("SELECT 1 AS a, 2 AS b WHERE 0", vec![]))
            .await
            .expect("the query runs");
        let labels: Vec<&str> = result.columns.iter().map(|c| c.label.as_str()).collect();
        assert_eq!(labels, ["a", "b"]);
    }
}
