// Headers and a body: the content of requests, of responses and of the parts of a multipart body. Both
// stand behind `message` on the native side: what is stored there does not taint the object, and what
// is read from it is untrusted.

import ballerina/io;
import ballerina/lang.'xml as xmls;

const CHUNK = 65536;

# Headers and a body.
public type Entity object {
    handle message;

    # Makes an entity without headers and body.
    public function __init() {
        self.message = newMessage();
    }

    # Sets the media type.
    #
    # + mediaType - as it stands in the header
    # + return - an error when it is no media type
    public function setContentType(@untainted string mediaType) returns InvalidContentTypeError? {
        MediaType|InvalidContentTypeError parsed = getMediaType(mediaType);
        if (parsed is InvalidContentTypeError) {
            return parsed;
        }
        self.setHeader(CONTENT_TYPE, mediaType);
    }

    # Reads the media type.
    #
    # + return - as it stands in the header, empty when there is none
    public function getContentType() returns @tainted string {
        return self.headerOrEmpty(CONTENT_TYPE);
    }

    # Sets the content identifier.
    #
    # + contentId - the identifier
    public function setContentId(@untainted string contentId) {
        self.setHeader(CONTENT_ID, contentId);
    }

    # Reads the content identifier.
    #
    # + return - the identifier, empty when there is none
    public function getContentId() returns @tainted string {
        return self.headerOrEmpty(CONTENT_ID);
    }

    # Sets the length header. What is sent has the length of the body all the same.
    #
    # + contentLength - the length
    public function setContentLength(@untainted int contentLength) {
        self.setHeader(CONTENT_LENGTH, contentLength.toString());
    }

    # Reads the length header.
    #
    # + return - the length, -1 when there is no such header, or an error when it is no number
    public function getContentLength() returns @tainted int|error {
        string text = self.headerOrEmpty(CONTENT_LENGTH);
        if (text == "") {
            return -1;
        }
        return parseLength(text);
    }

    # Sets the content disposition.
    #
    # + contentDisposition - the disposition
    public function setContentDisposition(ContentDisposition contentDisposition) {
        self.setHeader(CONTENT_DISPOSITION, contentDisposition.toString());
    }

    # Reads the content disposition.
    #
    # + return - the disposition, with empty parts when there is none
    public function getContentDisposition() returns ContentDisposition {
        // Its return is not marked: a disposition is tainted when its entity is, it is no source of its own.
        return getContentDispositionObject(<@untainted> self.headerOrEmpty(CONTENT_DISPOSITION));
    }

    # Sets the body and its media type by the kind of the content.
    #
    # + entityBody - the content
    public function setBody(@untainted string|xml|json|byte[]|io:ReadableByteChannel|Entity[] entityBody) {
        if (entityBody is string) {
            self.setText(entityBody);
        } else if (entityBody is xml) {
            self.setXml(entityBody);
        } else if (entityBody is byte[]) {
            self.setByteArray(entityBody);
        } else if (entityBody is io:ReadableByteChannel) {
            self.setByteChannel(entityBody);
        } else if (entityBody is Entity[]) {
            self.setBodyParts(entityBody);
        } else {
            self.setJson(entityBody);
        }
    }

    # Makes a file the body. A file that cannot be read panics.
    #
    # + filePath - the file
    # + contentType - its media type
    public function setFileAsEntityBody(@untainted string filePath,
            public string contentType = "application/octet-stream") {
        io:ReadableByteChannel pipe = checkpanic io:openReadableFile(filePath);
        byte[] content = checkpanic readAll(pipe);
        checkpanic pipe.close();
        externSetByteArray(self.message, content);
        checkpanic self.setContentType(contentType);
    }

    # Makes JSON the body.
    #
    # + jsonContent - the value
    # + contentType - its media type
    public function setJson(@untainted json jsonContent, @untainted public string contentType = "application/json") {
        externSetText(self.message, jsonContent.toJsonString());
        checkpanic self.setContentType(contentType);
    }

    # Reads the body as JSON.
    #
    # + return - the value, or an error when the body is none
    public function getJson() returns @tainted json|ParserError {
        string|ParserError text = externGetText(self.message);
        if (text is ParserError) {
            return text;
        } else {
            json|error content = text.fromJsonString();
            if (content is error) {
                return ParserError(message = "Error occurred while extracting json data from entity", cause = content);
            } else {
                return content;
            }
        }
    }

    # Makes XML the body.
    #
    # + xmlContent - the value
    # + contentType - its media type
    public function setXml(@untainted xml xmlContent, @untainted public string contentType = "application/xml") {
        externSetText(self.message, xmlContent.toString());
        checkpanic self.setContentType(contentType);
    }

    # Reads the body as XML.
    #
    # + return - the value, or an error when the body is none
    public function getXml() returns @tainted xml|ParserError {
        string|ParserError text = externGetText(self.message);
        if (text is ParserError) {
            return text;
        } else {
            xml|error content = xmls:fromString(text);
            if (content is error) {
                return ParserError(message = "Error occurred while extracting xml data from entity", cause = content);
            } else {
                return content;
            }
        }
    }

    # Makes a text the body.
    #
    # + textContent - the text
    # + contentType - its media type
    public function setText(@untainted string textContent, @untainted public string contentType = "text/plain") {
        externSetText(self.message, textContent);
        checkpanic self.setContentType(contentType);
    }

    # Reads the body as text.
    #
    # + return - the text, or an error when the body is none
    public function getText() returns @tainted string|ParserError {
        return externGetText(self.message);
    }

    # Makes bytes the body.
    #
    # + blobContent - the bytes
    # + contentType - their media type
    public function setByteArray(@untainted byte[] blobContent,
            @untainted public string contentType = "application/octet-stream") {
        externSetByteArray(self.message, blobContent);
        checkpanic self.setContentType(contentType);
    }

    # Reads the body as bytes.
    #
    # + return - the bytes, or an error when the body cannot be read
    public function getByteArray() returns @tainted byte[]|ParserError {
        return externGetByteArray(self.message);
    }

    # Makes the content of a channel the body. A channel that fails panics.
    #
    # + byteChannel - the channel; it is read to its end
    # + contentType - the media type of its content
    public function setByteChannel(io:ReadableByteChannel byteChannel,
            @untainted public string contentType = "application/octet-stream") {
        byte[] content = checkpanic readAll(byteChannel);
        externSetByteArray(self.message, content);
        checkpanic self.setContentType(contentType);
    }

    # Reads the body through a channel.
    #
    # + return - the channel, or an error when the body cannot be read
    public function getByteChannel() returns @tainted io:ReadableByteChannel|ParserError {
        return channelOf(externGetByteArray(self.message));
    }

    # Takes a multipart body apart.
    #
    # + return - the parts, or an error when the body is none
    public function getBodyParts() returns Entity[]|ParserError {
        handle[]|ParserError messages = externGetBodyParts(self.message);
        if (messages is ParserError) {
            return messages;
        } else {
            Entity[] parts = [];
            foreach handle message in messages {
                Entity part = new;
                part.message = message;
                parts.push(part);
            }
            return parts;
        }
    }

    # Reads a multipart body, undivided, through a channel.
    #
    # + return - the channel, or an error when the body cannot be read
    public function getBodyPartsAsChannel() returns @tainted io:ReadableByteChannel|ParserError {
        return channelOf(externGetByteArray(self.message));
    }

    # Makes parts the body.
    #
    # + bodyParts - the parts
    # + contentType - the media type; a boundary is added when it has none
    public function setBodyParts(@untainted Entity[] bodyParts,
            @untainted public string contentType = "multipart/form-data") {
        handle[] messages = [];
        foreach Entity part in bodyParts {
            messages.push(part.message);
        }
        checkpanic self.setContentType(contentType);
        externSetBodyParts(self.message, messages);
    }

    # Reads the first header of a name; a missing one panics.
    #
    # + headerName - the name, in any case
    # + return - its value
    public function getHeader(@untainted string headerName) returns @tainted string {
        string? value = externGetHeader(self.message, headerName);
        if (value is string) {
            return value;
        }
        panic HeaderUnavailableError(message = "Http header does not exist");
    }

    # Reads all headers of a name; a missing one panics.
    #
    # + headerName - the name, in any case
    # + return - their values
    public function getHeaders(@untainted string headerName) returns @tainted string[] {
        string[] values = externGetHeaders(self.message, headerName);
        if (values.length() == 0) {
            panic HeaderUnavailableError(message = "Http header does not exist");
        }
        return values;
    }

    # Lists the names of the headers.
    #
    # + return - each name once
    public function getHeaderNames() returns @tainted string[] {
        return externGetHeaderNames(self.message);
    }

    # Adds a header beside those of its name. A name or value that a header cannot have panics.
    #
    # + headerName - the name
    # + headerValue - the value
    public function addHeader(@untainted string headerName, string headerValue) {
        externAddHeader(self.message, headerName, headerValue);
    }

    # Sets a header in place of those of its name. A name or value that a header cannot have panics.
    #
    # + headerName - the name
    # + headerValue - the value
    public function setHeader(@untainted string headerName, string headerValue) {
        externSetHeader(self.message, headerName, headerValue);
    }

    # Removes the headers of a name.
    #
    # + headerName - the name, in any case
    public function removeHeader(@untainted string headerName) {
        externRemoveHeader(self.message, headerName);
    }

    # Removes all headers.
    public function removeAllHeaders() {
        externRemoveAllHeaders(self.message);
    }

    # Tells whether there is a header.
    #
    # + headerName - its name, in any case
    # + return - whether it is there
    public function hasHeader(@untainted string headerName) returns boolean {
        return externHasHeader(self.message, headerName);
    }

    function headerOrEmpty(@untainted string headerName) returns @tainted string {
        string? value = externGetHeader(self.message, headerName);
        return value is string ? value : "";
    }
};

