// Configuration, results and errors of the database client.

# Where a database is and how to talk to it.
#
# + url - the database, as in `jdbc:sqlite:students.db`
# + username - who connects
# + password - the password of that user
# + poolOptions - settings of a pool of its own; without them, clients with the same url share a pool
# + dbOptions - settings of the database's driver
public type ClientConfiguration record {|
    string url = "";
    string username = "";
    string password = "";
    PoolOptions poolOptions?;
    map<anydata> dbOptions = {};
|};

# Settings of a pool of connections. Every default can be set by the configuration key
# `b7a.jdbc.pool.FIELD`; -1 leaves a number as it is without any setting.
#
# + connectionInitSql - run on every new connection
# + dataSourceClassName - accepted and not used
# + autoCommit - whether a statement outside of transactions takes effect at once
# + isXA - whether transactions span several databases
# + maximumPoolSize - how many connections there may be
# + connectionTimeoutInMillis - how long to wait for a free connection
# + idleTimeoutInMillis - after what time a connection without work is closed
# + minimumIdle - how many connections without work to keep
# + maxLifetimeInMillis - after what time a connection is replaced
# + validationTimeoutInMillis - how long a connection may take to show that it works
public type PoolOptions record {|
    string connectionInitSql = textSetting("connectionInitSql", "");
    string dataSourceClassName = textSetting("dataSourceClassName", "");
    boolean autoCommit = flagSetting("autoCommit", true);
    boolean isXA = flagSetting("isXA", false);
    int maximumPoolSize = numberSetting("maximumPoolSize", 15);
    int connectionTimeoutInMillis = numberSetting("connectionTimeoutInMillis", 30000);
    int idleTimeoutInMillis = numberSetting("idleTimeoutInMillis", 600000);
    int minimumIdle = numberSetting("minimumIdle", 15);
    int maxLifetimeInMillis = numberSetting("maxLifetimeInMillis", 1800000);
    int validationTimeoutInMillis = numberSetting("validationTimeoutInMillis", 5000);
|};

# What `update` did.
#
# + updatedRowCount - how many rows changed
# + generatedKeys - the keys that the database made
public type UpdateResult record {|
    int updatedRowCount;
    map<anydata> generatedKeys;
|};

# What `batchUpdate` did.
#
# + updatedRowCount - how many rows each run changed, -3 for a run that failed or did not take place
# + generatedKeys - the keys that the database made
# + returnedError - what went wrong
public type BatchUpdateResult record {|
    int[] updatedRowCount;
    map<anydata[]> generatedKeys;
    Error? returnedError;
|};

# The reason of a `DatabaseError`.
public const DATABASE_ERROR_REASON = "{ballerinax/java.jdbc}DatabaseError";

# The reason of an `ApplicationError`.
public const APPLICATION_ERROR_REASON = "{ballerinax/java.jdbc}ApplicationError";

# The detail of a `DatabaseError`.
#
# + message - what went wrong
# + sqlErrorCode - the database's own number of the error
# + sqlState - the five characters that the SQL standard gives it
# + cause - the error that led to it
public type DatabaseErrorData record {|
    string message?;
    int sqlErrorCode;
    string sqlState;
    error cause?;
|};

# The detail of an `ApplicationError`.
#
# + message - what went wrong
# + cause - the error that led to it
public type ApplicationErrorData record {|
    string message?;
    error cause?;
|};

# The database refused, or could not be reached.
public type DatabaseError error<DATABASE_ERROR_REASON, DatabaseErrorData>;

# The program asked for something that does not fit together.
public type ApplicationError error<APPLICATION_ERROR_REASON, ApplicationErrorData>;

# Every error of this module.
public type Error DatabaseError|ApplicationError;

function textSetting(string name, string builtIn) returns string = external;

function flagSetting(string name, boolean builtIn) returns boolean = external;

function numberSetting(string name, int builtIn) returns int = external;
