//! What can go wrong between the program and the database, still without language values.
//!
//! Input → output: errors of the driver → [`Failure`], with the messages of spec/jdbc.md section 5.
//! Messages never hold the password; the glue in `jdbc.rs` makes language errors of them.

/// One failed operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The database refused, or could not be reached.
    Database {
        message: String,
        code: i64,
        state: String,
    },
    /// The program asked for something that does not fit together.
    Application { message: String },
}

/// State of a connection that could not be had.
const NO_CONNECTION: &str = "08001";

/// State of a failure for which the database has none.
const GENERAL: &str = "HY000";

impl Failure {
    pub fn application(message: impl Into<String>) -> Self {
        Self::Application {
            message: message.into(),
        }
    }

    /// The refusal to call a procedure.
    pub fn no_procedures() -> Self {
        Self::Database {
            message: "SQLite has no stored procedures".to_owned(),
            code: 1,
            state: GENERAL.to_owned(),
        }
    }

    /// Puts what was being done in front of the message: `failed to execute OPERATION query: CAUSE.`
    #[must_use]
    pub fn during(self, operation: &str) -> Self {
        self.map_message(|cause| format!("failed to execute {operation}: {cause}."))
    }

    /// Changes the message.
    #[must_use]
    pub fn map_message(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Database {
                message,
                code,
                state,
            } => Self::Database {
                message: change(message),
                code,
                state,
            },
            Self::Application { message } => Self::Application {
                message: change(message),
            },
        }
    }

    pub fn message(&self) -> &str {
        match self {
            Self::Database { message, .. } | Self::Application { message } => message,
        }
    }

    /// The failure behind an error of the driver; `wait_millis` is how long a connection was
    /// waited for at most.
    pub fn of_driver(error: &sqlx::Error, wait_millis: u64) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Database {
                message: format!(
                    "connection is not available, request timed out after {wait_millis}ms"
                ),
                code: 0,
                state: NO_CONNECTION.to_owned(),
            };
        }
        let Some(refusal) = error.as_database_error() else {
            return Self::Database {
                message: error.to_string(),
                code: 0,
                state: GENERAL.to_owned(),
            };
        };
        Self::Database {
            message: refusal.message().trim_end_matches('.').to_owned(),
            code: refusal
                .code()
                .and_then(|code| code.parse().ok())
                .unwrap_or(0),
            state: GENERAL.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn messages_name_the_operation_and_end_with_a_period() {
        let failure = Failure::application("no such thing").during("select query");
        assert_eq!(
            failure.message(),
            "failed to execute select query: no such thing."
        );
    }

    #[test]
    fn exhausted_pool_says_how_long_it_was_waited_for() {
        let Failure::Database { message, state, .. } =
            Failure::of_driver(&sqlx::Error::PoolTimedOut, 250)
        else {
            panic!("a database failure");
        };
        assert_eq!(
            message,
            "connection is not available, request timed out after 250ms"
        );
        assert_eq!(state, "08001");
    }
}
