// Channels of characters, over channels of bytes.

# A source of characters.
public type ReadableCharacterChannel object {
    handle pipe;

    # Reads the bytes of a channel as text.
    #
    # + byteChannel - the bytes
    # + charset - their character set
    public function __init(ReadableByteChannel byteChannel, string charset) {
        self.pipe = readableCharacters(byteChannel.pipe, charset);
    }

    # Reads characters.
    #
    # + numberOfChars - how many at most
    # + return - the characters, or an `EofError` when there are none left
    public function read(@untainted int numberOfChars) returns @tainted string|Error {
        return readExtern(self.pipe, numberOfChars);
    }

    # Reads all that is left as JSON.
    #
    # + return - the value, or an error when the content is no JSON
    public function readJson() returns @tainted json|Error {
        return readJsonExtern(self.pipe);
    }

    # Reads all that is left as XML.
    #
    # + return - the value, or an error when the content is no XML
    public function readXml() returns @tainted xml|Error {
        return readXmlExtern(self.pipe);
    }

    # Closes the channel and the one beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.pipe);
    }
};

# A destination of characters.
public type WritableCharacterChannel object {
    handle pipe;

    # Writes text as bytes to a channel.
    #
    # + bChannel - where the bytes go
    # + charset - their character set
    public function __init(WritableByteChannel bChannel, string charset) {
        self.pipe = writableCharacters(bChannel.pipe, charset);
    }

    # Writes text.
    #
    # + content - the text
    # + startOffset - index of the first character to write
    # + return - how many bytes were written
    public function write(string content, int startOffset) returns int|Error {
        return writeExtern(self.pipe, content, startOffset);
    }

    # Writes a value as JSON.
    #
    # + content - the value
    # + return - an error when it cannot be written
    public function writeJson(json content) returns Error? {
        _ = check writeExtern(self.pipe, content.toJsonString(), 0);
        return ();
    }

    # Writes a value as XML.
    #
    # + content - the value
    # + return - an error when it cannot be written
    public function writeXml(xml content) returns Error? {
        _ = check writeExtern(self.pipe, content.toString(), 0);
        return ();
    }

    # Closes the channel and the one beneath it.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeWritable(self.pipe);
    }
};

# Reads characters of a string.
public type StringReader object {
    handle pipe;

    # Starts at the first character.
    #
    # + content - the string
    # + encoding - not used: a string has no encoding
    public function __init(string content, public string encoding = "UTF-8") {
        self.pipe = stringCharacters(content);
    }

    # Reads all that is left as JSON.
    #
    # + return - the value, or an error when the content is no JSON
    public function readJson() returns @tainted json|Error {
        return readJsonExtern(self.pipe);
    }

    # Reads all that is left as XML.
    #
    # + return - the value, or an error when the content is no XML
    public function readXml() returns @tainted xml|Error? {
        return readXmlExtern(self.pipe);
    }

    # Reads characters.
    #
    # + nCharacters - how many at most
    # + return - the characters, or an `EofError` when there are none left
    public function readChar(int nCharacters) returns @tainted string|Error? {
        return readExtern(self.pipe, <@untainted> nCharacters);
    }

    # Closes the reader.
    #
    # + return - an error when it is closed already
    public function close() returns Error? {
        return closeReadable(self.pipe);
    }
};

function readableCharacters(handle bytes, string charset) returns handle = external;

function writableCharacters(handle bytes, string charset) returns handle = external;

function stringCharacters(string content) returns handle = external;

function readExtern(handle pipe, @untainted int numberOfChars) returns @tainted string|Error = external;

function readJsonExtern(handle pipe) returns @tainted json|Error = external;

function readXmlExtern(handle pipe) returns @tainted xml|Error = external;

function writeExtern(handle pipe, string content, int startOffset) returns @untainted int|Error = external;
