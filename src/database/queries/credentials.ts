import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../words/idp.js';
import type { Hosting, LoginRule } from '../../words/installation.js';
import type { HashScheme } from '../../words/token.js';
import type { Session } from '../database.js';
import { bind, own } from './rows.js';
import { type StoredLimit, toLimit } from './service-accounts.js';

/** Whatever decides whether a token opens the door, and to whom: the token, its service account, the installation. */
export interface Credential {
  publicId: string;
  hashScheme: HashScheme;
  keyId: string | null;
  digest: Uint8Array;
  expiresAt: Date | null;
  retiresAt: Date | null;
  revokedAt: Date | null;
  endedAt: Date | null;
  lastUsedAt: Date | null;
  serviceAccountId: string;
  /** Name of the service account. */
  idp: string;
  kind: IdpKind;
  ssoProviderId: string;
  deprovisionPolicy: DeprovisionPolicy;
  adoptsDisabled: boolean;
  ssoSubject: SsoSubject | null;
  departureLimit: StoredLimit | null;
  releasedAt: Date | null;
  isAccountEnabled: boolean;
  isAccountRemoved: boolean;
  allowsBasic: boolean;
  allowsOauth: boolean;
  hosting: Hosting;
  loginRule: LoginRule;
  renamesOnMatch: boolean;
  createReason: string | null;
}

/** What may end a credential while a request of it is under way, and what its service account is set to. */
export interface CredentialEnds extends Omit<Credential, 'hashScheme' | 'keyId' | 'digest' | 'lastUsedAt'> {
  /** Of an access token; null for a token itself. */
  accessExpiresAt: Date | null;
}

/** The same, reached by an access token that was made of the token. */
export interface AccessCredential extends Credential {
  access: { digest: Uint8Array; expiresAt: Date };
}

const ENDS = `t.public_id, t.expires_at, t.retires_at, t.revoked_at, t.ended_at, t.service_account_id,
  a.name, a.kind, a.sso_provider_id, a.deprovision_policy, a.adopts_disabled, a.sso_subject, a.max_departures, a.departures_window_s,
  a.departures_percent, a.released_at, a.is_enabled, a.removed_at, a.allows_basic, a.allows_oauth, i.hosting, i.login_rule, i.renames_on_match, i.create_reason`;

const COLUMNS = `${ENDS}, t.hash_scheme, t.key_id, t.digest, t.last_used_at`;

const account = (
  schema: string,
) => `join ${schema}.service_account a on a.service_account_id = t.service_account_id
  left join ${schema}.installation i on i.installation_id = 1`;

/** By the public id of a token: one round trip, by primary keys. */
export async function findCredential(session: Session, publicId: string): Promise<Credential | undefined> {
  const { schema } = session;
  const sql = `select ${COLUMNS} from ${schema}.token t ${account(schema)} where t.public_id = ?`;
  const [row] = await session.lookUp<Row>(sql, [publicId]);
  return row && toCredential(row);
}

/** By the id of an access token: one round trip, by primary keys. */
export async function findAccessCredential(
  session: Session,
  id: string,
): Promise<AccessCredential | undefined> {
  const { schema } = session;
  const sql = `select ${COLUMNS}, x.digest as access_digest, x.expires_at as access_expires_at
    from ${schema}.access_token x join ${schema}.token t on t.public_id = x.token_public_id ${account(schema)}
    where x.access_token_id = ?`;
  const [row] = await session.lookUp<Row>(sql, [id]);
  return (
    row && { ...toCredential(row), access: { digest: row.access_digest, expiresAt: row.access_expires_at } }
  );
}

