// How credentials are found in requests and put into them.

import ballerina/auth;
import ballerina/runtime;

# Finds credentials in a request and has them checked.
public type InboundAuthHandler abstract object {

    # Tells whether a request has credentials of the kind that this handler knows.
    #
    # + req - the request
    # + return - whether it has
    public function canProcess(Request req) returns boolean;

    # Checks the credentials of a request.
    #
    # + req - the request
    # + return - whether they are good, or an error when that cannot be told
    public function process(Request req) returns boolean|AuthenticationError;
};

# Puts credentials into a request.
public type OutboundAuthHandler abstract object {

    # Makes a request ready to be sent.
    #
    # + req - the request
    # + return - the request with credentials, or an error
    public function prepare(Request req) returns Request|AuthenticationError;

    # Looks at the answer to a request.
    #
    # + req - the request
    # + resp - the answer
    # + return - a request to try again with, nil to leave it at that, or an error
    public function inspect(Request req, Response resp) returns Request|AuthenticationError?;
};

# Basic authentication: name and password.
#
# + authProvider - checks or makes the credentials
public type BasicAuthHandler object {

    *InboundAuthHandler;
    *OutboundAuthHandler;

    public auth:InboundAuthProvider|auth:OutboundAuthProvider authProvider;

    # Makes a handler.
    #
    # + authProvider - checks or makes the credentials
    public function __init(auth:InboundAuthProvider|auth:OutboundAuthProvider authProvider) {
        self.authProvider = authProvider;
    }

    # Tells whether a request has Basic credentials.
    #
    # + req - the request
    # + return - whether it has exactly one `Authorization` header, and that one is Basic
    public function canProcess(Request req) returns @tainted boolean {
        return hasCredential(req, auth:AUTH_SCHEME_BASIC);
    }

    # Checks the Basic credentials of a request.
    #
    # + req - the request
    # + return - whether they are good, or an error when that cannot be told
    public function process(Request req) returns boolean|AuthenticationError {
        return checkCredential(self.authProvider, req, 5, "Failed to authenticate with basic auth hanndler.");
    }

    # Puts Basic credentials into a request.
    #
    # + req - the request
    # + return - the same request, or an error
    public function prepare(Request req) returns Request|AuthenticationError {
        return putCredential(self.authProvider, req, auth:AUTH_SCHEME_BASIC,
            "Failed to prepare request at basic auth handler.");
    }

    # Looks at the answer to a request.
    #
    # + req - the request
    # + resp - the answer
    # + return - a request to try again with, nil to leave it at that, or an error
    public function inspect(Request req, Response resp) returns Request|AuthenticationError? {
        return inspectAnswer(self.authProvider, req, resp, auth:AUTH_SCHEME_BASIC,
            "Failed to inspect at basic auth handler.");
    }
};

# Bearer authentication: a token.
#
# + authProvider - checks or makes the tokens
public type BearerAuthHandler object {

    *InboundAuthHandler;
    *OutboundAuthHandler;

    public auth:InboundAuthProvider|auth:OutboundAuthProvider authProvider;

    # Makes a handler.
    #
    # + authProvider - checks or makes the tokens
    public function __init(auth:InboundAuthProvider|auth:OutboundAuthProvider authProvider) {
        self.authProvider = authProvider;
    }

    # Tells whether a request has a bearer token.
    #
    # + req - the request
    # + return - whether it has exactly one `Authorization` header, and that one is a bearer token
    public function canProcess(Request req) returns @tainted boolean {
        return hasCredential(req, auth:AUTH_SCHEME_BEARER);
    }

    # Checks the bearer token of a request.
    #
    # + req - the request
    # + return - whether it is good, or an error when that cannot be told
    public function process(Request req) returns boolean|AuthenticationError {
        return checkCredential(self.authProvider, req, 6, "Failed to authenticate with bearer auth handler.");
    }

    # Puts a bearer token into a request.
    #
    # + req - the request
    # + return - the same request, or an error
    public function prepare(Request req) returns Request|AuthenticationError {
        return putCredential(self.authProvider, req, auth:AUTH_SCHEME_BEARER,
            "Failed to prepare request at bearer auth handler.");
    }

    # Looks at the answer to a request.
    #
    # + req - the request
    # + resp - the answer
    # + return - a request to try again with, nil to leave it at that, or an error
    public function inspect(Request req, Response resp) returns Request|AuthenticationError? {
        return inspectAnswer(self.authProvider, req, resp, auth:AUTH_SCHEME_BEARER,
            "Failed to inspect at bearer auth handler.");
    }
};

# Reads the `Authorization` header; a missing one panics.
#
# + req - the request
# + return - the header's value
public function extractAuthorizationHeaderValue(Request req) returns @tainted string {
    return req.getHeader(AUTH_HEADER);
}

// Two headers leave open which of them counts, here and behind a proxy: neither does.
function hasCredential(Request req, string scheme) returns @tainted boolean {
    if (!req.hasHeader(AUTH_HEADER)) {
        return false;
    }
    string[] values = req.getHeaders(AUTH_HEADER);
    return values.length() == 1 && values[0].startsWith(scheme);
}

// The result is trusted, here and in what follows: what a handler decides about untrusted credentials is
// its verdict, and an error goes to the log and to whoever called, not to the other side.
function checkCredential(auth:InboundAuthProvider|auth:OutboundAuthProvider provider, Request req, int schemeLength,
        string failure) returns @untainted boolean|AuthenticationError {
    if (provider is auth:InboundAuthProvider) {
        string credential = extractAuthorizationHeaderValue(req).substring(schemeLength).trim();
        boolean|auth:Error result = provider.authenticate(credential);
        if (result is auth:Error) {
            return AuthenticationError(message = failure, cause = result);
        } else {
            return result;
        }
    } else {
        return AuthenticationError(message = "Outbound auth provider is configured for inbound authentication.");
    }
}

function putCredential(auth:InboundAuthProvider|auth:OutboundAuthProvider provider, Request req, string scheme,
        string failure) returns Request|AuthenticationError {
    if (provider is auth:OutboundAuthProvider) {
        string|auth:Error token = <@untainted> provider.generateToken();
        if (token is auth:Error) {
            return AuthenticationError(message = failure, cause = token);
        } else {
            req.setHeader(AUTH_HEADER, scheme + token);
            return req;
        }
    } else {
        return AuthenticationError(message = "Inbound auth provider is configured for outbound authentication.");
    }
}

function inspectAnswer(auth:InboundAuthProvider|auth:OutboundAuthProvider provider, Request req, Response resp,
        string scheme, string failure) returns Request|AuthenticationError? {
    if (provider is auth:OutboundAuthProvider) {
        string|auth:Error? token = <@untainted> provider.inspect(answerData(resp));
        if (token is auth:Error) {
            return AuthenticationError(message = failure, cause = token);
        } else if (token is string) {
            req.setHeader(AUTH_HEADER, scheme + token);
            return req;
        } else {
            return ();
        }
    } else {
        return AuthenticationError(message = "Inbound auth provider is configured for outbound authentication.");
    }
}

function answerData(Response resp) returns @tainted map<anydata> {
    map<anydata> data = { [STATUS_CODE]: resp.statusCode };
    foreach string name in resp.getHeaderNames() {
        // The name comes from the message itself.
        data[name] = resp.getHeaders(<@untainted> name);
    }
    return data;
}

function authenticatedUser() returns runtime:Principal? {
    runtime:InvocationContext context = runtime:getInvocationContext();
    return context?.principal;
}
