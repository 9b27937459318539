// Settings of a listener.

import ballerina/crypto;

# Settings of a listener.
#
# + host - the address it listens on
# + http1Settings - limits and connections of HTTP/1.1
# + secureSocket - TLS; plain HTTP when not given
# + httpVersion - `1.1`, or `2.0` to offer that as well
# + filters - what requests and responses go through
# + timeoutInMillis - how long a connection may be idle
# + auth - how its services are protected
# + server - the `server` header of responses
# + webSocketCompressionEnabled - whether WebSockets are compressed
public type ListenerConfiguration record {|
    string host = "0.0.0.0";
    ListenerHttp1Settings http1Settings = {};
    ListenerSecureSocket? secureSocket = ();
    string httpVersion = "1.1";
    (RequestFilter|ResponseFilter)[] filters = [];
    int timeoutInMillis = 120000;
    ListenerAuth auth?;
    string? server = ();
    boolean webSocketCompressionEnabled = true;
|};

# Limits and connections of HTTP/1.1.
#
# + keepAlive - whether connections stay open
# + maxPipelinedRequests - how many requests may wait on a connection
# + maxUriLength - characters of a request's address
# + maxHeaderSize - bytes of all headers
# + maxEntityBodySize - bytes of a body, -1 for no limit
public type ListenerHttp1Settings record {|
    KeepAlive keepAlive = KEEPALIVE_AUTO;
    int maxPipelinedRequests = 10;
    int maxUriLength = 4096;
    int maxHeaderSize = 8192;
    int maxEntityBodySize = -1;
|};

# TLS of a listener.
#
# + trustStore - by which the certificates of clients are verified
# + keyStore - the listener's key and certificate
# + certFile - the certificate as PEM, in place of a key store
# + keyFile - the key as PEM, in place of a key store
# + keyPassword - opens the key file
# + trustedCertFile - trusted certificates as PEM, in place of a trust store
# + protocol - versions of TLS
# + certValidation - whether certificates are checked for revocation
# + ciphers - cipher suites of TLS 1.2
# + sslVerifyClient - `require` or `optional`: whether clients must or may show a certificate
# + shareSession - whether sessions are resumed
# + handshakeTimeoutInSeconds - how long a handshake may take
# + sessionTimeoutInSeconds - how long a session may be resumed
# + ocspStapling - whether revocation answers are sent along
public type ListenerSecureSocket record {|
    crypto:TrustStore? trustStore = ();
    crypto:KeyStore? keyStore = ();
    string certFile = "";
    string keyFile = "";
    string keyPassword = "";
    string trustedCertFile = "";
    Protocols? protocol = ();
    ValidateCert? certValidation = ();
    string[] ciphers = [
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
    ];
    string sslVerifyClient = "";
    boolean shareSession = true;
    int? handshakeTimeoutInSeconds = ();
    int? sessionTimeoutInSeconds = ();
    ListenerOcspStapling? ocspStapling = ();
|};

# Versions of TLS.
#
# + name - `TLS`
# + versions - as `TLSv1.2`
public type Protocols record {|
    string name = "";
    string[] versions = [];
|};

# Whether certificates are checked for revocation.
#
# + enable - whether they are
# + cacheSize - how many answers are kept
# + cacheValidityPeriod - how long they are
public type ValidateCert record {|
    boolean enable = false;
    int cacheSize = 0;
    int cacheValidityPeriod = 0;
|};

# Whether revocation answers are sent along.
#
# + enable - whether they are
# + cacheSize - how many answers are kept
# + cacheValidityPeriod - how long they are
public type ListenerOcspStapling record {|
    boolean enable = false;
    int cacheSize = 0;
    int cacheValidityPeriod = 0;
|};

# How the services of a listener are protected.
#
# + authHandlers - who checks credentials: one of a list, or one of each list
# + scopes - what a user must be allowed to do: one of a list, or one of each list
# + positiveAuthzCache - remembers who may
# + negativeAuthzCache - remembers who may not
# + mandateSecureSocket - whether the listener must have TLS
# + position - how many of the listener's filters come before the checks
public type ListenerAuth record {|
    InboundAuthHandler[]|InboundAuthHandler[][] authHandlers;
    string[]|string[][] scopes?;
    AuthzCacheConfig positiveAuthzCache = {};
    AuthzCacheConfig negativeAuthzCache = {};
    boolean mandateSecureSocket = true;
    int position = 0;
|};

# A memory of decisions.
#
# + enabled - whether there is one
# + capacity - how many decisions it holds
# + expiryTimeInMillis - how long one is kept without being used
# + evictionFactor - which part goes when it is full
public type AuthzCacheConfig record {|
    boolean enabled = true;
    int capacity = 100;
    int expiryTimeInMillis = 5000;
    float evictionFactor = 1.0;
|};
