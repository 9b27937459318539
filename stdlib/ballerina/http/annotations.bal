// What services and resources say about themselves.

# Settings of a service.
#
# + host - the host name it answers to
# + basePath - what its paths begin with; `/` and its name when empty
# + compression - how answers are compressed
# + chunking - whether answers are sent in chunks
# + cors - which pages of other origins may use it
# + versioning - how `{version}` in the base path is filled in
# + auth - how it is protected, where that differs from the listener
public type HttpServiceConfig record {|
    string host = "b7a.default";
    string basePath = "";
    CompressionConfig compression = {};
    Chunking chunking = CHUNKING_AUTO;
    CorsConfig cors = {};
    Versioning versioning = {};
    ServiceAuth auth?;
|};

# Settings of a resource.
#
# + methods - the methods it answers to, all when empty
# + path - its path below the service's; `/` and its name when empty
# + basePath - the name that the guide gives `path`
# + body - the parameter that takes the body
# + consumes - media types that it takes, all when empty
# + produces - media types that it gives, any when empty
# + cors - which pages of other origins may use it
# + transactionInfectable - whether it takes part in a caller's transaction
# + webSocketUpgrade - how it becomes a WebSocket
# + auth - how it is protected, where that differs from the service
public type HttpResourceConfig record {|
    string[] methods = [];
    string path = "";
    string basePath?;
    string body = "";
    string[] consumes = [];
    string[] produces = [];
    CorsConfig cors = {};
    boolean transactionInfectable = true;
    WebSocketUpgradeConfig? webSocketUpgrade = ();
    ResourceAuth auth?;
|};

# How answers are compressed.
#
# + enable - where asked for, always, never
# + contentTypes - media types that are compressed
public type CompressionConfig record {|
    Compression enable = COMPRESSION_AUTO;
    string[] contentTypes = [];
|};

# Which pages of other origins may use a service.
#
# + allowHeaders - headers that their requests may have
# + allowMethods - methods that they may use
# + allowOrigins - the origins, `*` for all
# + exposeHeaders - headers of answers that they may read
# + allowCredentials - whether the user's credentials go along
# + maxAge - seconds that a browser may remember all this
public type CorsConfig record {|
    string[] allowHeaders = [];
    string[] allowMethods = [];
    string[] allowOrigins = [];
    string[] exposeHeaders = [];
    boolean allowCredentials = false;
    int maxAge = -1;
|};

# How `{version}` in a base path is filled in.
#
# + pattern - how a version looks
# + allowNoVersion - whether requests may leave it out
# + matchMajorVersion - whether the major version is enough
public type Versioning record {|
    string pattern = "v{major}.{minor}";
    boolean allowNoVersion = false;
    boolean matchMajorVersion = false;
|};

# How a resource becomes a WebSocket.
#
# + upgradePath - the path
# + upgradeService - what serves the WebSocket
public type WebSocketUpgradeConfig record {|
    string upgradePath = "";
    service upgradeService?;
|};

# Protection of a service, where it differs from its listener's.
#
# + enabled - whether it is protected at all
# + authHandlers - who checks credentials: one of a list, or one of each list
# + scopes - what a user must be allowed to do: one of a list, or one of each list
public type ServiceAuth record {|
    boolean enabled = true;
    InboundAuthHandler[]|InboundAuthHandler[][] authHandlers?;
    string[]|string[][] scopes?;
|};

# Protection of a resource, where it differs from its service's.
#
# + enabled - whether it is protected at all; as the service when not said
# + authHandlers - who checks credentials: one of a list, or one of each list
# + scopes - what a user must be allowed to do: one of a list, or one of each list
public type ResourceAuth record {|
    boolean enabled?;
    InboundAuthHandler[]|InboundAuthHandler[][] authHandlers?;
    string[]|string[][] scopes?;
|};

# Settings of a service.
public annotation HttpServiceConfig ServiceConfig on service;

# Settings of a resource.
public annotation HttpResourceConfig ResourceConfig on resource function;
