// Key stores and errors.

# A PKCS#12 file with private keys.
#
# + path - the file
# + password - opens it
public type KeyStore record {|
    string path;
    string password;
|};

# A PKCS#12 file with trusted certificates.
#
# + path - the file
# + password - opens it
public type TrustStore record {|
    string path;
    string password;
|};

# Reason of this module's errors.
public const CRYPTO_ERROR = "{ballerina/crypto}Error";

# What went wrong.
#
# + message - in words
# + cause - the error below it
public type Detail record {
    string message;
    error cause?;
};

# An error of this module.
public type Error error<CRYPTO_ERROR, Detail>;
