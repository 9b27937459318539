// Header names, methods and how connections, bodies and credentials are handled, by name.

public const AUTH_HEADER = "Authorization";
public const CONTENT_TYPE = "content-type";
public const LOCATION = "Location";
public const SERVER = "server";
public const ETAG = "etag";
public const LAST_MODIFIED = "last-modified";
public const EXPECT = "expect";

public const HTTP_GET = "GET";
public const HTTP_POST = "POST";
public const HTTP_PUT = "PUT";
public const HTTP_PATCH = "PATCH";
public const HTTP_DELETE = "DELETE";
public const HTTP_HEAD = "HEAD";
public const HTTP_OPTIONS = "OPTIONS";

# Attribute of the invocation's context: the service that was called.
public const SERVICE_NAME = "SERVICE_NAME";

# Attribute of the invocation's context: the resource that was called.
public const RESOURCE_NAME = "RESOURCE_NAME";

# Attribute of the invocation's context: the method of the request.
public const REQUEST_METHOD = "REQUEST_METHOD";

# Key of an answer's status in what a provider inspects.
public const STATUS_CODE = "STATUS_CODE";

public const KEEPALIVE_AUTO = "AUTO";
public const KEEPALIVE_ALWAYS = "ALWAYS";
public const KEEPALIVE_NEVER = "NEVER";

# Whether connections stay open: as the other side wishes, always, never.
public type KeepAlive KEEPALIVE_AUTO|KEEPALIVE_ALWAYS|KEEPALIVE_NEVER;

public const CHUNKING_AUTO = "AUTO";
public const CHUNKING_ALWAYS = "ALWAYS";
public const CHUNKING_NEVER = "NEVER";

# Whether bodies are sent in chunks: when their length is not known, always, never.
public type Chunking CHUNKING_AUTO|CHUNKING_ALWAYS|CHUNKING_NEVER;

public const COMPRESSION_AUTO = "AUTO";
public const COMPRESSION_ALWAYS = "ALWAYS";
public const COMPRESSION_NEVER = "NEVER";

# Whether bodies are compressed: where asked for, always, never.
public type Compression COMPRESSION_AUTO|COMPRESSION_ALWAYS|COMPRESSION_NEVER;

public const AUTH_HEADER_BEARER = "AUTH_HEADER_BEARER";
public const POST_BODY_BEARER = "POST_BODY_BEARER";
public const NO_BEARER = "NO_BEARER";

# How a client's own credentials are sent to an authorization server.
public type CredentialBearer AUTH_HEADER_BEARER|POST_BODY_BEARER|NO_BEARER;

public const REDIRECT_MULTIPLE_CHOICES_300 = 300;
public const REDIRECT_MOVED_PERMANENTLY_301 = 301;
public const REDIRECT_FOUND_302 = 302;
public const REDIRECT_SEE_OTHER_303 = 303;
public const REDIRECT_NOT_MODIFIED_304 = 304;
public const REDIRECT_USE_PROXY_305 = 305;
public const REDIRECT_TEMPORARY_REDIRECT_307 = 307;
public const REDIRECT_PERMANENT_REDIRECT_308 = 308;

# The statuses of a redirection.
public type RedirectCode REDIRECT_MULTIPLE_CHOICES_300|REDIRECT_MOVED_PERMANENTLY_301|REDIRECT_FOUND_302
    |REDIRECT_SEE_OTHER_303|REDIRECT_NOT_MODIFIED_304|REDIRECT_USE_PROXY_305|REDIRECT_TEMPORARY_REDIRECT_307
    |REDIRECT_PERMANENT_REDIRECT_308;
