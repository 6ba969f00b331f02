/** How a token's digest is made: SHA-256 (FIPS 180-4), or HMAC with it (RFC 2104) under a key outside the database. */
export type HashScheme = 'sha256' | 'hmac-sha256';