/** By the public id of a token, or of an access token: each request asks, and for no secret. */
export async function findCredentialEnds(
  session: Session,
  kind: 'token' | 'accessToken',
  id: string,
): Promise<CredentialEnds | undefined> {
  const { schema } = session;
  const [from, key, end] =
    kind === 'token'
      ? [`${schema}.token t`, 't.public_id', 'null']
      : [
          `${schema}.access_token x join ${schema}.token t on t.public_id = x.token_public_id`,
          'x.access_token_id',
          'x.expires_at',
        ];
  const sql = `select ${ENDS}, ${end} as access_expires_at from ${from} ${account(schema)} where ${key} = ?`;
  const [row] = await session.lookUp<Row>(sql, [id]);
  return row && { ...toEnds(row), accessExpiresAt: row.access_expires_at };
}

export interface AccessTokenRow {
  accessTokenId: string;
  /** Public id of the token it was made of, and ends with. */
  tokenPublicId: string;
  digest: Uint8Array;
}

/** The database sets its times: it expires an hour later by the clock of the database. */
export async function insertAccessToken(session: Session, row: AccessTokenRow): Promise<void> {
  await own(session, 'access_token').insert({
    access_token_id: row.accessTokenId,
    token_public_id: row.tokenPublicId,
    digest: Buffer.from(row.digest),
  });
}

/** When an access token expires; nothing for one that is not there. */
export async function accessTokenExpiry(session: Session, id: string): Promise<Date | undefined> {
  const [row] = await own(session, 'access_token').where({ access_token_id: id }).select('expires_at');
  return row?.expires_at;
}

/** Ends all access tokens of a token but `id` and the newest of the others, so that `most` are left. */
export async function deleteOldestAccessTokens(
  session: Session,
  { accessTokenId: id, tokenPublicId }: Pick<AccessTokenRow, 'accessTokenId' | 'tokenPublicId'>,
  most: number,
): Promise<void> {
  const others = () =>
    own(session, 'access_token').where({ token_public_id: tokenPublicId }).whereNot({ access_token_id: id });
  const newest = others()
    .orderBy('created_at', 'desc')
    .orderBy('access_token_id')
    .limit(most - 1)
    .select('access_token_id');
  await others().whereNotIn('access_token_id', newest).delete();
}

export async function deleteExpiredAccessTokens(session: Session, before: Date): Promise<void> {
  await own(session, 'access_token').where('expires_at', '<=', bind(session, before)).delete();
}

/** Writes down when a token was last used; never an earlier instant than is there. */
export async function writeLastUsed(session: Session, publicId: string, at: Date): Promise<void> {
  const instant = bind(session, at);
  await own(session, 'token')
    .where({ public_id: publicId })
    .where((either) => either.whereNull('last_used_at').orWhere('last_used_at', '<', instant))
    .update({ last_used_at: instant });
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
type Row = Record<string, any>;

const toEnds = (row: Row): Omit<CredentialEnds, 'accessExpiresAt'> => ({
  publicId: row.public_id,
  expiresAt: row.expires_at,
  retiresAt: row.retires_at,
  revokedAt: row.revoked_at,
  endedAt: row.ended_at,
  serviceAccountId: row.service_account_id,
  idp: row.name,
  kind: row.kind,
  ssoProviderId: row.sso_provider_id,
  deprovisionPolicy: row.deprovision_policy,
  adoptsDisabled: row.adopts_disabled,
  ssoSubject: row.sso_subject,
  departureLimit: toLimit(row),
  releasedAt: row.released_at,
  isAccountEnabled: row.is_enabled,
  isAccountRemoved: row.removed_at !== null,
  allowsBasic: row.allows_basic,
  allowsOauth: row.allows_oauth,
  hosting: row.hosting ?? 'on-premises',
  loginRule: row.login_rule ?? 'email',
  renamesOnMatch: row.renames_on_match ?? true,
  createReason: row.create_reason ?? null,
});

const toCredential = (row: Row): Credential => ({
  ...toEnds(row),
  hashScheme: row.hash_scheme,
  keyId: row.key_id,
  digest: row.digest,
  lastUsedAt: row.last_used_at,
});
