import { bind, own } from './rows.js';
export async function insertToken(session, row) {
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
export async function listTokens(session, serviceAccountId) {
    const query = own(session, 'token').orderBy('created_at', 'desc').orderBy('public_id').select(COLUMNS);
    if (serviceAccountId)
        query.where({ service_account_id: serviceAccountId });
    return (await query).map(toRow);
}
/** One token by its public id, with its service account: one round trip, by primary keys. */
export async function findPresentedToken(session, publicId) {
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
    return (row && {
        ...toRow(row),
        digest: row.digest,
        idp: row.name,
        isAccountEnabled: row.is_enabled,
        isAccountRemoved: row.removed_at !== null,
    });
}
export async function updateToken(session, publicId, change) {
    const columns = {};
    if (change.slot !== undefined)
        columns.slot = change.slot;
    if (change.retiresAt !== undefined)
        columns.retires_at = bind(session, change.retiresAt);
    if (change.revokedAt !== undefined)
        columns.revoked_at = bind(session, change.revokedAt);
    if (change.endedAt !== undefined)
        columns.ended_at = bind(session, change.endedAt);
    await own(session, 'token').where({ public_id: publicId }).update(columns);
}
// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toRow = (row) => ({
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
