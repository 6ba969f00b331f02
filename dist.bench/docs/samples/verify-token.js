/**
 * How a host application on Node.js verifies scimctl tokens by itself, through the view scim.live_token.
 * Copy it and adapt it; docs/tokens.md has the recipe in words, and token-vectors.json the values to test
 * with.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
const TOKEN = /^scimctl_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}$/;
/** The token in an `Authorization` header; undefined where there is none. The scheme is case-insensitive. */
export const bearerToken = (authorization) => /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
/**
 * Whose token this is; undefined where it does not work, which is to be answered with 401.
 * @throws Error where it cannot be told, which is to be answered with 500: an IdP that is told 401 stops.
 */
export async function verifyToken(presented, lookUp, policy = {}) {
    const publicId = TOKEN.exec(presented)?.[1];
    if (publicId === undefined)
        return undefined;
    const live = await lookUp(publicId);
    return live && matches(presented, live, policy) ? live : undefined;
}
/** Hashes what was presented the way the token was hashed, and compares in constant time. */
export function matches(presented, { hashScheme, keyId, digest }, { keys = new Map(), requireKeyed = false } = {}) {
    if (hashScheme === 'sha256') {
        return !requireKeyed && sameBytes(createHash('sha256').update(presented, 'utf8').digest(), digest);
    }
    if (hashScheme !== 'hmac-sha256')
        throw new Error(`The hash scheme ${hashScheme} is not known here`);
    const key = keys.get(keyId ?? '');
    if (key === undefined)
        throw new Error(`The token key ${keyId} is missing`);
    return sameBytes(createHmac('sha256', key).update(presented, 'utf8').digest(), digest);
}
const sameBytes = (a, b) => a.length === b.length && timingSafeEqual(a, b);
const COLUMNS = 'hash_scheme, key_id, digest, service_account_id, service_account';
const toLiveToken = (row) => row && {
    hashScheme: row.hash_scheme,
    keyId: row.key_id,
    digest: row.digest,
    serviceAccountId: row.service_account_id,
    serviceAccount: row.service_account,
};
/** With the package pg: a Client or a Pool. */
export const postgresLookup = (client) => async (publicId) => {
    const sql = `select ${COLUMNS} from scim.live_token where public_id = $1`;
    return toLiveToken((await client.query(sql, [publicId])).rows[0]);
};
/** With the package mssql: a ConnectionPool. */
export const mssqlLookup = (pool) => async (publicId) => {
    const sql = `select ${COLUMNS} from scim.live_token where public_id = @publicId`;
    return toLiveToken((await pool.request().input('publicId', publicId).query(sql)).recordset[0]);
};
