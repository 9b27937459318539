// Functions of tables: those written as literals and the results of database queries.

@typeParam
type RowType record {};

# Tells whether there is another row.
#
# + tbl - the table
# + return - true when there is
@flow { ret: ["shape(0)"] }
public function hasNext(table<RowType> tbl) returns boolean = external;

# The next row.
#
# + tbl - the table
# + return - the row
@flow { ret: ["0.[*]"] }
public function getNext(table<RowType> tbl) returns RowType = external;

# Adds a row.
#
# + tbl - the table
# + data - the row
# + return - an error when the row does not fit or its key is taken
@flow { ret: ["clean"], out: ["0.[*] <- 1"] }
public function add(table<RowType> tbl, RowType data) returns error? = external;

# Removes the rows for which a function returns true.
#
# + tbl - the table
# + func - the test
# + return - the number of rows removed, or an error for a query result
@flow { ret: ["shape(0)"], applies: ["1(0.[*])"] }
public function remove(table<RowType> tbl, function (RowType row) returns boolean func) returns int|error = external;

# Ends the walk and gives a query's connection back.
#
# + tbl - the table
public function close(table<RowType> tbl) = external;

# Walks the rows; a query result is closed at its end.
#
# + tbl - the table
# + return - an object whose `next` gives one row after the other, then nil
public function iterator(table<RowType> tbl) returns abstract object {
    public function next() returns record {| RowType value; |}?;
} {
    TableIterator walk = new(tbl);
    return walk;
}

type TableIterator object {
    private table<RowType> tbl;

    function __init(table<RowType> tbl) {
        self.tbl = tbl;
    }

    public function next() returns record {| RowType value; |}? {
        if (self.tbl.hasNext()) {
            return { value: self.tbl.getNext() };
        }
        return ();
    }
};
