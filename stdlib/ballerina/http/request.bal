// Requests, of clients and to services.

import ballerina/io;
import ballerina/mime;

# A request.
#
# + rawPath - path and query as they were sent
# + method - the method
# + httpVersion - version of the protocol, as `1.1`
# + userAgent - what the client calls itself
# + extraPathInfo - what a `*` at the end of the resource's path stands for
# + cacheControl - what caches may do with the answer
# + mutualSslHandshake - whether the client showed a certificate
public type Request object {
    public string rawPath = "";
    public string method = "";
    public string httpVersion = "";
    public string userAgent = "";
    public string extraPathInfo = "";
    public RequestCacheControl? cacheControl = ();
    public MutualSslHandshake? mutualSslHandshake = ();

    mime:Entity entity;

    # Makes an empty request.
    public function __init() {
        self.entity = new;
    }

    # Reads the query.
    #
    # + return - the values of each parameter, decoded, in their order
    public function getQueryParams() returns map<string[]> {
        return queryParameters(self.rawPath);
    }

    # Reads the first value of a parameter of the query.
    #
    # + key - its name
    # + return - the value, nil when there is none
    public function getQueryParamValue(@untainted string key) returns @tainted string? {
        string[]? values = queryParameters(self.rawPath)[key];
        return values is string[] ? values[0] : ();
    }

    # Reads the values of a parameter of the query.
    #
    # + key - its name
    # + return - its values, nil when there is none
    public function getQueryParamValues(@untainted string key) returns @tainted string[]? {
        return queryParameters(self.rawPath)[key];
    }

    # Reads the matrix parameters of a path.
    #
    # + path - a path that the request's path begins with
    # + return - the parameters behind its last segment
    public function getMatrixParams(string path) returns map<any> {
        return matrixParameters(self.rawPath, path);
    }

    # Reads a form that came as `application/x-www-form-urlencoded`.
    #
    # + return - the fields, or an error when the body is no such form
    public function getFormParams() returns @tainted map<string>|ClientError {
        string contentType = self.getContentType();
        if (!contentType.toLowerAscii().startsWith(mime:APPLICATION_FORM_URLENCODED)) {
            return GenericClientError(message = "Invalid content type : expected 'application/x-www-form-urlencoded'");
        }
        string|mime:ParserError content = self.entity.getText();
        if (content is mime:ParserError) {
            return payloadError("form parameters", "request", content);
        } else {
            map<string> fields = {};
            foreach var [name, values] in queryParameters("?" + content).entries() {
                fields[name] = values[0];
            }
            return fields;
        }
    }

    # Tells whether the client waits to be told to send the body.
    #
    # + return - whether it does
    public function expects100Continue() returns boolean {
        // Yes or no: nothing of what the client wrote goes on.
        return self.hasHeader(EXPECT) && <@untainted> self.getHeader(EXPECT).toLowerAscii() == "100-continue";
    }

    # Sets the media type.
    #
    # + contentType - as it stands in the header
    # + return - an error when it is no media type
    public function setContentType(string contentType) returns error? {
        return self.entity.setContentType(contentType);
    }

    # The headers and the body as an entity.
    #
    # + return - the entity itself, not a copy
    public function getEntity() returns mime:Entity|ClientError {
        return self.entity;
    }

    # Takes the headers and the body of an entity.
    #
    # + e - the entity; later changes of it change this request
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
            return payloadError("json payload", "request", content);
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
            return payloadError("xml payload", "request", content);
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
            return payloadError("text payload", "request", content);
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
            return payloadError("binary payload", "request", content);
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
            return payloadError("byte channel", "request", content);
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
            return payloadError("body parts", "request", parts);
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

# Whether the client showed a certificate.
#
# + status - `passed` or `failed`, nil when it was not asked to
# + base64EncodedCert - the certificate
public type MutualSslHandshake record {|
    MutualSslStatus? status = ();
    string? base64EncodedCert = ();
|};

public const PASSED = "passed";
public const FAILED = "failed";

# The outcome of a handshake.
public type MutualSslStatus PASSED|FAILED;

// The values of each parameter behind the first question mark.
function queryParameters(string rawPath) returns map<string[]> = external;

function matrixParameters(string rawPath, string path) returns map<any> = external;
