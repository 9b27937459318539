// Digests. Their results are trusted: nobody can choose the text of a digest.

# The MD5 digest of some bytes.
#
# + input - the bytes
# + return - the digest
public function hashMd5(byte[] input) returns @untainted byte[] = external;

# The SHA-1 digest of some bytes.
#
# + input - the bytes
# + return - the digest
public function hashSha1(byte[] input) returns @untainted byte[] = external;

# The SHA-256 digest of some bytes.
#
# + input - the bytes
# + return - the digest
public function hashSha256(byte[] input) returns @untainted byte[] = external;

# The SHA-384 digest of some bytes.
#
# + input - the bytes
# + return - the digest
public function hashSha384(byte[] input) returns @untainted byte[] = external;

# The SHA-512 digest of some bytes.
#
# + input - the bytes
# + return - the digest
public function hashSha512(byte[] input) returns @untainted byte[] = external;

# The HMAC of some bytes with MD5.
#
# + input - the bytes
# + key - the key
# + return - the authentication code
public function hmacMd5(byte[] input, byte[] key) returns @untainted byte[] = external;

# The HMAC of some bytes with SHA-1.
#
# + input - the bytes
# + key - the key
# + return - the authentication code
public function hmacSha1(byte[] input, byte[] key) returns @untainted byte[] = external;

# The HMAC of some bytes with SHA-256.
#
# + input - the bytes
# + key - the key
# + return - the authentication code
public function hmacSha256(byte[] input, byte[] key) returns @untainted byte[] = external;

# The HMAC of some bytes with SHA-384.
#
# + input - the bytes
# + key - the key
# + return - the authentication code
public function hmacSha384(byte[] input, byte[] key) returns @untainted byte[] = external;

# The HMAC of some bytes with SHA-512.
#
# + input - the bytes
# + key - the key
# + return - the authentication code
public function hmacSha512(byte[] input, byte[] key) returns @untainted byte[] = external;

# The CRC-32 check sum of some bytes.
#
# + input - the bytes
# + return - the sum in hexadecimal, lower case, without leading zeros
public function crc32b(byte[] input) returns @untainted string = external;
