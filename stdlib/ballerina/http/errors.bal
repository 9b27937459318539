// Errors: their reasons, their types, and what clients and listeners may give.

# What went wrong.
#
# + message - in words
# + cause - the error below it
public type Detail record {
    string message;
    error cause?;
};

public const ALL_RETRY_ATTEMPTS_FAILED = "{ballerina/http}AllRetryAttemptsFailed";

# Every repetition of a request failed.
public type AllRetryAttemptsFailed error<ALL_RETRY_ATTEMPTS_FAILED, Detail>;

public const AUTHN_FAILED = "{ballerina/http}AuthenticationFailed";

# Credentials could not be checked or made.
public type AuthenticationError error<AUTHN_FAILED, Detail>;

public const AUTHZ_FAILED = "{ballerina/http}AuthorizationFailed";

# A user may not do what was asked for.
public type AuthorizationError error<AUTHZ_FAILED, Detail>;

public const UPSTREAM_SERVICE_UNAVAILABLE = "{ballerina/http}UpstreamServiceUnavailable";

# Calls are held back because too many have failed.
public type UpstreamServiceUnavailableError error<UPSTREAM_SERVICE_UNAVAILABLE, Detail>;

public const IDLE_TIMEOUT_ERROR = "{ballerina/http}IdleTimeoutError";

# The other side was silent for too long.
public type IdleTimeoutError error<IDLE_TIMEOUT_ERROR, Detail>;

public const GENERIC_CLIENT_ERROR = "{ballerina/http}GenericClientError";

# Any other failure of a client.
public type GenericClientError error<GENERIC_CLIENT_ERROR, Detail>;

public const GENERIC_LISTENER_ERROR = "{ballerina/http}GenericListenerError";

# Any other failure of a listener.
public type GenericListenerError error<GENERIC_LISTENER_ERROR, Detail>;

public const SSL_ERROR = "{ballerina/http}SslError";

# The other side is not who it should be, or does not speak TLS.
public type SslError error<SSL_ERROR, Detail>;

public const UNSUPPORTED_ACTION = "{ballerina/http}UnsupportedAction";

# Something that the endpoint cannot do.
public type UnsupportedActionError error<UNSUPPORTED_ACTION, Detail>;

public const MAXIMUM_WAIT_TIME_EXCEEDED = "{ballerina/http}MaximumWaitTimeExceeded";

# No connection became free in time.
public type MaximumWaitTimeExceededError error<MAXIMUM_WAIT_TIME_EXCEEDED, Detail>;

public const INITIALIZING_OUTBOUND_REQUEST_FAILED = "{ballerina/http}InitializingOutboundRequestFailed";

# The request could not be begun.
public type InitializingOutboundRequestError error<INITIALIZING_OUTBOUND_REQUEST_FAILED, Detail>;

public const WRITING_OUTBOUND_REQUEST_HEADERS_FAILED = "{ballerina/http}WritingOutboundRequestHeadersFailed";

# The headers of the request could not be sent.
public type WritingOutboundRequestHeadersError error<WRITING_OUTBOUND_REQUEST_HEADERS_FAILED, Detail>;

public const WRITING_OUTBOUND_REQUEST_BODY_FAILED = "{ballerina/http}WritingOutboundRequestBodyFailed";

# The body of the request could not be sent.
public type WritingOutboundRequestBodyError error<WRITING_OUTBOUND_REQUEST_BODY_FAILED, Detail>;

public const INITIALIZING_INBOUND_RESPONSE_FAILED = "{ballerina/http}InitializingInboundResponseFailed";

# The response could not be begun.
public type InitializingInboundResponseError error<INITIALIZING_INBOUND_RESPONSE_FAILED, Detail>;

public const READING_INBOUND_RESPONSE_HEADERS_FAILED = "{ballerina/http}ReadingInboundResponseHeadersFailed";

# The headers of the response could not be read.
public type ReadingInboundResponseHeadersError error<READING_INBOUND_RESPONSE_HEADERS_FAILED, Detail>;

public const READING_INBOUND_RESPONSE_BODY_FAILED = "{ballerina/http}ReadingInboundResponseBodyFailed";

# The body of the response could not be read.
public type ReadingInboundResponseBodyError error<READING_INBOUND_RESPONSE_BODY_FAILED, Detail>;

public const INITIALIZING_INBOUND_REQUEST_FAILED = "{ballerina/http}InitializingInboundRequestFailed";

# The request could not be begun.
public type InitializingInboundRequestError error<INITIALIZING_INBOUND_REQUEST_FAILED, Detail>;

public const READING_INBOUND_REQUEST_HEADERS_FAILED = "{ballerina/http}ReadingInboundRequestHeadersFailed";

# The headers of the request could not be read.
public type ReadingInboundRequestHeadersError error<READING_INBOUND_REQUEST_HEADERS_FAILED, Detail>;

public const READING_INBOUND_REQUEST_BODY_FAILED = "{ballerina/http}ReadingInboundRequestBodyFailed";

# The body of the request could not be read.
public type ReadingInboundRequestBodyError error<READING_INBOUND_REQUEST_BODY_FAILED, Detail>;

public const INITIALIZING_OUTBOUND_RESPONSE_FAILED = "{ballerina/http}InitializingOutboundResponseFailed";

# The response could not be begun.
public type InitializingOutboundResponseError error<INITIALIZING_OUTBOUND_RESPONSE_FAILED, Detail>;

public const WRITING_OUTBOUND_RESPONSE_HEADERS_FAILED = "{ballerina/http}WritingOutboundResponseHeadersFailed";

# The headers of the response could not be sent.
public type WritingOutboundResponseHeadersError error<WRITING_OUTBOUND_RESPONSE_HEADERS_FAILED, Detail>;

public const WRITING_OUTBOUND_RESPONSE_BODY_FAILED = "{ballerina/http}WritingOutboundResponseBodyFailed";

# The body of the response could not be sent.
public type WritingOutboundResponseBodyError error<WRITING_OUTBOUND_RESPONSE_BODY_FAILED, Detail>;

# Any error of a client.
public type ClientError AllRetryAttemptsFailed|AuthenticationError|UpstreamServiceUnavailableError
    |IdleTimeoutError|GenericClientError|SslError|UnsupportedActionError|MaximumWaitTimeExceededError
    |InitializingOutboundRequestError|WritingOutboundRequestHeadersError|WritingOutboundRequestBodyError
    |InitializingInboundResponseError|ReadingInboundResponseHeadersError|ReadingInboundResponseBodyError;

# Any error of a listener or of answering.
public type ListenerError GenericListenerError|InitializingInboundRequestError|ReadingInboundRequestHeadersError
    |ReadingInboundRequestBodyError|InitializingOutboundResponseError|WritingOutboundResponseHeadersError
    |WritingOutboundResponseBodyError;
