// What requests and responses share: turning a program's message into a request or response.

import ballerina/io;
import ballerina/mime;

# What can be sent to a service.
public type RequestMessage Request|string|xml|json|byte[]|io:ReadableByteChannel|mime:Entity[]|();

# What can be sent as an answer.
public type ResponseMessage Response|string|xml|json|byte[]|io:ReadableByteChannel|mime:Entity[]|();

type Payload string|xml|json|byte[]|io:ReadableByteChannel|mime:Entity[];

function buildRequest(@untainted RequestMessage message) returns Request {
    if (message is Request) {
        return message;
    }
    Request request = new;
    setEntityBody(request.entity, message);
    return request;
}

function buildResponse(@untainted ResponseMessage message) returns Response {
    if (message is Response) {
        return message;
    }
    Response response = new;
    setEntityBody(response.entity, message);
    return response;
}

// Objects that are whole messages do not come here.
function setEntityBody(mime:Entity entity, @untainted RequestMessage|ResponseMessage message) {
    if (message is ()) {
        return;
    } else if (message is string) {
        entity.setText(message);
    } else if (message is xml) {
        entity.setXml(message);
    } else if (message is byte[]) {
        entity.setByteArray(message);
    } else if (message is io:ReadableByteChannel) {
        entity.setByteChannel(message);
    } else if (message is mime:Entity[]) {
        entity.setBodyParts(message);
    } else if (message is json) {
        entity.setJson(message);
    }
}

function payloadError(string what, string side, error cause) returns GenericClientError {
    string message = "Error occurred while retrieving the " + what + " from the " + side;
    return GenericClientError(message = message, cause = cause);
}
