import type { HashScheme } from '../../words/token.js';
import type { Session } from '../database.js';
import { padded } from '../sql/fragment.js';
import { bind, own } from './rows.js';

export interface TokenRow {
  publicId: string;
  serviceAccountId: string;
  /** 1 or 2 until the token has ended. */
  slot: 1 | 2 | null;
  hashScheme: HashScheme;
  keyId: string | null;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date | null;
  /** End of the overlap, once a successor exists. */
  retiresAt: Date | null;
  revokedAt: Date | null;
  /** When its slot was given back. */
  endedAt: Date | null;
  lastUsedAt: Date | null;
  /** Public id of the token this one follows. */
  replaces: string | null;
}

export async function insertToken(session: Session, row: TokenRow & { digest: Uint8Array }): Promise<void> {
  await own(session, 'token').insert({
    public_id: row.publicId,
    service_account_id: row.serviceAccountId,
    slot: row.slot,
    hash_scheme: row.hashScheme,
    key_id: row.keyId,
    digest: Buffer.from(row.digest),
    created_at: bind(session, row.createdAt),
    created_by: row.createdBy,
    expires_at: bind(session, row.expiresAt),
    retires_at: bind(session, row.retiresAt),
    revoked_at: bind(session, row.revokedAt),
    ended_at: bind(session, row.endedAt),
    last_used_at: bind(session, row.lastUsedAt),
    replaces: row.replaces,
  });
}

const COLUMNS = [
  'public_id',
  'service_account_id',
  'slot',
  'hash_scheme',
  'key_id',
  'created_at',
  'created_by',
  'expires_at',
  'retires_at',
  'revoked_at',
  'ended_at',
  'last_used_at',
  'replaces',
];

/** Newest first; without their digests. */
export async function listTokens(session: Session, serviceAccountId?: string): Promise<TokenRow[]> {
  const query = own(session, 'token').orderBy('created_at', 'desc').orderBy('public_id').select(COLUMNS);
  if (serviceAccountId) query.where({ service_account_id: serviceAccountId });
  return (await query).map(toRow);
}

/** A token with what decides whether it opens the door. */
export interface PresentedToken extends TokenRow {
  digest: Uint8Array;
  idp: string;
  isAccountEnabled: boolean;
  isAccountRemoved: boolean;
}

/** One token by its public id, with its service account: one round trip, by primary keys. */
export async function findPresentedToken(
  session: Session,
  publicId: string,
): Promise<PresentedToken | undefined> {
  const { knex, schema } = session;
  const [row] = await knex(`${schema}.token as t`)
    .join(`${schema}.service_account as a`, 'a.service_account_id', 't.service_account_id')
    .where('t.public_id', publicId)
    .select([
      ...COLUMNS.map((column) => `t.${column}`),
      't.digest',
      'a.name',
      'a.is_enabled',
      'a.removed_at',
    ]);
  return (
    row && {
      ...toRow(row),
      digest: row.digest,
      idp: row.name,
      isAccountEnabled: row.is_enabled,
      isAccountRemoved: row.removed_at !== null,
    }
  );
}

/** A token that has ended, with the name of its IdP, removed ones included. */
export type EndedToken = TokenRow & { idp: string };

/** Tokens that stopped working before an instant, behind a public id, in the order of these. */
export async function endedTokens(
  session: Session,
  { before, after, limit }: { before: Date; after?: string; limit: number },
): Promise<EndedToken[]> {
  const { knex, schema } = session;
  const instant = bind(session, before);
  const query = knex(`${schema}.token as t`)
    .join(`${schema}.service_account as a`, 'a.service_account_id', 't.service_account_id')
    .where((any) => {
      for (const end of ['expires_at', 'retires_at', 'revoked_at', 'ended_at'])
        any.orWhere(`t.${end}`, '<', instant);
    })
    .orderBy('t.public_id')
    .limit(limit)
    .select([...COLUMNS.map((column) => `t.${column}`), 'a.name']);
  if (after !== undefined) query.where('t.public_id', '>', after);
  // biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
  return (await query).map((row: any) => ({ ...toRow(row), idp: row.name }));
}

export async function deleteTokens(session: Session, publicIds: readonly string[]): Promise<void> {
  await own(session, 'token').whereIn('public_id', padded(publicIds)).delete();
}

export type TokenChange = Partial<Pick<TokenRow, 'slot' | 'retiresAt' | 'revokedAt' | 'endedAt'>>;

export async function updateToken(session: Session, publicId: string, change: TokenChange): Promise<void> {
  const columns: Record<string, unknown> = {};
  if (change.slot !== undefined) columns.slot = change.slot;
  if (change.retiresAt !== undefined) columns.retires_at = bind(session, change.retiresAt);
  if (change.revokedAt !== undefined) columns.revoked_at = bind(session, change.revokedAt);
  if (change.endedAt !== undefined) columns.ended_at = bind(session, change.endedAt);
  await own(session, 'token').where({ public_id: publicId }).update(columns);
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toRow = (row: any): TokenRow => ({
  publicId: row.public_id,
  serviceAccountId: row.service_account_id,
  slot: row.slot,
  hashScheme: row.hash_scheme,
  keyId: row.key_id,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  retiresAt: row.retires_at,
  revokedAt: row.revoked_at,
  endedAt: row.ended_at,
  lastUsedAt: row.last_used_at,
  replaces: row.replaces,
});
