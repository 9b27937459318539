// Settings of a client.

import ballerina/crypto;

# Settings of a client.
#
# + httpVersion - `1.1`, or `2.0` to use that where the server can
# + http1Settings - connections of HTTP/1.1
# + http2Settings - connections of HTTP/2
# + timeoutInMillis - how long to wait for a response
# + forwarded - whether a forwarding header is added: `enable`, `transition` or `disable`
# + followRedirects - whether redirections are followed
# + poolConfig - how many connections are kept
# + secureSocket - TLS; what the platform trusts when not given
# + cache - whether responses are kept
# + compression - whether bodies are compressed
# + auth - how credentials are put into requests
# + circuitBreaker - when calls are held back
# + retryConfig - how often failed calls are repeated
public type ClientConfiguration record {|
    string httpVersion = "1.1";
    ClientHttp1Settings http1Settings = {};
    ClientHttp2Settings http2Settings = {};
    int timeoutInMillis = 60000;
    string forwarded = "disable";
    FollowRedirects? followRedirects = ();
    PoolConfiguration? poolConfig = ();
    ClientSecureSocket? secureSocket = ();
    CacheConfig cache = {};
    Compression compression = COMPRESSION_AUTO;
    OutboundAuthConfig? auth = ();
    CircuitBreakerConfig? circuitBreaker = ();
    RetryConfig? retryConfig = ();
|};

# Connections of HTTP/1.1.
#
# + keepAlive - whether they stay open
# + chunking - whether requests are sent in chunks
# + proxy - a proxy between client and server
public type ClientHttp1Settings record {|
    KeepAlive keepAlive = KEEPALIVE_AUTO;
    Chunking chunking = CHUNKING_AUTO;
    ProxyConfig? proxy = ();
|};

# Connections of HTTP/2.
#
# + http2PriorKnowledge - whether plain connections begin with HTTP/2
public type ClientHttp2Settings record {|
    boolean http2PriorKnowledge = false;
|};

# A proxy.
#
# + host - its host
# + port - its port
# + userName - a user that it knows
# + password - the user's password
public type ProxyConfig record {|
    string host = "";
    int port = 0;
    string userName = "";
    string password = "";
|};

# Whether redirections are followed.
#
# + enabled - whether they are
# + maxCount - how many in a row
public type FollowRedirects record {|
    boolean enabled = false;
    int maxCount = 5;
|};

# How many connections are kept.
#
# + maxActiveConnections - how many may be in use, -1 for any number
# + maxIdleConnections - how many may wait for use
# + waitTimeInMillis - how long to wait for one
# + maxActiveStreamsPerConnection - how many calls one connection of HTTP/2 carries
public type PoolConfiguration record {
    int maxActiveConnections = -1;
    int maxIdleConnections = 100;
    int waitTimeInMillis = 30000;
    int maxActiveStreamsPerConnection = 50;
};

# TLS of a client.
#
# + disable - verifies nothing; for trying things out alone
# + trustStore - by which servers are verified
# + keyStore - the client's own key and certificate
# + certFile - the certificate as PEM, in place of a key store
# + keyFile - the key as PEM, in place of a key store
# + keyPassword - opens the key file
# + trustedCertFile - trusted certificates as PEM, in place of a trust store
# + protocol - versions of TLS
# + certValidation - whether certificates are checked for revocation
# + ciphers - cipher suites
# + verifyHostname - whether the certificate must name the host
# + shareSession - whether sessions are resumed
# + ocspStapling - whether revocation answers are asked for
# + handshakeTimeoutInSeconds - how long a handshake may take
# + sessionTimeoutInSeconds - how long a session may be resumed
public type ClientSecureSocket record {|
    boolean disable = false;
    crypto:TrustStore? trustStore = ();
    crypto:KeyStore? keyStore = ();
    string certFile = "";
    string keyFile = "";
    string keyPassword = "";
    string trustedCertFile = "";
    Protocols? protocol = ();
    ValidateCert? certValidation = ();
    string[] ciphers = [];
    boolean verifyHostname = true;
    boolean shareSession = true;
    boolean ocspStapling = false;
    int? handshakeTimeoutInSeconds = ();
    int? sessionTimeoutInSeconds = ();
|};

# What a cache goes by: the headers of responses, validators included.
public const CACHE_CONTROL_AND_VALIDATORS = "CACHE_CONTROL_AND_VALIDATORS";

# What a cache goes by: RFC 7234.
public const RFC_7234 = "RFC_7234";

# What a cache goes by.
public type CachingPolicy CACHE_CONTROL_AND_VALIDATORS|RFC_7234;

# Whether responses are kept.
#
# + enabled - whether they may be
# + isShared - whether several users share them
# + expiryTimeInMillis - how long
# + capacity - how many
# + evictionFactor - which part goes when it is full
# + policy - what it goes by
public type CacheConfig record {|
    boolean enabled = true;
    boolean isShared = false;
    int expiryTimeInMillis = 86400;
    int capacity = 8388608;
    float evictionFactor = 0.2;
    CachingPolicy policy = CACHE_CONTROL_AND_VALIDATORS;
|};

# How credentials are put into requests.
#
# + authHandler - who does it
public type OutboundAuthConfig record {|
    OutboundAuthHandler authHandler;
|};

# When calls are held back.
#
# + rollingWindow - which calls are counted
# + failureThreshold - which part of them may fail
# + resetTimeInMillis - how long calls are held back
# + statusCodes - statuses that count as failures
public type CircuitBreakerConfig record {|
    RollingWindow rollingWindow = {};
    float failureThreshold = 0.0;
    int resetTimeInMillis = 0;
    int[] statusCodes = [];
|};

# Which calls are counted.
#
# + requestVolumeThreshold - how many there must be
# + timeWindowInMillis - how far back
# + bucketSizeInMillis - in steps of
public type RollingWindow record {|
    int requestVolumeThreshold = 10;
    int timeWindowInMillis = 60000;
    int bucketSizeInMillis = 10000;
|};

# How often failed calls are repeated.
#
# + count - how often
# + intervalInMillis - the first pause
# + backOffFactor - what the pause is multiplied with each time
# + maxWaitIntervalInMillis - the longest pause
# + statusCodes - statuses that count as failures
public type RetryConfig record {|
    int count = 0;
    int intervalInMillis = 0;
    float backOffFactor = 0.0;
    int maxWaitIntervalInMillis = 0;
    int[] statusCodes = [];
|};

// What is not there yet is refused by name, it is not passed over in silence.
function refuseUnsupported(ClientConfiguration config) {
    ClientConfiguration usual = {};
    string? field = ();
    if (!(config.circuitBreaker is ())) {
        field = "circuitBreaker";
    } else if (!(config.retryConfig is ())) {
        field = "retryConfig";
    } else if (!(config.http1Settings.proxy is ())) {
        field = "http1Settings.proxy";
    } else if (config.http2Settings.http2PriorKnowledge) {
        field = "http2Settings.http2PriorKnowledge";
    } else if (config.forwarded.toLowerAscii() != usual.forwarded) {
        field = "forwarded";
    } else if (config.compression == COMPRESSION_ALWAYS) {
        field = "compression";
    } else if (config.cache.enabled && config.cache != usual.cache) {
        field = "cache";
    }
    if (field is string) {
        panic error("http:ClientConfiguration field '" + field + "' is not supported by this version of taintc");
    }
}
