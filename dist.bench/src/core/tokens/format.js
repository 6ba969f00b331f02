import { crc32 } from 'node:zlib';
/**
 * `scimctl_<public id>_<secret><checksum>`: 12 base62 characters of id, 43 of secret (32 random bytes), 6 of
 * CRC-32 over all that stands before. Letters, digits and `_` only, so that a double click selects all of it.
 * The checksum catches typing errors offline and serves secret scanners; it decides nothing.
 */
export const TOKEN_PATTERN = /^scimctl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/;
/** What a token begins with; an access token of OAuth 2.0, which is short-lived and made of one, differently. */
export const PREFIXES = { token: 'scimctl_', accessToken: 'scimctl_at_' };
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PUBLIC_ID_LENGTH = 12;
const SECRET_LENGTH = 43; // ⌈256 / log2 62⌉
const CHECKSUM_LENGTH = 6; // ⌈32 / log2 62⌉
/** A new token from 32 random bytes and an id of its own. */
export function generateToken(random, kind = 'token') {
    const publicId = randomText(random, PUBLIC_ID_LENGTH);
    const secret = BigInt(`0x${Buffer.from(random(32)).toString('hex')}`);
    const body = `${PREFIXES[kind]}${publicId}_${base62(secret, SECRET_LENGTH)}`;
    return { publicId, text: `${body}${checksum(body)}` };
}
/** Takes a token apart, offline. Its fault, if any, says nothing about any real token. */
export function parseToken(text, kind = 'token') {
    const prefix = PREFIXES[kind];
    // With another prefix in front it has to be what a token is behind its own.
    if (!text.startsWith(prefix) || !TOKEN_PATTERN.test(`${PREFIXES.token}${text.slice(prefix.length)}`))
        return { fault: 'form' };
    const body = text.slice(0, -CHECKSUM_LENGTH);
    if (checksum(body) !== text.slice(-CHECKSUM_LENGTH))
        return { fault: 'checksum' };
    return { publicId: text.slice(prefix.length, prefix.length + PUBLIC_ID_LENGTH) };
}
/**
 * The text without the secret part of any token in it: `scimctl_7Gk2mQx91ZbT_…`. For whatever is kept or shown
 * and may quote what a person typed: a token pasted where a name belongs must not get into the trail or a log.
 */
export const withoutTokens = (text) => text.replace(/(scimctl_(?:at_)?[0-9A-Za-z]{12}_)[0-9A-Za-z]{8,}/g, '$1…');
const checksum = (body) => base62(BigInt(crc32(body)), CHECKSUM_LENGTH);
function base62(value, length) {
    let text = '';
    for (let rest = value; text.length < length; rest /= 62n)
        text = ALPHABET.charAt(Number(rest % 62n)) + text;
    return text;
}
/** Every character equally likely: bytes of 248 and more, which would favour the first eight, are thrown away. */
function randomText(random, length) {
    let text = '';
    while (text.length < length) {
        for (const byte of random(length))
            if (byte < 248 && text.length < length)
                text += ALPHABET.charAt(byte % 62);
    }
    return text;
}
