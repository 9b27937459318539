// Media types by name, parts of headers, and errors.

public const APPLICATION_OCTET_STREAM = "application/octet-stream";
public const APPLICATION_JSON = "application/json";
public const APPLICATION_XML = "application/xml";
public const APPLICATION_SVG_XML = "application/svg+xml";
public const APPLICATION_XHTML_XML = "application/xhtml+xml";
public const APPLICATION_SOAP_XML = "application/soap+xml";
public const APPLICATION_FORM_URLENCODED = "application/x-www-form-urlencoded";
public const APPLICATION_PDF = "application/pdf";
public const IMAGE_JPEG = "image/jpeg";
public const IMAGE_GIF = "image/gif";
public const IMAGE_PNG = "image/png";
public const MULTIPART_FORM_DATA = "multipart/form-data";
public const MULTIPART_MIXED = "multipart/mixed";
public const MULTIPART_ALTERNATIVE = "multipart/alternative";
public const MULTIPART_RELATED = "multipart/related";
public const MULTIPART_PARALLEL = "multipart/parallel";
public const TEXT_PLAIN = "text/plain";
public const TEXT_HTML = "text/html";
public const TEXT_XML = "text/xml";

public const BOUNDARY = "boundary";
public const START = "start";
public const TYPE = "type";
public const CHARSET = "charset";
public const DEFAULT_CHARSET = "UTF-8";
public const CONTENT_ID = "content-id";
public const CONTENT_LENGTH = "content-length";
public const CONTENT_TYPE = "content-type";
public const CONTENT_DISPOSITION = "content-disposition";

public const ENCODE_ERROR = "{ballerina/mime}EncodingFailed";
public const DECODE_ERROR = "{ballerina/mime}DecodingFailed";
public const GENERIC_MIME_ERROR = "{ballerina/mime}GenericMimeError";
public const SET_HEADER_FAILED = "{ballerina/mime}SetHeaderFailed";
public const READING_HEADER_FAILED = "{ballerina/mime}ReadingHeaderFailed";
public const PARSER_ERROR = "{ballerina/mime}ParsingEntityBodyFailed";
public const INVALID_CONTENT_TYPE = "{ballerina/mime}InvalidContentType";
public const HEADER_UNAVAILABLE = "{ballerina/mime}HeaderUnavailable";
public const IDLE_TIMEOUT_TRIGGERED = "{ballerina/mime}IdleTimeoutTriggeredError";
public const NO_CONTENT_ERROR_CODE = "{ballerina/mime}NoContentError";

# What went wrong.
#
# + message - in words
# + cause - the error below it
public type Detail record {
    string message;
    error cause?;
};

# Content could not be encoded.
public type EncodeError error<ENCODE_ERROR, Detail>;

# Content could not be decoded.
public type DecodeError error<DECODE_ERROR, Detail>;

# Anything else.
public type GenericMimeError error<GENERIC_MIME_ERROR, Detail>;

# A header may not have this name or value.
public type SetHeaderError error<SET_HEADER_FAILED, Detail>;

# A header cannot be read.
public type ReadingHeaderFailed error<READING_HEADER_FAILED, Detail>;

# A body is not what it was read as.
public type ParserError error<PARSER_ERROR, Detail>;

# No media type.
public type InvalidContentTypeError error<INVALID_CONTENT_TYPE, Detail>;

# There is no such header.
public type HeaderUnavailableError error<HEADER_UNAVAILABLE, Detail>;

# The other side was silent for too long.
public type IdleTimeoutTriggeredError error<IDLE_TIMEOUT_TRIGGERED, Detail>;

# There is no body.
public type NoContentError error<NO_CONTENT_ERROR_CODE, Detail>;

# Any error of this module.
public type Error ParserError|EncodeError|DecodeError|GenericMimeError|SetHeaderError|InvalidContentTypeError
    |ReadingHeaderFailed|HeaderUnavailableError|IdleTimeoutTriggeredError|NoContentError;
