// The database client. The pool of connections stands behind `pool`.

# A database.
public type Client client object {
    private handle pool;

    # Connects; a database that cannot be reached or a bad setting is a panic.
    #
    # + config - where the database is and how to talk to it
    public function __init(ClientConfiguration config) {
        self.pool = createPool(config);
    }

    # Runs a query that gives rows.
    #
    # + sqlQuery - the query, with a question mark for every parameter
    # + recordType - the type of the rows; their fields take the columns by position
    # + parameters - the values of the parameters; never part of the text, so they may be untrusted
    # + return - the rows, or an error of the database
    public remote function select(@untainted string sqlQuery, typedesc<record {}>? recordType, Param... parameters)
            returns @tainted table<record {}>|Error {
        return nativeSelect(self.pool, sqlQuery, recordType, parameters);
    }

    # Runs a statement that changes rows or the schema.
    #
    # + sqlQuery - the statement, with a question mark for every parameter
    # + parameters - the values of the parameters; never part of the text, so they may be untrusted
    # + return - how many rows changed and the keys that were made, or an error of the database
    public remote function update(@untainted string sqlQuery, Param... parameters) returns UpdateResult|Error {
        var [updatedRowCount, generatedKeys] = check nativeUpdate(self.pool, sqlQuery, parameters);
        UpdateResult result = { updatedRowCount: updatedRowCount, generatedKeys: generatedKeys };
        return result.cloneReadOnly();
    }

    # Runs a statement once for every list of parameters, all in one transaction.
    #
    # + sqlQuery - the statement, with a question mark for every parameter
    # + rollbackAllInFailure - whether a failure undoes the runs before it
    # + parameters - one list of values for each run
    # + return - how many rows each run changed, -3 for a run that failed or did not take place
    public remote function batchUpdate(@untainted string sqlQuery, boolean rollbackAllInFailure,
            Param?[]... parameters) returns BatchUpdateResult {
        var [updatedRowCount, generatedKeys, returnedError] =
            nativeBatchUpdate(self.pool, sqlQuery, rollbackAllInFailure, parameters);
        BatchUpdateResult result = {
            updatedRowCount: updatedRowCount,
            generatedKeys: generatedKeys,
            returnedError: returnedError
        };
        return result;
    }

    # Calls a stored procedure.
    #
    # + sqlQuery - the call, with a question mark for every parameter
    # + recordType - the type of the rows of each result
    # + parameters - the values of the parameters; never part of the text, so they may be untrusted
    # + return - the results, nil when there are none, or an error of the database
    public remote function call(@untainted string sqlQuery, typedesc<record {}>[]? recordType, Param... parameters)
            returns @tainted table<record {}>[]|()|Error {
        return nativeCall(self.pool, sqlQuery, recordType, parameters);
    }

    # Ends the work of this client; its own pool is closed.
    #
    # + return - an error when the pool cannot be closed
    public function stop() returns error? {
        return stopPool(self.pool);
    }
};

function createPool(ClientConfiguration config) returns handle = external;

function nativeSelect(handle pool, @untainted string sqlQuery, typedesc<record {}>? recordType, Param[] parameters)
    returns @tainted table<record {}>|Error = external;

function nativeUpdate(handle pool, @untainted string sqlQuery, Param[] parameters)
    returns @untainted [int, map<anydata>]|Error = external;

function nativeBatchUpdate(handle pool, @untainted string sqlQuery, boolean rollbackAllInFailure, Param?[][] parameters)
    returns @untainted [int[], map<anydata[]>, Error?] = external;

function nativeCall(handle pool, @untainted string sqlQuery, typedesc<record {}>[]? recordType, Param[] parameters)
    returns @tainted table<record {}>[]|()|Error = external;

function stopPool(handle pool) returns @untainted error? = external;
