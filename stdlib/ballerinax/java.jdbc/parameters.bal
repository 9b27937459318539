// Parameters of statements and their SQL types.

# Text of variable length.
public const TYPE_VARCHAR = "VARCHAR";

# Text of fixed length.
public const TYPE_CHAR = "CHAR";

# Long text.
public const TYPE_LONGVARCHAR = "LONGVARCHAR";

# National text of fixed length.
public const TYPE_NCHAR = "NCHAR";

# National text of variable length.
public const TYPE_NVARCHAR = "NVARCHAR";

# Long national text.
public const TYPE_LONGNVARCHAR = "LONGNVARCHAR";

# One bit.
public const TYPE_BIT = "BIT";

# True or false.
public const TYPE_BOOLEAN = "BOOLEAN";

# A small whole number.
public const TYPE_TINYINT = "TINYINT";

# A whole number of 16 bits.
public const TYPE_SMALLINT = "SMALLINT";

# A whole number of 32 bits.
public const TYPE_INTEGER = "INTEGER";

# A whole number of 64 bits.
public const TYPE_BIGINT = "BIGINT";

# An exact decimal number.
public const TYPE_NUMERIC = "NUMERIC";

# An exact decimal number.
public const TYPE_DECIMAL = "DECIMAL";

# A floating point number.
public const TYPE_REAL = "REAL";

# A floating point number.
public const TYPE_FLOAT = "FLOAT";

# A floating point number of double precision.
public const TYPE_DOUBLE = "DOUBLE";

# Bytes of fixed length.
public const TYPE_BINARY = "BINARY";

# A large number of bytes.
public const TYPE_BLOB = "BLOB";

# Many bytes.
public const TYPE_LONGVARBINARY = "LONGVARBINARY";

# Bytes of variable length.
public const TYPE_VARBINARY = "VARBINARY";

# A large text.
public const TYPE_CLOB = "CLOB";

# A large national text.
public const TYPE_NCLOB = "NCLOB";

# A day.
public const TYPE_DATE = "DATE";

# A time of day.
public const TYPE_TIME = "TIME";

# A day and a time.
public const TYPE_DATETIME = "DATETIME";

# A point in time.
public const TYPE_TIMESTAMP = "TIMESTAMP";

# A list.
public const TYPE_ARRAY = "ARRAY";

# A structured value.
public const TYPE_STRUCT = "STRUCT";

# A cursor of rows.
public const TYPE_REFCURSOR = "REFCURSOR";

# The SQL type of a parameter.
public type SQLType TYPE_VARCHAR|TYPE_CHAR|TYPE_LONGVARCHAR|TYPE_NCHAR|TYPE_NVARCHAR|TYPE_LONGNVARCHAR
    |TYPE_BIT|TYPE_BOOLEAN|TYPE_TINYINT|TYPE_SMALLINT|TYPE_INTEGER|TYPE_BIGINT
    |TYPE_NUMERIC|TYPE_DECIMAL|TYPE_REAL|TYPE_FLOAT|TYPE_DOUBLE|TYPE_BINARY
    |TYPE_BLOB|TYPE_LONGVARBINARY|TYPE_VARBINARY|TYPE_CLOB|TYPE_NCLOB|TYPE_DATE
    |TYPE_TIME|TYPE_DATETIME|TYPE_TIMESTAMP|TYPE_ARRAY|TYPE_STRUCT|TYPE_REFCURSOR;

# The statement reads the parameter.
public const DIRECTION_IN = "IN";

# The statement writes the parameter.
public const DIRECTION_OUT = "OUT";

# The statement reads and writes the parameter.
public const DIRECTION_INOUT = "INOUT";

# Which way the value of a parameter goes.
public type Direction DIRECTION_IN|DIRECTION_OUT|DIRECTION_INOUT;

# A parameter with its SQL type.
#
# + sqlType - the type
# + value - the value, nil for NULL; a list stands for as many parameters as it has members
# + direction - which way the value goes
# + recordType - the type of the rows of a cursor
public type Parameter record {|
    SQLType sqlType;
    anydata value = ();
    Direction direction = DIRECTION_IN;
    typedesc<record {}> recordType?;
|};

# A parameter: a value, or a value with its SQL type.
public type Param string|int|boolean|float|decimal|byte[]|Parameter;
