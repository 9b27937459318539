// The client of a request, seen from the service.

import ballerina/mime;

# One side of a connection.
#
# + host - its address
# + port - its port
public type Remote record {|
    string host = "";
    int port = 0;
|};

# The other side of a connection.
#
# + host - its address
# + port - its port
public type Local record {|
    string host = "";
    int port = 0;
|};

# The client of a request.
#
# + remoteAddress - where it is
# + localAddress - where it reached the service
# + protocol - `http` or `https`
public type Caller client object {
    public Remote remoteAddress = {};
    public Local localAddress = {};
    public string protocol = "http";

    handle exchange;
    ResponseFilter[] responseFilters;
    FilterContext context;

    function __init(handle exchange, ResponseFilter[] responseFilters, FilterContext context) {
        self.exchange = exchange;
        self.responseFilters = responseFilters;
        self.context = context;
    }

    # Answers the request.
    #
    # + message - the answer
    # + return - an error when it cannot be sent, or when there was an answer before
    public remote function respond(ResponseMessage message = ()) returns ListenerError? {
        return respondWith(self, message);
    }

    # Answers that all is well.
    #
    # + message - the answer
    # + return - an error when it cannot be sent, or when there was an answer before
    public remote function ok(ResponseMessage message = ()) returns ListenerError? {
        return respondWithStatus(self, message, STATUS_OK);
    }

    # Answers that something was made.
    #
    # + uri - where it is
    # + message - the answer
    # + return - an error when it cannot be sent, or when there was an answer before
    public remote function created(string uri, ResponseMessage message = ()) returns ListenerError? {
        Response response = buildResponse(message);
        response.statusCode = STATUS_CREATED;
        if (uri != "") {
            response.setHeader(LOCATION, uri);
        }
        return respondWith(self, response);
    }

    # Answers that something will be done.
    #
    # + message - the answer
    # + return - an error when it cannot be sent, or when there was an answer before
    public remote function accepted(ResponseMessage message = ()) returns ListenerError? {
        return respondWithStatus(self, message, STATUS_ACCEPTED);
    }

    # Sends the client elsewhere.
    #
    # + response - the answer
    # + code - the status
    # + locations - where to; whoever chooses it chooses what the user sees next
    # + return - an error when it cannot be sent, or when there was an answer before
    public remote function redirect(Response response, RedirectCode code, @untainted string[] locations)
            returns ListenerError? {
        response.statusCode = code;
        foreach string location in locations {
            response.addHeader(LOCATION, location);
        }
        return respondWith(self, response);
    }

    # Tells the client to send the body.
    #
    # + return - an error when there was an answer before
    public remote function continue() returns ListenerError? {
        return sendContinue(self.exchange);
    }
};

function respondWithStatus(Caller caller, @untainted ResponseMessage message, int status) returns ListenerError? {
    Response response = buildResponse(message);
    response.statusCode = status;
    return respondWith(caller, response);
}

function respondWith(Caller caller, @untainted ResponseMessage message) returns ListenerError? {
    check claimResponse(caller.exchange);
    Response response = buildResponse(message);
    foreach ResponseFilter filter in caller.responseFilters {
        if (!filter.filterResponse(response, caller.context)) {
            response = new;
            response.statusCode = STATUS_INTERNAL_SERVER_ERROR;
            response.setTextPayload("internal server error");
            break;
        }
    }
    ResponseCacheControl? cacheControl = response.cacheControl;
    if (cacheControl is ResponseCacheControl) {
        response.setHeader("cache-control", cacheControl.buildCacheControlDirectives());
    }
    return sendResponse(caller.exchange, response.entity, response.statusCode, response.reasonPhrase, response.server);
}

// An error when the request has been answered; from here on it counts as answered.
function claimResponse(handle exchange) returns @untainted ListenerError? = external;

// The answer is what the caller trusted it to be, see `message` of `respond`.
function sendResponse(handle exchange, mime:Entity entity, int statusCode, string reasonPhrase, string server)
    returns @untainted ListenerError? = external;

function sendContinue(handle exchange) returns @untainted ListenerError? = external;
