// Channels of text records: lines of fields.

# A source of text records.
public type ReadableTextRecordChannel object {
    handle pipe;

    # Takes the characters of a channel apart.
    #
    # + charChannel - the characters
    # + fs - what separates the fields of a record
    # + rs - what separates records
    # + fmt - the format; one other than `default` counts more than the separators
    public function __init(ReadableCharacterChannel charChannel, public string fs = "", public string rs = "",
            public string fmt = "default") {
        self.pipe = readableRecords(charChannel.pipe, fs, rs, fmt);
    }

    # Tells whether there is another record.
    #
    # + return - true when there is
    public function hasNext() returns boolean {
        return hasNextExtern(self.pipe);
    }

    # Reads a record.
    #
    # + return - its fields, or an `EofError` when there is none left
    public function getNext() returns @tainted string[]|Error {
        return getNextExtern(self.pipe);
    }

    # Closes the channel and those beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.pipe);
    }
};

# A destination of text records.
public type WritableTextRecordChannel object {
    handle pipe;

    # Writes records as characters to a channel.
    #
    # + characterChannel - where the characters go
    # + fs - what is put between the fields of a record
    # + rs - what is put behind a record
    # + fmt - the format; one other than `default` counts more than the separators
    public function __init(WritableCharacterChannel characterChannel, public string fs = "", public string rs = "",
            public string fmt = "default") {
        self.pipe = writableRecords(characterChannel.pipe, fs, rs, fmt);
    }

    # Writes a record.
    #
    # + textRecord - its fields
    # + return - an error when it cannot be written
    public function write(string[] textRecord) returns Error? {
        return writeRecord(self.pipe, textRecord);
    }

    # Closes the channel and those beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeWritable(self.pipe);
    }
};

# A source of records of a CSV file.
public type ReadableCSVChannel object {
    handle pipe;

    # Takes the characters of a channel apart.
    #
    # + byteChannel - the characters
    # + fs - what separates the fields of a record
    # + nHeaders - how many records to pass over at the start
    public function __init(ReadableCharacterChannel byteChannel, public Separator fs = ",", public int nHeaders = 0) {
        self.pipe = readableCsv(byteChannel.pipe, fs);
        self.skipHeaders(nHeaders);
    }

    # Passes over records.
    #
    # + nHeaders - how many
    public function skipHeaders(int nHeaders) {
        skipRecords(self.pipe, nHeaders);
    }

    # Tells whether there is another record.
    #
    # + return - true when there is
    public function hasNext() returns boolean {
        return hasNextExtern(self.pipe);
    }

    # Reads a record.
    #
    # + return - its fields, nil when there is none left
    public function getNext() returns @tainted string[]|Error? {
        if (!self.hasNext()) {
            return ();
        }
        return getNextExtern(self.pipe);
    }

    # Closes the channel and those beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.pipe);
    }

    # Reads all records that are left; their fields become the record's fields by position.
    #
    # + structType - the type of the rows
    # + return - the rows, or an error when a field does not fit
    public function getTable(typedesc<record {}> structType) returns @tainted table<record {}>|Error {
        return getTableExtern(self.pipe, structType);
    }
};

# A destination of records of a CSV file.
public type WritableCSVChannel object {
    handle pipe;

    # Writes records as characters to a channel.
    #
    # + characterChannel - where the characters go
    # + fs - what is put between the fields of a record
    public function __init(WritableCharacterChannel characterChannel, public Separator fs = ",") {
        self.pipe = writableCsv(characterChannel.pipe, fs);
    }

    # Writes a record.
    #
    # + csvRecord - its fields
    # + return - an error when it cannot be written
    public function write(string[] csvRecord) returns Error? {
        return writeRecord(self.pipe, csvRecord);
    }

    # Closes the channel and those beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeWritable(self.pipe);
    }
};

# Opens a CSV file to read it.
#
# + path - the file
# + fieldSeparator - what separates the fields of a record
# + charset - the file's character set
# + skipHeaders - how many records to pass over at the start
# + return - the channel, or an error when the file cannot be opened
public function openReadableCsvFile(@untainted string path, @untainted public Separator fieldSeparator = ",",
        @untainted public string charset = "UTF-8", @untainted public int skipHeaders = 0)
        returns @tainted ReadableCSVChannel|Error {
    ReadableByteChannel bytes = check openReadableFile(path);
    ReadableCharacterChannel characters = new(bytes, charset);
    return new ReadableCSVChannel(characters, fieldSeparator, skipHeaders);
}

# Opens a CSV file to write it.
#
# + path - the file
# + fieldSeparator - what is put between the fields of a record
# + charset - the file's character set
# + skipHeaders - not used when writing
# + return - the channel, or an error when the file cannot be opened
public function openWritableCsvFile(@untainted string path, @untainted public Separator fieldSeparator = ",",
        @untainted public string charset = "UTF-8", @untainted public int skipHeaders = 0)
        returns @tainted WritableCSVChannel|Error {
    WritableByteChannel bytes = check openWritableFile(path);
    WritableCharacterChannel characters = new(bytes, charset);
    return new WritableCSVChannel(characters, fieldSeparator);
}

function readableRecords(handle characters, string fs, string rs, string fmt) returns handle = external;

function writableRecords(handle characters, string fs, string rs, string fmt) returns handle = external;

function readableCsv(handle characters, string fs) returns handle = external;

function writableCsv(handle characters, string fs) returns handle = external;

function skipRecords(handle pipe, int nRecords) = external;

function hasNextExtern(handle pipe) returns @untainted boolean = external;

function getNextExtern(handle pipe) returns @tainted string[]|Error = external;

function getTableExtern(handle pipe, typedesc<record {}> structType)
    returns @tainted table<record {}>|Error = external;

function writeRecord(handle pipe, string[] fields) returns @untainted Error? = external;
