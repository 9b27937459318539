// Responses, of services and to clients.

import ballerina/crypto;
import ballerina/io;
import ballerina/mime;

# A response.
#
# + statusCode - the status
# + reasonPhrase - the words behind it; the usual ones when empty
# + server - what the server calls itself
# + resolvedRequestedURI - where redirections led
# + cacheControl - what caches may do with it
public type Response object {
    public int statusCode = 200;
    public string reasonPhrase = "";
    public string server = "";
    public string resolvedRequestedURI = "";
    public ResponseCacheControl? cacheControl = ();

    mime:Entity entity;

    # Makes an empty response.
    public function __init() {
        self.entity = new;
    }

    # Sets the media type.
    #
    # + contentType - as it stands in the header
    # + return - an error when it is no media type
    public function setContentType(string contentType) returns error? {
        mime:MediaType|mime:InvalidContentTypeError parsed = mime:getMediaType(contentType);
        if (parsed is error) {
            return parsed;
        }
        self.entity.setHeader(CONTENT_TYPE, contentType);
    }

    # Sets an entity tag made from the body.
    #
    # + payload - the body
    public function setETag(json|xml|string|byte[] payload) {
        byte[] content = [];
        if (payload is byte[]) {
            content = payload;
        } else if (payload is string) {
            content = payload.toBytes();
        } else if (payload is xml) {
            content = payload.toString().toBytes();
        } else {
            content = payload.toJsonString().toBytes();
        }
        self.entity.setHeader(ETAG, crypto:crc32b(content));
    }

    # Sets the time of the last change to now.
    public function setLastModified() {
        self.entity.setHeader(LAST_MODIFIED, httpDate());
    }

    # The headers and the body as an entity.
    #
    # + return - the entity itself, not a copy
    public function getEntity() returns mime:Entity|ClientError {
        return self.entity;
    }

    # Takes the headers and the body of an entity.
    #
    # + e - the entity; later changes of it change this response
    public function setEntity(mime:Entity e) {
        self.entity = e;
    }

    # Tells whether there is a header.
    #
    # + headerName - its name, in any case
    # + return - whether it is there
    public function hasHeader(string headerName) returns boolean {
        return self.entity.hasHeader(headerName);
    }

    # Reads the first header of a name; a missing one panics.
    #
    # + headerName - the name, in any case
    # + return - its value
    public function getHeader(string headerName) returns @tainted string {
        return self.entity.getHeader(headerName);
    }

    # Reads all headers of a name; a missing one panics.
    #
    # + headerName - the name, in any case
    # + return - their values
    public function getHeaders(string headerName) returns @tainted string[] {
        return self.entity.getHeaders(headerName);
    }

    # Sets a header in place of those of its name. A name or value that a header cannot have panics.
    #
    # + headerName - the name
    # + headerValue - the value
    public function setHeader(string headerName, string headerValue) {
        self.entity.setHeader(headerName, headerValue);
    }

    # Adds a header beside those of its name. A name or value that a header cannot have panics.
    #
    # + headerName - the name
    # + headerValue - the value
    public function addHeader(string headerName, string headerValue) {
        self.entity.addHeader(headerName, headerValue);
    }

    # Removes the headers of a name.
    #
    # + key - the name, in any case
    public function removeHeader(string key) {
        self.entity.removeHeader(key);
    }

    # Removes all headers.
    public function removeAllHeaders() {
        self.entity.removeAllHeaders();
    }

    # Lists the names of the headers.
    #
    # + return - each name once
    public function getHeaderNames() returns @tainted string[] {
        return self.entity.getHeaderNames();
    }

    # Reads the media type.
    #
    # + return - as it stands in the header, empty when there is none
    public function getContentType() returns @tainted string {
        return self.entity.getContentType();
    }

    # Reads the body as JSON.
    #
    # + return - the value, or an error when the body is none
    public function getJsonPayload() returns @tainted json|ClientError {
        json|mime:ParserError content = self.entity.getJson();
        if (content is mime:ParserError) {
            return payloadError("json payload", "response", content);
        } else {
            return content;
        }
    }

    # Reads the body as XML.
    #
    # + return - the value, or an error when the body is none
    public function getXmlPayload() returns @tainted xml|ClientError {
        xml|mime:ParserError content = self.entity.getXml();
        if (content is mime:ParserError) {
            return payloadError("xml payload", "response", content);
        } else {
            return content;
        }
    }

    # Reads the body as text.
    #
    # + return - the text, or an error when the body is none
    public function getTextPayload() returns @tainted string|ClientError {
        string|mime:ParserError content = self.entity.getText();
        if (content is mime:ParserError) {
            return payloadError("text payload", "response", content);
        } else {
            return content;
        }
    }

    # Reads the body as bytes.
    #
    # + return - the bytes, or an error when the body cannot be read
    public function getBinaryPayload() returns @tainted byte[]|ClientError {
        byte[]|mime:ParserError content = self.entity.getByteArray();
        if (content is mime:ParserError) {
            return payloadError("binary payload", "response", content);
        } else {
            return content;
        }
    }

    # Reads the body through a channel.
    #
    # + return - the channel, or an error when the body cannot be read
    public function getByteChannel() returns @tainted io:ReadableByteChannel|ClientError {
        io:ReadableByteChannel|mime:ParserError content = self.entity.getByteChannel();
        if (content is mime:ParserError) {
            return payloadError("byte channel", "response", content);
        } else {
            return content;
        }
    }

    # Takes a multipart body apart.
    #
    # + return - the parts, or an error when the body is none
    public function getBodyParts() returns mime:Entity[]|ClientError {
        mime:Entity[]|mime:ParserError parts = self.entity.getBodyParts();
        if (parts is mime:ParserError) {
            return payloadError("body parts", "response", parts);
        } else {
            return parts;
        }
    }

    # Makes JSON the body.
    #
    # + payload - the value
    # + contentType - its media type
    public function setJsonPayload(json payload, public string contentType = "application/json") {
        self.entity.setJson(payload, contentType);
    }

    # Makes XML the body.
    #
    # + payload - the value
    # + contentType - its media type
    public function setXmlPayload(xml payload, public string contentType = "application/xml") {
        self.entity.setXml(payload, contentType);
    }

    # Makes a text the body.
    #
    # + payload - the text; not sensitive, because it is sent as it stands under a type that says so
    # + contentType - its media type
    public function setTextPayload(string payload, public string contentType = "text/plain") {
        self.entity.setText(<@untainted> payload, contentType);
    }

    # Makes bytes the body.
    #
    # + payload - the bytes
    # + contentType - their media type
    public function setBinaryPayload(byte[] payload, public string contentType = "application/octet-stream") {
        self.entity.setByteArray(payload, contentType);
    }

    # Makes parts the body.
    #
    # + bodyParts - the parts
    # + contentType - the media type; a boundary is added when it has none
    public function setBodyParts(mime:Entity[] bodyParts, public string contentType = "multipart/form-data") {
        self.entity.setBodyParts(bodyParts, contentType);
    }

    # Makes a file the body. A file that cannot be read panics.
    #
    # + filePath - the file
    # + contentType - its media type
    public function setFileAsPayload(string filePath, public string contentType = "application/octet-stream") {
        self.entity.setFileAsEntityBody(filePath, contentType);
    }

    # Makes the content of a channel the body. A channel that fails panics.
    #
    # + payload - the channel; it is read to its end
    # + contentType - the media type of its content
    public function setByteChannel(io:ReadableByteChannel payload,
            public string contentType = "application/octet-stream") {
        self.entity.setByteChannel(payload, contentType);
    }

    # Makes the body and its media type by the kind of the payload.
    #
    # + payload - the content
    public function setPayload(string|xml|json|byte[]|io:ReadableByteChannel|mime:Entity[] payload) {
        self.entity.setBody(payload);
    }
};

// The time now in the form of headers.
function httpDate() returns @untainted string = external;
