// What an authentication leaves in the invocation's context.

import ballerina/runtime;

# Records how the invocation was authenticated.
#
# + scheme - the scheme, as `basic`
# + authToken - what was presented
public function setAuthenticationContext(string scheme, string authToken) {
    runtime:InvocationContext context = runtime:getInvocationContext();
    context.authenticationContext = { scheme: scheme, authToken: authToken };
}

# Records who the invocation is made for. Empty names are not stored.
#
# + userId - names the user once and for all
# + username - the user's name
# + scopes - what the user may do
# + claims - what is claimed about the user
public function setPrincipal(string? userId = (), string? username = (), string[]? scopes = (),
        map<any>? claims = ()) {
    runtime:Principal principal = {};
    if (userId is string && userId != "") {
        principal.userId = userId;
    }
    if (username is string && username != "") {
        principal.username = username;
    }
    if (scopes is string[]) {
        principal.scopes = scopes;
    }
    if (claims is map<any>) {
        principal.claims = claims;
    }
    runtime:InvocationContext context = runtime:getInvocationContext();
    context.principal = principal;
}
