// Users and passwords of the configuration.

import ballerina/crypto;
import ballerina/lang.array as arrays;
import ballerina/lang.'string as strings;

const DEFAULT_TABLE = "b7a.users";
const SCHEME_BASIC = "basic";

# Checks names and passwords against a table of the configuration: `<table>.<user>.password` and, for
# what a user may do, `<table>.<user>.scopes`.
#
# + basicAuthConfig - where the users stand
public type InboundBasicAuthProvider object {

    *InboundAuthProvider;

    public BasicAuthConfig basicAuthConfig;

    # Makes a provider.
    #
    # + basicAuthConfig - where the users stand; `b7a.users` when it is not given
    public function __init(BasicAuthConfig? basicAuthConfig = ()) {
        if (basicAuthConfig is BasicAuthConfig) {
            self.basicAuthConfig = basicAuthConfig;
        } else {
            self.basicAuthConfig = { tableName: DEFAULT_TABLE };
        }
    }

    # Checks a credential.
    #
    # + credential - Base64 of name, colon, password
    # + return - whether there is such a user with such a password, or an error when it is no credential
    public function authenticate(string credential) returns boolean|Error {
        if (credential == "") {
            return false;
        }
        var [username, password] = check extractUsernameAndPassword(credential);
        if (username == "" || password == "") {
            return false;
        }
        // For an unknown user another one's password is checked in vain, so that both take as long.
        var [stored, isKnown] = storedPassword(self.basicAuthConfig.tableName, username);
        boolean matches = passwordMatches(stored, password);
        if (!isKnown || !matches) {
            return false;
        }
        setAuthenticationContext(SCHEME_BASIC, credential);
        string scopes = storedScopes(self.basicAuthConfig.tableName, username);
        setPrincipal(username, username, splitScopes(scopes));
        return true;
    }
};

# Takes a Basic credential apart at its first colon.
#
# + credential - Base64 of name, colon, password
# + return - name and password, or an error when it is no credential
public function extractUsernameAndPassword(string credential) returns [string, string]|Error {
    byte[]|error bytes = arrays:fromBase64(credential);
    if (bytes is error) {
        return Error(message = "Failed to decode the credential.");
    } else {
        string|error text = strings:fromBytes(bytes);
        if (text is error) {
            return Error(message = "Failed to decode the credential.");
        } else {
            int? colon = text.indexOf(":");
            if (colon is int) {
                return [text.substring(0, colon), text.substring(colon + 1)];
            } else {
                return Error(message = "Incorrect credential format. Format should be username:password");
            }
        }
    }
}

// A stored value that begins like a hash and is none never matches: compared as it stands, the stored
// text itself would log in.
function passwordMatches(string stored, string password) returns boolean {
    if (stored.startsWith(CONFIG_PREFIX_SHA256)) {
        return digestMatches(stored, crypto:hashSha256(password.toBytes()));
    } else if (stored.startsWith(CONFIG_PREFIX_SHA384)) {
        return digestMatches(stored, crypto:hashSha384(password.toBytes()));
    } else if (stored.startsWith(CONFIG_PREFIX_SHA512)) {
        return digestMatches(stored, crypto:hashSha512(password.toBytes()));
    }
    return equalsInConstantTime(stored, password);
}

function digestMatches(string stored, byte[] digest) returns boolean {
    int? open = stored.indexOf("{");
    if (open is int && stored.endsWith("}")) {
        string hex = stored.substring(open + 1, stored.length() - 1);
        return equalsInConstantTime(hex.toLowerAscii(), digest.toBase16().toLowerAscii());
    }
    return false;
}

function splitScopes(string scopes) returns string[] {
    string[] result = [];
    string rest = scopes;
    while (rest != "") {
        int? comma = rest.indexOf(",");
        string scope = rest;
        if (comma is int) {
            scope = rest.substring(0, comma);
            rest = rest.substring(comma + 1);
        } else {
            rest = "";
        }
        scope = scope.trim();
        if (scope != "") {
            result.push(scope);
        }
    }
    return result;
}

// The entry of exactly that user in exactly that table, and whether there is one; else another user's.
function storedPassword(string tableName, string username) returns @untainted [string, boolean] = external;

// The scopes of exactly that user, empty when there are none.
function storedScopes(string tableName, string username) returns @untainted string = external;

function equalsInConstantTime(string one, string other) returns boolean = external;
