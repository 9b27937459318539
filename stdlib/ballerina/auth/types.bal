// Providers, configurations, constants and errors of authentication that know nothing of a protocol.

public const AUTH_SCHEME_BASIC = "Basic ";
public const AUTH_SCHEME_BEARER = "Bearer ";
public const CONFIG_PREFIX = "@";
public const CONFIG_PREFIX_SHA256 = "@sha256:";
public const CONFIG_PREFIX_SHA384 = "@sha384:";
public const CONFIG_PREFIX_SHA512 = "@sha512:";
public const DEFAULT_CHARSET = "UTF-8";

# Reason of this module's errors.
public const AUTH_ERROR = "{ballerina/auth}Error";

# What went wrong.
#
# + message - in words
# + cause - the error below it
public type Detail record {
    string message;
    error cause?;
};

# An error of this module.
public type Error error<AUTH_ERROR, Detail>;

# Decides whether credentials are good.
public type InboundAuthProvider abstract object {

    # Checks a credential.
    #
    # + credential - what the other side presented
    # + return - whether it is good, or an error when that cannot be told
    public function authenticate(string credential) returns boolean|Error;
};

# Makes credentials for calls of others.
public type OutboundAuthProvider abstract object {

    # Makes a token.
    #
    # + return - the token, or an error
    public function generateToken() returns string|Error;

    # Looks at an answer and decides whether to try again.
    #
    # + data - status and headers of the answer
    # + return - a token to try again with, nil to leave it at that, or an error
    public function inspect(map<anydata> data) returns string|Error?;
};

# Where the users stand.
#
# + tableName - the table of the configuration
public type BasicAuthConfig record {|
    string tableName;
|};

# A name and a password.
#
# + username - the name
# + password - the password
public type Credential record {|
    string username;
    string password;
|};
