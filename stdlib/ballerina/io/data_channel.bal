// Channels of numbers in binary form.

# A source of binary data.
public type ReadableDataChannel object {
    handle channel;

    # Reads the bytes of a channel as numbers.
    #
    # + byteChannel - the bytes
    # + bOrder - the order of the bytes of a number
    public function __init(ReadableByteChannel byteChannel, public ByteOrder bOrder = "BE") {
        self.channel = readableData(byteChannel.channel, bOrder);
    }

    # Reads a signed number of 16 bits.
    #
    # + return - the number
    public function readInt16() returns int|Error {
        return readInt(self.channel, 2);
    }

    # Reads a signed number of 32 bits.
    #
    # + return - the number
    public function readInt32() returns int|Error {
        return readInt(self.channel, 4);
    }

    # Reads a signed number of 64 bits.
    #
    # + return - the number
    public function readInt64() returns int|Error {
        return readInt(self.channel, 8);
    }

    # Reads a floating point number of 32 bits.
    #
    # + return - the number
    public function readFloat32() returns float|Error {
        return readFloat(self.channel, 4);
    }

    # Reads a floating point number of 64 bits.
    #
    # + return - the number
    public function readFloat64() returns float|Error {
        return readFloat(self.channel, 8);
    }

    # Reads a byte as a boolean.
    #
    # + return - false for 0, else true
    public function readBool() returns boolean|Error {
        int value = check readInt(self.channel, 1);
        return value != 0;
    }

    # Reads text.
    #
    # + nBytes - how many bytes it has
    # + encoding - its character set
    # + return - the text
    public function readString(int nBytes, string encoding) returns string|Error {
        return readText(self.channel, nBytes, encoding);
    }

    # Reads a number of variable length.
    #
    # + return - the number
    public function readVarInt() returns int|Error {
        return readVariable(self.channel);
    }

    # Closes the channel and the one beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.channel);
    }
};

# A destination of binary data.
public type WritableDataChannel object {
    handle channel;

    # Writes numbers as bytes to a channel.
    #
    # + byteChannel - where the bytes go
    # + bOrder - the order of the bytes of a number
    public function __init(WritableByteChannel byteChannel, public ByteOrder bOrder = "BE") {
        self.channel = writableData(byteChannel.channel, bOrder);
    }

    # Writes the lowest 16 bits of a number.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeInt16(int value) returns Error? {
        return writeInt(self.channel, value, 2);
    }

    # Writes the lowest 32 bits of a number.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeInt32(int value) returns Error? {
        return writeInt(self.channel, value, 4);
    }

    # Writes a number of 64 bits.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeInt64(int value) returns Error? {
        return writeInt(self.channel, value, 8);
    }

    # Writes a floating point number of 32 bits.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeFloat32(float value) returns Error? {
        return writeFloat(self.channel, value, 4);
    }

    # Writes a floating point number of 64 bits.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeFloat64(float value) returns Error? {
        return writeFloat(self.channel, value, 8);
    }

    # Writes a boolean as one byte.
    #
    # + value - the boolean
    # + return - an error when it cannot be written
    public function writeBool(boolean value) returns Error? {
        return writeInt(self.channel, value ? 1 : 0, 1);
    }

    # Writes text.
    #
    # + value - the text
    # + encoding - its character set
    # + return - an error when it cannot be written
    public function writeString(string value, string encoding) returns Error? {
        return writeText(self.channel, value, encoding);
    }

    # Writes a number with as many groups of seven bits as it needs, the lowest first.
    #
    # + value - the number
    # + return - an error when it cannot be written
    public function writeVarInt(int value) returns Error? {
        return writeVariable(self.channel, value);
    }

    # Closes the channel and the one beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeWritable(self.channel);
    }
};

function readableData(handle bytes, string bOrder) returns handle = external;

function writableData(handle bytes, string bOrder) returns handle = external;

function readInt(handle channel, int nBytes) returns int|Error = external;

function readFloat(handle channel, int nBytes) returns float|Error = external;

function readText(handle channel, int nBytes, string encoding) returns string|Error = external;

function readVariable(handle channel) returns int|Error = external;

function writeInt(handle channel, int value, int nBytes) returns @untainted Error? = external;

function writeFloat(handle channel, float value, int nBytes) returns @untainted Error? = external;

function writeText(handle channel, string value, string encoding) returns @untainted Error? = external;

function writeVariable(handle channel, int value) returns @untainted Error? = external;
