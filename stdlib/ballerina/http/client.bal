// Calls of services.

import ballerina/mime;

# A service somewhere else.
#
# + url - where it is
# + config - the settings
public type Client client object {
    public string url;
    public ClientConfiguration config;

    handle connections;

    # Makes a client.
    #
    # + url - where the service is; whoever chooses it chooses whom this program talks to
    # + config - the settings
    public function __init(@untainted string url, ClientConfiguration? config = ()) {
        ClientConfiguration settings = {};
        if (config is ClientConfiguration) {
            settings = config;
        }
        refuseUnsupported(settings);
        self.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        self.config = settings;
        self.connections = createConnections(self.url, settings);
    }

    # Sends a POST request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function post(@untainted string path, RequestMessage message) returns Response|ClientError {
        return callService(self, HTTP_POST, path, message);
    }

    # Sends a PUT request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function put(@untainted string path, RequestMessage message) returns Response|ClientError {
        return callService(self, HTTP_PUT, path, message);
    }

    # Sends a PATCH request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function patch(@untainted string path, RequestMessage message) returns Response|ClientError {
        return callService(self, HTTP_PATCH, path, message);
    }

    # Sends a GET request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function get(@untainted string path, RequestMessage message = ()) returns Response|ClientError {
        return callService(self, HTTP_GET, path, message);
    }

    # Sends a HEAD request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function head(@untainted string path, RequestMessage message = ()) returns Response|ClientError {
        return callService(self, HTTP_HEAD, path, message);
    }

    # Sends a DELETE request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function delete(@untainted string path, RequestMessage message = ()) returns Response|ClientError {
        return callService(self, HTTP_DELETE, path, message);
    }

    # Sends an OPTIONS request.
    #
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function options(@untainted string path, RequestMessage message = ()) returns Response|ClientError {
        return callService(self, HTTP_OPTIONS, path, message);
    }

    # Sends a request of any method.
    #
    # + httpVerb - the method
    # + path - the path below the client's URL
    # + message - the request, or its body
    # + return - the response, or an error when there is none
    public remote function execute(@untainted string httpVerb, @untainted string path, RequestMessage message)
            returns Response|ClientError {
        return callService(self, httpVerb, path, message);
    }

    # Hands a request on, with its own method, headers and body.
    #
    # + path - the path below the client's URL
    # + request - the request
    # + return - the response, or an error when there is none
    public remote function forward(@untainted string path, Request request) returns Response|ClientError {
        // Meant for requests that came in: what the next service makes of them is for that service to check.
        return callService(self, <@untainted> request.method, path, <@untainted> request);
    }
};

function callService(Client endpoint, @untainted string method, @untainted string path,
        @untainted RequestMessage message) returns @untainted Response|ClientError {
    Request request = buildRequest(message);
    RequestCacheControl? cacheControl = request.cacheControl;
    if (cacheControl is RequestCacheControl) {
        request.setHeader("cache-control", cacheControl.buildCacheControlDirectives());
    }
    string target = endpoint.url + path;
    Response response = check sendAuthenticated(endpoint, method, target, request);
    FollowRedirects? redirects = endpoint.config.followRedirects;
    if (redirects is FollowRedirects && redirects.enabled) {
        return followRedirects(endpoint, method, target, request, response, redirects.maxCount);
    }
    return response;
}

function followRedirects(Client endpoint, string method, string target, Request request, Response first, int maxCount)
        returns @untainted Response|ClientError {
    string currentMethod = method;
    string currentTarget = target;
    Response response = first;
    int count = 0;
    while (count < maxCount) {
        string? next = redirectedMethod(response.statusCode, currentMethod);
        if (next is ()) {
            return response;
        } else {
            if (!response.hasHeader(LOCATION)) {
                return GenericClientError(message = "Location header not available!");
            }
            // To follow redirections is to trust the service with where they lead.
            currentTarget = check resolveLocation(currentTarget, <@untainted> response.getHeader(LOCATION));
            if (next == HTTP_GET && currentMethod != HTTP_GET) {
                dropBody(request.entity);
            }
            currentMethod = next;
            if (isSameOrigin(currentTarget, endpoint.url)) {
                response = check sendAuthenticated(endpoint, currentMethod, currentTarget, request);
            } else {
                request.removeHeader(AUTH_HEADER);
                response = check send(endpoint, currentMethod, currentTarget, request);
            }
            response.resolvedRequestedURI = currentTarget;
            count += 1;
        }
    }
    return response;
}

// The method to go on with, nil when the response is no redirection that is followed.
function redirectedMethod(int status, string method) returns string? {
    boolean isSafe = method == HTTP_GET || method == HTTP_HEAD;
    if (status == STATUS_SEE_OTHER) {
        return HTTP_GET;
    } else if (!isSafe) {
        return ();
    } else if (status == STATUS_MOVED_PERMANENTLY || status == STATUS_FOUND) {
        return HTTP_GET;
    } else if (status == STATUS_MULTIPLE_CHOICES || status == STATUS_USE_PROXY
            || status == STATUS_TEMPORARY_REDIRECT || status == STATUS_PERMANENT_REDIRECT) {
        return method;
    }
    return ();
}

// Credentials in, once more when the handler says so after the answer.
function sendAuthenticated(Client endpoint, string method, string target, Request request)
        returns @untainted Response|ClientError {
    OutboundAuthConfig? auth = endpoint.config.auth;
    if (auth is OutboundAuthConfig) {
        Request prepared = check auth.authHandler.prepare(request);
        Response response = check send(endpoint, method, target, prepared);
        Request? again = check auth.authHandler.inspect(prepared, response);
        if (again is Request) {
            return send(endpoint, method, target, again);
        }
        return response;
    }
    return send(endpoint, method, target, request);
}

function send(Client endpoint, string method, string target, Request request)
        returns @untainted Response|ClientError {
    handle answer = check sendRequest(endpoint.connections, method, target, request.entity);
    Response response = new;
    var [statusCode, reasonPhrase, server] = statusLine(answer);
    response.statusCode = statusCode;
    response.reasonPhrase = reasonPhrase;
    response.server = server;
    takeResponseMessage(answer, response.entity);
    return response;
}

function createConnections(@untainted string url, ClientConfiguration config) returns @untainted handle = external;

// Sends headers and body of an entity and waits for the head of the answer.
function sendRequest(handle connections, string method, string target, mime:Entity entity)
    returns @untainted handle|ClientError = external;

// Status, reason phrase, server.
function statusLine(handle answer) returns @untainted [int, string, string] = external;

// Moves headers and body of an answer into an entity.
function takeResponseMessage(handle answer, mime:Entity entity) = external;

// Removes the body and the headers that speak of it.
function dropBody(mime:Entity entity) = external;

// An address from one that may be relative to it.
function resolveLocation(string base, string location) returns @untainted string|ClientError = external;

function isSameOrigin(string one, string other) returns @untainted boolean = external;
