// Channels of bytes: files and memory. The native side of a channel stands behind `channel`.

# A source of bytes.
public type ReadableByteChannel object {
    handle pipe;

    function __init(handle pipe) {
        self.pipe = pipe;
    }

    # Reads bytes.
    #
    # + nBytes - how many at most; 0 or less for a buffer full
    # + return - the bytes, or an `EofError` when there are none left
    public function read(@untainted int nBytes) returns @tainted byte[]|Error {
        return byteReadExtern(self.pipe, nBytes);
    }

    # Makes a channel that gives the content of this one as Base64 text.
    #
    # + return - the new channel
    public function base64Encode() returns ReadableByteChannel|Error {
        return new ReadableByteChannel(check encodeChannel(self.pipe));
    }

    # Makes a channel that gives the bytes whose Base64 text this one holds.
    #
    # + return - the new channel, or an error when the content is no Base64
    public function base64Decode() returns ReadableByteChannel|Error {
        return new ReadableByteChannel(check decodeChannel(self.pipe));
    }

    # Closes the channel.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.pipe);
    }
};

# A destination of bytes.
public type WritableByteChannel object {
    handle pipe;

    function __init(handle pipe) {
        self.pipe = pipe;
    }

    # Writes bytes.
    #
    # + content - the bytes
    # + offset - index of the first byte to write
    # + return - how many were written
    public function write(byte[] content, int offset) returns int|Error {
        return byteWriteExtern(self.pipe, content, offset);
    }

    # Writes what is still in a buffer and closes the channel.
    #
    # + return - an error when it is closed already or the bytes cannot be written
    public function close() returns Error? {
        return closeWritable(self.pipe);
    }
};

# Opens a file to read it.
#
# + path - the file
# + return - its bytes, or an error when it cannot be opened
public function openReadableFile(@untainted string path) returns @tainted ReadableByteChannel|Error {
    return new ReadableByteChannel(check openReadableFileExtern(path));
}

# Opens a file to write it; the file and the folders above it are made when they are missing.
#
# + path - the file
# + append - whether to keep what the file holds
# + return - the channel, or an error when the file cannot be opened
public function openWritableFile(@untainted string path, boolean append = false)
        returns @tainted WritableByteChannel|Error {
    return new WritableByteChannel(check openWritableFileExtern(path, append));
}

# Makes a channel that gives bytes of the program.
#
# + content - the bytes
# + return - the channel
public function createReadableChannel(byte[] content) returns ReadableByteChannel|Error {
    return new ReadableByteChannel(memoryChannel(content));
}

function openReadableFileExtern(@untainted string path) returns @tainted handle|Error = external;

function openWritableFileExtern(@untainted string path, boolean append) returns @tainted handle|Error = external;

function memoryChannel(byte[] content) returns handle = external;

function byteReadExtern(handle pipe, @untainted int nBytes) returns @tainted byte[]|Error = external;

function byteWriteExtern(handle pipe, byte[] content, int offset) returns @untainted int|Error = external;

function encodeChannel(handle pipe) returns handle|Error = external;

function decodeChannel(handle pipe) returns handle|Error = external;

function closeReadable(handle pipe) returns @untainted Error? = external;

function closeWritable(handle pipe) returns @untainted Error? = external;
