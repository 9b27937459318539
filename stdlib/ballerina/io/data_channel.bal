// Channels of numbers in binary form.

# A source of binary data.
public type ReadableDataChannel object {
    handle pipe;

    # Reads the bytes of a channel as numbers.
    #
    # + byteChannel - the bytes
    # + bOrder - the order of the bytes of a number
    public function __init(ReadableByteChannel byteChannel, public ByteOrder bOrder = "BE") {
        self.pipe = readableData(byteChannel.pipe, bOrder);
    }

    # Reads a signed number of 16 bits.
    #
    # + return - the number
    public function readInt16() returns int|Error {
        return readInt(self.pipe, 2);
    }

    # Reads a signed number of 32 bits.
    #
    # + return - the number
    public function readInt32() returns int|Error {
        return readInt(self.pipe, 4);
    }

    # Reads a signed number of 64 bits.
    #
    # + return - the number
    public function readInt64() returns int|Error {
        return readInt(self.pipe, 8);
    }

    # Reads a floating point number of 32 bits.
    #
    # + return - the number
    public function readFloat32() returns float|Error {
        return readFloat(self.pipe, 4);
    }

    # Reads a floating point number of 64 bits.
    #
    # + return - the number
    public function readFloat64() returns float|Error {
        return readFloat(self.pipe, 8);
    }

    # Reads a byte as a boolean.
    #
    # + return - false for 0, else true
    public function readBool() returns boolean|Error {
        int value = check readInt(self.pipe, 1);
        return value != 0;
    }

    # Reads text.
    #
    # + nBytes - how many bytes it has
    # + encoding - its character set
    # + return - the text
    public function readString(int nBytes, string encoding) returns string|Error {
        return readText(self.pipe, nBytes, encoding);
    }

    # Reads a number of variable length.
    #
    # + return - the number
    public function readVarInt() returns int|Error {
        return readVariable(self.pipe);
    }

    # Closes the channel and the one beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.pipe);
    }
};

# A destination of binary data.
public type WritableDataChannel object {
    handle pipe;

    # Writes numbers as bytes to a channel.
    #
    # + byteChannel - where the bytes go
    # + bOrder - the order of the bytes of a number
    public function __init(WritableByteChannel byteChannel, public ByteOrder bOrder = "BE") {
        self.pipe = writableData(byteChannel.pipe, bOrder);
    }

    # Writes the lowest 16 bits of a number.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeInt16(int value) returns Error? {
        return writeInt(self.pipe, value, 2);
    }

    # Writes the lowest 32 bits of a number.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeInt32(int value) returns Error? {
        return writeInt(self.pipe, value, 4);
    }

    # Writes a number of 64 bits.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeInt64(int value) returns Error? {
        return writeInt(self.pipe, value, 8);
    }

    # Writes a floating point number of 32 bits.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeFloat32(float value) returns Error? {
        return writeFloat(self.pipe, value, 4);
    }

    # Writes a floating point number of 64 bits.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeFloat64(float value) returns Error? {
        return writeFloat(self.pipe, value, 8);
    }

    # Writes a boolean as one byte.
    #
    # + value - the boolean
    # + return - an error when it cannot be written
    public function writeBool(boolean value) returns Error? {
        return writeInt(self.pipe, value ? 1 : 0, 1);
    }

    # Writes text.
    #
    # + value - the text
    # + encoding - its character set
    # + return - an error when it cannot be written
    public function writeString(string value, string encoding) returns Error? {
        return writeText(self.pipe, value, encoding);
    }

    # Writes a number with as many groups of seven bits as it needs, the lowest first.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeVarInt(int value) returns Error? {
        return writeVariable(self.pipe, value);
    }

    # Closes the channel and the one beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeWritable(self.pipe);
    }
};

function readableData(handle bytes, string bOrder) returns handle = external;

function writableData(handle bytes, string bOrder) returns handle = external;

function readInt(handle pipe, int nBytes) returns int|Error = external;

function readFloat(handle pipe, int nBytes) returns float|Error = external;

function readText(handle pipe, int nBytes, string encoding) returns string|Error = external;

function readVariable(handle pipe) returns int|Error = external;

function writeInt(handle pipe, int value, int nBytes) returns @untainted Error? = external;

function writeFloat(handle pipe, float value, int nBytes) returns @untainted Error? = external;

function writeText(handle pipe, string value, string encoding) returns @untainted Error? = external;

function writeVariable(handle pipe, int value) returns @untainted Error? = external;