function readAll(io:ReadableByteChannel pipe) returns @tainted byte[]|io:Error {
    byte[] content = [];
    boolean more = true;
    while (more) {
        byte[]|io:Error chunk = pipe.read(CHUNK);
        if (chunk is io:EofError) {
            more = false;
        } else if (chunk is io:Error) {
            return chunk;
        } else if (chunk.length() == 0) {
            more = false;
        } else {
            content.push(...chunk);
        }
    }
    return content;
}

function channelOf(byte[]|ParserError content) returns io:ReadableByteChannel|ParserError {
    if (content is ParserError) {
        return content;
    } else {
        io:ReadableByteChannel|io:Error pipe = io:createReadableChannel(content);
        if (pipe is io:Error) {
            return ParserError(message = "Error occurred while extracting a byte channel from entity", cause = pipe);
        } else {
            return pipe;
        }
    }
}

function newMessage() returns @untainted handle = external;

function parseLength(string text) returns int|error = external;

function externGetHeader(handle message, @untainted string headerName) returns @tainted string? = external;

function externGetHeaders(handle message, @untainted string headerName) returns @tainted string[] = external;

function externGetHeaderNames(handle message) returns @tainted string[] = external;

function externHasHeader(handle message, @untainted string headerName) returns boolean = external;

function externSetHeader(handle message, @untainted string headerName, string headerValue) = external;

function externAddHeader(handle message, @untainted string headerName, string headerValue) = external;

function externRemoveHeader(handle message, @untainted string headerName) = external;

function externRemoveAllHeaders(handle message) = external;

function externGetText(handle message) returns @tainted string|ParserError = external;

function externSetText(handle message, string content) = external;

function externGetByteArray(handle message) returns @tainted byte[]|ParserError = external;

function externSetByteArray(handle message, byte[] content) = external;

function externGetBodyParts(handle message) returns handle[]|ParserError = external;

function externSetBodyParts(handle message, handle[] parts) = external;
