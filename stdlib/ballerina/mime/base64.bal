// Base64 of texts, bytes and channels.

import ballerina/io;
import ballerina/lang.array as arrays;
import ballerina/lang.'string as strings;

# Encodes.
#
# + contentToBeEncoded - a text, bytes or a channel
# + charset - how a text is turned into bytes; UTF-8 is known
# + return - the same kind of value, or an error
public function base64Encode((string|byte[]|io:ReadableByteChannel) contentToBeEncoded, string charset = "utf-8")
        returns (string|byte[]|io:ReadableByteChannel|EncodeError) {
    if (contentToBeEncoded is string) {
        if (!isUtf8(charset)) {
            return prepareEncodingErrorWithDetail("unsupported charset: " + charset);
        }
        return contentToBeEncoded.toBytes().toBase64();
    } else if (contentToBeEncoded is byte[]) {
        return contentToBeEncoded.toBase64().toBytes();
    } else {
        io:ReadableByteChannel|io:Error encoded = contentToBeEncoded.base64Encode();
        if (encoded is io:Error) {
            return EncodeError(message = "the channel cannot be encoded", cause = encoded);
        } else {
            return encoded;
        }
    }
}

# Decodes.
#
# + contentToBeDecoded - a text, bytes or a channel
# + charset - how the bytes of a text are read; UTF-8 is known
# + return - the same kind of value, or an error
public function base64Decode((string|byte[]|io:ReadableByteChannel) contentToBeDecoded, string charset = "utf-8")
        returns (string|byte[]|io:ReadableByteChannel|DecodeError) {
    if (contentToBeDecoded is string) {
        if (!isUtf8(charset)) {
            return prepareDecodingErrorWithDetail("unsupported charset: " + charset);
        }
        byte[]|error bytes = arrays:fromBase64(contentToBeDecoded);
        if (bytes is error) {
            return DecodeError(message = "the text is no valid Base64", cause = bytes);
        } else {
            string|error text = strings:fromBytes(bytes);
            if (text is error) {
                return DecodeError(message = "the decoded bytes are no valid text", cause = text);
            } else {
                return text;
            }
        }
    } else if (contentToBeDecoded is byte[]) {
        return base64DecodeBlob(contentToBeDecoded);
    } else {
        io:ReadableByteChannel|io:Error decoded = contentToBeDecoded.base64Decode();
        if (decoded is io:Error) {
            return DecodeError(message = "the channel cannot be decoded", cause = decoded);
        } else {
            return decoded;
        }
    }
}

# Encodes bytes.
#
# + valueToBeEncoded - the bytes
# + return - their Base64 text as bytes
public function base64EncodeBlob(byte[] valueToBeEncoded) returns byte[]|EncodeError {
    return valueToBeEncoded.toBase64().toBytes();
}

# Decodes bytes.
#
# + valueToBeDecoded - Base64 text as bytes
# + return - the bytes, or an error when it is no Base64
public function base64DecodeBlob(byte[] valueToBeDecoded) returns byte[]|DecodeError {
    string|error text = strings:fromBytes(valueToBeDecoded);
    if (text is error) {
        return DecodeError(message = "the bytes are no valid Base64", cause = text);
    } else {
        byte[]|error bytes = arrays:fromBase64(text);
        if (bytes is error) {
            return DecodeError(message = "the bytes are no valid Base64", cause = bytes);
        } else {
            return bytes;
        }
    }
}

# Makes the error for content that cannot be encoded.
#
# + detail - why
# + return - the error
public function prepareEncodingErrorWithDetail(string detail) returns EncodeError {
    return EncodeError(message = detail);
}

# Makes the error for content that cannot be decoded.
#
# + detail - why
# + return - the error
public function prepareDecodingErrorWithDetail(string detail) returns DecodeError {
    return DecodeError(message = detail);
}

function isUtf8(string charset) returns boolean {
    string name = charset.toLowerAscii();
    return name == "utf-8" || name == "utf8";
}
