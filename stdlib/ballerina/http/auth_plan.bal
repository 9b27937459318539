// How a resource is protected: the listener's, the service's and the resource's own settings in one.
// Everything is settled when a service is attached; a request only looks at the outcome.

import ballerina/log;

// Credentials are checked by one handler of each list; afterwards the user must have one scope of each
// list. No lists of scopes: whoever is authenticated passes.
type AuthPlan record {|
    boolean authenticate;
    InboundAuthHandler[][] handlers;
    string[][] scopes;
|};

// The part that service and resource have in common; `enabled` is nil when it is not said.
type AuthSettings record {|
    boolean? enabled = ();
    InboundAuthHandler[][]? handlers = ();
    string[][]? scopes = ();
|};

function planAuth(ListenerAuth listenerAuth, AuthSettings serviceAuth, AuthSettings resourceAuth, string what)
        returns AuthPlan {
    AuthPlan plan = {
        authenticate: false,
        handlers: handlerGroups(listenerAuth.authHandlers),
        scopes: scopeGroups(listenerAuth?.scopes)
    };
    boolean serviceEnabled = serviceAuth.enabled ?: true;
    plan.authenticate = isAsked(resourceAuth.enabled, serviceEnabled, resourceAuth.handlers is InboundAuthHandler[][]);
    if (!plan.authenticate) {
        log:printWarn(what + " is not secured. `enabled: false`.");
    }
    InboundAuthHandler[][]? handlers = resourceAuth.handlers;
    if (handlers is InboundAuthHandler[][]) {
        plan.handlers = handlers;
    } else if (serviceEnabled) {
        plan.handlers = serviceAuth.handlers ?: plan.handlers;
    }
    if (!isAsked(resourceAuth.enabled, serviceEnabled, resourceAuth.scopes is string[][])) {
        plan.scopes = [];
        return plan;
    }
    string[][]? scopes = resourceAuth.scopes;
    if (scopes is string[][]) {
        plan.scopes = scopes;
    } else if (serviceEnabled) {
        plan.scopes = serviceAuth.scopes ?: plan.scopes;
    }
    return plan;
}

// The resource's own word counts most; without it, own settings count as a yes, then the service's word.
function isAsked(boolean? resourceEnabled, boolean serviceEnabled, boolean hasOwn) returns boolean {
    if (resourceEnabled is boolean) {
        return resourceEnabled;
    }
    return hasOwn || serviceEnabled;
}

function serviceAuthSettings(HttpServiceConfig? config) returns AuthSettings {
    ServiceAuth? auth = config?.auth;
    AuthSettings settings = {};
    if (auth is ServiceAuth) {
        settings.enabled = auth.enabled;
        InboundAuthHandler[]|InboundAuthHandler[][]|() handlers = auth?.authHandlers;
        if (!(handlers is ())) {
            settings.handlers = handlerGroups(handlers);
        }
        string[]|string[][]|() scopes = auth?.scopes;
        if (!(scopes is ())) {
            settings.scopes = scopeGroups(scopes);
        }
    }
    return settings;
}

function resourceAuthSettings(HttpResourceConfig? config) returns AuthSettings {
    ResourceAuth? auth = config?.auth;
    AuthSettings settings = {};
    if (auth is ResourceAuth) {
        settings.enabled = auth?.enabled;
        InboundAuthHandler[]|InboundAuthHandler[][]|() handlers = auth?.authHandlers;
        if (!(handlers is ())) {
            settings.handlers = handlerGroups(handlers);
        }
        string[]|string[][]|() scopes = auth?.scopes;
        if (!(scopes is ())) {
            settings.scopes = scopeGroups(scopes);
        }
    }
    return settings;
}

// Whether the settings want something that only a listener with `auth` can give.
function asksForProtection(AuthSettings settings) returns boolean {
    boolean? enabled = settings.enabled;
    if (enabled is boolean) {
        return enabled;
    }
    return settings.handlers is InboundAuthHandler[][] || settings.scopes is string[][];
}

// An empty list would be open to all or closed to all, depending on where it stands: nobody means that.

function handlerGroups(InboundAuthHandler[]|InboundAuthHandler[][] handlers) returns InboundAuthHandler[][] {
    InboundAuthHandler[][] groups = [];
    if (handlers is InboundAuthHandler[]) {
        groups.push(handlers);
    } else {
        groups = handlers;
    }
    foreach InboundAuthHandler[] choice in groups {
        if (choice.length() == 0) {
            panic error("The authHandlers array should not be empty, nor a group inside it.");
        }
    }
    if (groups.length() == 0) {
        panic error("The authHandlers array should not be empty, nor a group inside it.");
    }
    return groups;
}

function scopeGroups(string[]|string[][]|() scopes) returns string[][] {
    string[][] groups = [];
    if (scopes is ()) {
        return groups;
    } else if (scopes is string[]) {
        groups.push(scopes);
    } else {
        groups = scopes;
    }
    foreach string[] choice in groups {
        if (choice.length() == 0) {
            panic error("The scopes array should not be empty, nor a group inside it.");
        }
    }
    if (groups.length() == 0) {
        panic error("The scopes array should not be empty, nor a group inside it.");
    }
    return groups;
}
