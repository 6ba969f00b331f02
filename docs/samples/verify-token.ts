/**
 * How a host application on Node.js verifies scimctl tokens by itself, through the view scim.live_token.
 * Copy it and adapt it; docs/tokens.md has the recipe in words, and token-vectors.json the values to test
 * with.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A token that works at this moment, as the view has it. */
export interface LiveToken {
  hashScheme: string;
  keyId: string | null;
  /** 32 bytes. */
  digest: Uint8Array;
  serviceAccountId: string;
  /** The IdP's name: who is calling. */
  serviceAccount: string;
}

export interface TokenPolicy {
  /** Keys by id, where tokens are hashed with keys. */
  keys?: ReadonlyMap<string, Uint8Array>;
  /** Refuse tokens that are hashed without a key, as scimctl does with requireKeyedTokens. */
  requireKeyed?: boolean;
}

export type Lookup = (publicId: string) => Promise<LiveToken | undefined>;

const TOKEN = /^scimctl_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}$/;

/** The token in an `Authorization` header; undefined where there is none. The scheme is case-insensitive. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];

/**
 * Whose token this is; undefined where it does not work, which is to be answered with 401.
 * @throws Error where it cannot be told, which is to be answered with 500: an IdP that is told 401 stops.
 */
export async function verifyToken(
  presented: string,
  lookUp: Lookup,
  policy: TokenPolicy = {},
): Promise<LiveToken | undefined> {
  const publicId = TOKEN.exec(presented)?.[1];
  if (publicId === undefined) return undefined;
  const live = await lookUp(publicId);
  return live && matches(presented, live, policy) ? live : undefined;
}

/** Hashes what was presented the way the token was hashed, and compares in constant time. */
export function matches(
  presented: string,
  { hashScheme, keyId, digest }: Pick<LiveToken, 'hashScheme' | 'keyId' | 'digest'>,
  { keys = new Map(), requireKeyed = false }: TokenPolicy = {},
): boolean {
  if (hashScheme === 'sha256') {
    return !requireKeyed && sameBytes(createHash('sha256').update(presented, 'utf8').digest(), digest);
  }
  if (hashScheme !== 'hmac-sha256') throw new Error(`The hash scheme ${hashScheme} is not known here`);
  const key = keys.get(keyId ?? '');
  if (key === undefined) throw new Error(`The token key ${keyId} is missing`);
  return sameBytes(createHmac('sha256', key).update(presented, 'utf8').digest(), digest);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

const COLUMNS = 'hash_scheme, key_id, digest, service_account_id, service_account';

interface Row {
  hash_scheme: string;
  key_id: string | null;
  digest: Uint8Array;
  service_account_id: string;
  service_account: string;
}

const toLiveToken = (row: Row | undefined): LiveToken | undefined =>
  row && {
    hashScheme: row.hash_scheme,
    keyId: row.key_id,
    digest: row.digest,
    serviceAccountId: row.service_account_id,
    serviceAccount: row.service_account,
  };

/** With the package pg: a Client or a Pool. */
export const postgresLookup =
  (client: { query(sql: string, values: string[]): Promise<{ rows: Row[] }> }): Lookup =>
  async (publicId) => {
    const sql = `select ${COLUMNS} from scim.live_token where public_id = $1`;
    return toLiveToken((await client.query(sql, [publicId])).rows[0]);
  };

/** What is used of a ConnectionPool's request. */
interface MssqlRequest {
  input(name: string, value: string): MssqlRequest;
  query(sql: string): Promise<{ recordset: Row[] }>;
}

/** With the package mssql: a ConnectionPool. */
export const mssqlLookup =
  (pool: { request(): MssqlRequest }): Lookup =>
  async (publicId) => {
    const sql = `select ${COLUMNS} from scim.live_token where public_id = @publicId`;
    return toLiveToken((await pool.request().input('publicId', publicId).query(sql)).recordset[0]);
  };
