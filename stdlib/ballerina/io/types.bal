// Formats, separators and errors of this module.

# Fields and records are separated by what the caller says.
public const DEFAULT = "default";

# Comma separated values.
public const CSV = "csv";

# Fields separated by tabs.
public const TDF = "tdf";

# A comma between fields.
public const COMMA = ",";

# A tab between fields.
public const TAB = "\t";

# A colon between fields.
public const COLON = ":";

# The end of a record of comma separated values.
public const string CSV_RECORD_SEPARATOR = "\n";

# A colon between fields.
public const string FS_COLON = ":";

# No header lines.
public const int MINIMUM_HEADER_COUNT = 0;

# The most significant byte comes first.
public const BIG_ENDIAN = "BE";

# The least significant byte comes first.
public const LITTLE_ENDIAN = "LE";

# How text records are laid out.
public type Format DEFAULT|CSV|TDF;

# What separates fields.
public type Separator COMMA|TAB|COLON|string;

# The order of the bytes of a number.
public type ByteOrder BIG_ENDIAN|LITTLE_ENDIAN;

# The reason of a `ConnectionTimedOutError`.
public const CONNECTION_TIMED_OUT = "{ballerina/io}ConnectionTimedOut";

# The reason of a `GenericError`.
public const GENERIC_ERROR = "{ballerina/io}GenericError";

# The reason of an `AccessDeniedError`.
public const ACCESS_DENIED_ERROR = "{ballerina/io}AccessDeniedError";

# The reason of a `FileNotFoundError`.
public const FILE_NOT_FOUND_ERROR = "{ballerina/io}FileNotFoundError";

# The reason of an `EofError`.
public const END_OF_FILE_ERROR = "{ballerina/io}EoF";

# The detail of the errors of this module.
#
# + message - what went wrong
# + cause - the error that led to it
public type Detail record {
    string message;
    error cause?;
};

# The other side did not answer in time.
public type ConnectionTimedOutError error<CONNECTION_TIMED_OUT, Detail>;

# Anything that has no error of its own.
public type GenericError error<GENERIC_ERROR, Detail>;

# The file may not be opened.
public type AccessDeniedError error<ACCESS_DENIED_ERROR, Detail>;

# There is no such file.
public type FileNotFoundError error<FILE_NOT_FOUND_ERROR, Detail>;

# There is nothing left to read.
public type EofError error<END_OF_FILE_ERROR, Detail>;

# Every error of this module.
public type Error GenericError|ConnectionTimedOutError|AccessDeniedError|FileNotFoundError|EofError;
