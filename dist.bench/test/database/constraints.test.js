import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { migrate } from '../../src/database/migrator/migrate.js';
import { forEachEngine } from '../support/engines.js';
import { openAt, TOOL_VERSION } from './open-test-database.js';
const AT = '2026-01-02T03:04:05.678';
/** Inserts through the product's own connection; `violates` names what refused it. */
async function insert({ database, schema }, table, row) {
    await database.transaction(({ knex }) => knex(table).withSchema(schema).insert(row));
}
async function violates(constraint, write) {
    await assert.rejects(write, (error) => {
        assert.equal(error.constraint, constraint, error.message);
        return true;
    });
}
const account = (changes = {}) => ({
    service_account_id: randomUUID(),
    name: `entra-${randomUUID()}`,
    kind: 'entra',
    display_name: 'Entra',
    is_enabled: true,
    sso_provider_id: 'p',
    deprovision_policy: 'manual',
    created_at: AT,
    created_by: 'test',
    updated_at: AT,
    ...changes,
});
let tokens = 0;
const token = (accountId, changes = {}) => ({
    public_id: `T${String(++tokens).padStart(6, '0')}`,
    service_account_id: accountId,
    slot: 1,
    hash_scheme: 'sha256',
    digest: Buffer.alloc(32, 1),
    created_at: AT,
    created_by: 'test',
    ...changes,
});
const identity = (accountId, changes = {}) => ({
    identity_id: randomUUID(),
    service_account_id: accountId,
    external_id: null,
    user_name: 'a@example.com',
    host_user_id: '1',
    created_at: AT,
    updated_at: AT,
    ...changes,
});
const event = () => ({
    event_id: randomUUID(),
    occurred_at: AT,
    actor: 'test',
    action: 'test.done',
    target_type: 'test',
    outcome: 'done',
    details: '{}',
});
for (const schema of ['scim', 'scim_test']) {
    forEachEngine(`the schema ${schema}`, (engine) => {
        // One database for all: each test makes rows of its own.
        let opened;
        before(async () => {
            const test = await engine.freshDatabase();
            opened = { test, database: await openAt(test.url, schema), schema };
            await migrate(opened.database, TOOL_VERSION);
        });
        after(() => opened.database.close());
        it('refuses to change, delete or clear away events', async () => {
            await insert(opened, 'event', event());
            const events = () => opened.test.query(`select * from ${schema}.event order by seq`);
            const before = await events();
            for (const change of [
                `update ${schema}.event set actor = 'somebody else'`,
                `delete from ${schema}.event`,
                `truncate table ${schema}.event`,
            ]) {
                await assert.rejects(opened.test.query(change), /append-only|truncate/i, change);
            }
            assert.equal(before.at(-1)?.action, 'test.done');
            assert.deepEqual(await events(), before);
        });
        it('has no room for a third live token', async () => {
            const row = account();
            await insert(opened, 'service_account', row);
            const id = row.service_account_id;
            await insert(opened, 'token', token(id, { slot: 1 }));
            await insert(opened, 'token', token(id, { slot: 2 }));
            await violates('token_slot', insert(opened, 'token', token(id, { slot: 1 })));
            await violates('token_slot', insert(opened, 'token', token(id, { slot: 2 })));
            await violates('token_slot_check', insert(opened, 'token', token(id, { slot: 3 })));
            await violates('token_slot_until_ended', insert(opened, 'token', token(id, { slot: null })));
            await insert(opened, 'token', token(id, { slot: null, ended_at: AT }));
            await insert(opened, 'token', token(id, { slot: null, ended_at: AT }));
        });
        it('takes a token only with a whole digest, and a key id only where there is a key', async () => {
            const row = account();
            await insert(opened, 'service_account', row);
            const id = row.service_account_id;
            await violates('token_digest_check', insert(opened, 'token', token(id, { digest: Buffer.alloc(31, 1) })));
            await violates('token_key_matches_scheme', insert(opened, 'token', token(id, { hash_scheme: 'hmac-sha256' })));
            await violates('token_key_matches_scheme', insert(opened, 'token', token(id, { key_id: 'k1' })));
            await violates('token_hash_scheme_check', insert(opened, 'token', token(id, { hash_scheme: 'SHA256' })));
            await insert(opened, 'token', token(id, { hash_scheme: 'hmac-sha256', key_id: 'k1' }));
            await violates('token_revoked_has_ended', insert(opened, 'token', token(id, { slot: 2, revoked_at: AT })));
        });
        it('gives a name to one service account at a time', async () => {
            await insert(opened, 'service_account', account({ name: 'one', removed_at: AT }));
            await insert(opened, 'service_account', account({ name: 'one', removed_at: AT }));
            await insert(opened, 'service_account', account({ name: 'one' }));
            await violates('service_account_name', insert(opened, 'service_account', account({ name: 'one' })));
            for (const name of ['Entra', '-entra', 'entra-', 'en tra', 'en_tra', 'énter', '']) {
                await violates('service_account_name_check', insert(opened, 'service_account', account({ name })));
            }
            await violates('service_account_kind_check', insert(opened, 'service_account', account({ kind: 'Okta' })));
        });
        it('tells external ids apart by case, and holds each once per account', async () => {
            const one = account();
            const other = account({ kind: 'okta' });
            await insert(opened, 'service_account', one);
            await insert(opened, 'service_account', other);
            const link = (external_id, host_user_id, of = one) => insert(opened, 'identity', identity(of.service_account_id, { external_id, host_user_id }));
            await link('abc', 'case-1');
            await link('ABC', 'case-2');
            await link('abc', 'case-3', other);
            await link(null, 'case-4');
            await link(null, 'case-5');
            await violates('identity_external_id', link('abc', 'case-6'));
            const found = await opened.database.read(({ knex }) => knex('identity').withSchema(schema).where({ external_id: 'ABC' }).select('host_user_id'));
            assert.deepEqual(found.map((row) => row.host_user_id), ['case-2']);
        });
        it('links a host user to one IdP at a time', async () => {
            const row = account();
            await insert(opened, 'service_account', row);
            const link = (changes) => insert(opened, 'identity', identity(row.service_account_id, changes));
            const gone = { deprovisioned_at: AT, deprovision_reason: 'deleted' };
            await link(gone);
            await link({ unlinked_at: AT });
            await link({});
            await violates('identity_active_host_user', link({}));
            await link({ host_user_id: '2' });
            await violates('identity_reason_when_deprovisioned', link({ host_user_id: '3', deprovisioned_at: AT }));
        });
        it('tells group names apart by accents, but not by case', async () => {
            const row = account();
            await insert(opened, 'service_account', row);
            const group = (display_name) => insert(opened, 'idp_group', {
                group_id: randomUUID(),
                service_account_id: row.service_account_id,
                display_name,
                created_at: AT,
                updated_at: AT,
            });
            await group('Ärzte');
            await group('Arzte');
            await group('Θεσσαλονίκη');
            await violates('idp_group_display_name', group('ÄRZTE'));
            await violates('idp_group_display_name', group('ΘΕΣΣΑΛΟΝΊΚΗ'));
        });
    });
}
