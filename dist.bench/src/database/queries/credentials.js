import { bind, own } from './rows.js';
const COLUMNS = `t.public_id, t.hash_scheme, t.key_id, t.digest, t.expires_at, t.retires_at, t.revoked_at,
  t.ended_at, t.last_used_at, t.service_account_id, a.name, a.kind, a.sso_provider_id, a.deprovision_policy,
  a.is_enabled, a.removed_at, a.allows_basic, a.allows_oauth, i.hosting`;
const account = (schema) => `join ${schema}.service_account a on a.service_account_id = t.service_account_id
  left join ${schema}.installation i on i.installation_id = 1`;
/** By the public id of a token: one round trip, by primary keys. */
export async function findCredential(session, publicId) {
    const { schema } = session;
    const sql = `select ${COLUMNS} from ${schema}.token t ${account(schema)} where t.public_id = ?`;
    const [row] = await session.lookUp(sql, [publicId]);
    return row && toCredential(row);
}
/** By the id of an access token: one round trip, by primary keys. */
export async function findAccessCredential(session, id) {
    const { schema } = session;
    const sql = `select ${COLUMNS}, x.digest as access_digest, x.expires_at as access_expires_at
    from ${schema}.access_token x join ${schema}.token t on t.public_id = x.token_public_id ${account(schema)}
    where x.access_token_id = ?`;
    const [row] = await session.lookUp(sql, [id]);
    return (row && { ...toCredential(row), access: { digest: row.access_digest, expiresAt: row.access_expires_at } });
}
export async function insertAccessToken(session, row) {
    await own(session, 'access_token').insert({
        access_token_id: row.accessTokenId,
        token_public_id: row.tokenPublicId,
        digest: Buffer.from(row.digest),
        created_at: bind(session, row.createdAt),
        expires_at: bind(session, row.expiresAt),
    });
}
export async function deleteExpiredAccessTokens(session, before) {
    await own(session, 'access_token').where('expires_at', '<', bind(session, before)).delete();
}
/** Writes down when a token was last used; never an earlier instant than is there. */
export async function writeLastUsed(session, publicId, at) {
    const instant = bind(session, at);
    await own(session, 'token')
        .where({ public_id: publicId })
        .where((either) => either.whereNull('last_used_at').orWhere('last_used_at', '<', instant))
        .update({ last_used_at: instant });
}
const toCredential = (row) => ({
    publicId: row.public_id,
    hashScheme: row.hash_scheme,
    keyId: row.key_id,
    digest: row.digest,
    expiresAt: row.expires_at,
    retiresAt: row.retires_at,
    revokedAt: row.revoked_at,
    endedAt: row.ended_at,
    lastUsedAt: row.last_used_at,
    serviceAccountId: row.service_account_id,
    idp: row.name,
    kind: row.kind,
    ssoProviderId: row.sso_provider_id,
    deprovisionPolicy: row.deprovision_policy,
    isAccountEnabled: row.is_enabled,
    isAccountRemoved: row.removed_at !== null,
    allowsBasic: row.allows_basic,
    allowsOauth: row.allows_oauth,
    hosting: row.hosting ?? 'on-premises',
});
