// The filters that protect resources: who is it, and may they.

import ballerina/cache;
import ballerina/log;
import ballerina/runtime;

const AUTHENTICATION_FAILURE = "Authentication failure";
const AUTHORIZATION_FAILURE = "Authorization failure";

# Has the credentials of requests checked.
public type AuthnFilter object {

    *RequestFilter;

    # Checks the credentials of a request.
    #
    # + caller - to answer the client
    # + request - the request
    # + context - what is called
    # + return - whether the request goes on; false when the filter has answered
    public function filterRequest(Caller caller, Request request, FilterContext context) returns boolean {
        AuthPlan? plan = context.authPlan;
        if (plan is AuthPlan && plan.authenticate) {
            if (!isAuthenticated(plan.handlers, request)) {
                refuse(caller, STATUS_UNAUTHORIZED, AUTHENTICATION_FAILURE);
                return false;
            }
        }
        return true;
    }
};

# Lets users pass who have the scopes that a resource asks for.
public type AuthzFilter object {

    *RequestFilter;

    private cache:Cache? positiveAuthzCache;
    private cache:Cache? negativeAuthzCache;

    # Makes a filter.
    #
    # + positive - the memory of users who may
    # + negative - the memory of users who may not
    public function __init(AuthzCacheConfig positive, AuthzCacheConfig negative) {
        self.positiveAuthzCache = authzCache(positive);
        self.negativeAuthzCache = authzCache(negative);
    }

    # Checks the scopes of a request's user.
    #
    # + caller - to answer the client
    # + request - the request
    # + context - what is called
    # + return - whether the request goes on; false when the filter has answered
    public function filterRequest(Caller caller, Request request, FilterContext context) returns boolean {
        AuthPlan? plan = context.authPlan;
        if (plan is AuthPlan && plan.scopes.length() > 0) {
            if (!self.isAuthorized(plan.scopes, request, context)) {
                refuse(caller, STATUS_FORBIDDEN, AUTHORIZATION_FAILURE);
                return false;
            }
        }
        return true;
    }

    private function isAuthorized(string[][] wanted, Request request, FilterContext context) returns boolean {
        runtime:Principal? principal = authenticatedUser();
        if (principal is runtime:Principal) {
            string username = principal?.username ?: "";
            string[] scopes = principal?.scopes ?: [];
            if (username == "" || scopes.length() == 0) {
                return false;
            }
            json[] parts = [username, context.getServiceName(), context.getResourceName(), request.method];
            string key = parts.toJsonString() + scopeText(wanted);
            return self.remembered(key, wanted, scopes);
        }
        return false;
    }

    private function remembered(string key, string[][] wanted, string[] scopes) returns boolean {
        cache:Cache? positive = self.positiveAuthzCache;
        if (positive is cache:Cache && positive.get(key) is boolean) {
            return true;
        }
        cache:Cache? negative = self.negativeAuthzCache;
        if (negative is cache:Cache && negative.get(key) is boolean) {
            return false;
        }
        boolean matches = hasScopes(wanted, scopes);
        if (matches) {
            if (positive is cache:Cache) {
                positive.put(key, true);
            }
        } else if (negative is cache:Cache) {
            negative.put(key, false);
        }
        return matches;
    }
};

// One handler of every group must accept; a panic in a handler ends the request, it never passes.
function isAuthenticated(InboundAuthHandler[][] groups, Request request) returns boolean {
    foreach InboundAuthHandler[] choice in groups {
        if (!groupAccepts(choice, request)) {
            return false;
        }
    }
    return true;
}

function groupAccepts(InboundAuthHandler[] choice, Request request) returns boolean {
    foreach InboundAuthHandler handler in choice {
        if (handler.canProcess(request)) {
            boolean|AuthenticationError result = handler.process(request);
            if (result is AuthenticationError) {
                // Not an error of the service: whoever sends rubbish must not fill the log.
                log:printDebug("Failed to authenticate the request.");
            } else if (result) {
                return true;
            }
        }
    }
    return false;
}

function hasScopes(string[][] wanted, string[] scopes) returns boolean {
    foreach string[] choice in wanted {
        boolean found = false;
        foreach string scope in choice {
            found = found || !(scopes.indexOf(scope) is ());
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

// The required scopes as a text that tells all lists apart.
function scopeText(string[][] wanted) returns string {
    json[] groups = [];
    foreach string[] choice in wanted {
        json[] scopes = [];
        foreach string scope in choice {
            scopes.push(scope);
        }
        groups.push(scopes);
    }
    return groups.toJsonString();
}

function authzCache(AuthzCacheConfig config) returns cache:Cache? {
    if (!config.enabled) {
        return ();
    }
    cache:Cache result = new(config.expiryTimeInMillis, config.capacity, config.evictionFactor);
    return result;
}

// The body never says why.
function refuse(Caller caller, int status, @untainted string text) {
    Response response = new;
    response.statusCode = status;
    response.setTextPayload(text);
    ListenerError? failed = caller->respond(response);
    if (failed is ListenerError) {
        log:printError("failed to refuse a request", err = failed);
    }
}
