// Names and passwords for calls of others.

import ballerina/runtime;

const SCHEME_LDAP = "ldap";

# Makes Basic credentials, from a name and a password or from what the invocation was authenticated by.
#
# + credential - name and password
public type OutboundBasicAuthProvider object {

    *OutboundAuthProvider;

    public Credential? credential;

    # Makes a provider.
    #
    # + credential - name and password; what the invocation was authenticated by when not given
    public function __init(Credential? credential = ()) {
        self.credential = credential;
    }

    # Makes a token.
    #
    # + return - Base64 of name, colon, password, or an error
    public function generateToken() returns string|Error {
        Credential? credential = self.credential;
        if (credential is Credential) {
            if (credential.username == "" || credential.password == "") {
                return Error(message = "Username or password cannot be empty.");
            }
            string text = credential.username + ":" + credential.password;
            return text.toBytes().toBase64();
        }
        runtime:InvocationContext invocation = runtime:getInvocationContext();
        runtime:AuthenticationContext? context = invocation?.authenticationContext;
        if (context is runtime:AuthenticationContext) {
            string? scheme = context?.scheme;
            string? authToken = context?.authToken;
            // The token of another scheme is no Basic credential.
            if (authToken is string && (scheme == SCHEME_BASIC || scheme == SCHEME_LDAP)) {
                return authToken;
            }
        }
        return Error(message = "Failed to generate basic auth token since credential config is not defined and "
            + "auth token is not defined in the authentication context at invocation context.");
    }

    # Leaves every answer as it is.
    #
    # + data - status and headers of the answer
    # + return - nil
    public function inspect(map<anydata> data) returns string|Error? {
        return ();
    }
};

# The name that the guide uses.
public type OutboundBasicProvider OutboundBasicAuthProvider;
