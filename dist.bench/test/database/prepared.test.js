import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openDatabase } from '../../src/database/open.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import { forEachEngine } from '../support/engines.js';
forEachEngine('statements that the server keeps the plans of', (engine) => {
    let home;
    let database;
    before(async () => {
        home = await engine.freshDatabase();
        await home.query('create table kept (id integer primary key, name varchar(20))');
        await home.query("insert into kept values (1, 'one')");
        const { settings } = await parseConnectionSetting(home.url, { cwd: process.cwd(), env: {} });
        database = await openDatabase(settings, {
            schema: 'scim',
            jitter: Math.random,
            use: { maxConnections: 1, repeatsStatements: true },
        });
    });
    after(() => database.close());
    const byId = async ({ knex }) => (await knex('kept').where({ id: 1 }))[0];
    const kept = async () => {
        const rows = await database.read(({ knex }) => knex.raw('select name from pg_prepared_statements'));
        return rows.rows.length;
    };
    test('each is kept once, however often it runs; what binds nothing is not', async () => {
        for (let times = 0; times < 3; times++)
            await database.read(byId);
        assert.equal(await kept(), 1);
    });
    test('a table that changes under its plan is read as it is now', async () => {
        assert.deepEqual(await database.read(byId), { id: 1, name: 'one' });
        await home.query('alter table kept add column more integer');
        assert.deepEqual(await database.read(byId), { id: 1, name: 'one', more: null });
    });
    test('in a transaction too, which is run again as a whole', async () => {
        await database.transaction(byId);
        await home.query('alter table kept drop column more');
        assert.deepEqual(await database.transaction(byId), { id: 1, name: 'one' });
    });
    test('a name is that of one text everywhere, whatever was asked for before', async () => {
        // Given two processes, one of which has asked for something else first.
        const { settings } = await parseConnectionSetting(home.url, { cwd: process.cwd(), env: {} });
        const use = { maxConnections: 1, repeatsStatements: true };
        const [one, other] = await Promise.all([1, 2].map(() => openDatabase(settings, { schema: 'scim', jitter: Math.random, use })));
        assert.ok(one && other);
        const named = async (database) => (await database.read(({ knex }) => knex.raw('select name, statement from pg_prepared_statements')))
            .rows;
        await one.read(byId);
        await other.read(({ knex }) => knex('kept').where({ name: 'one' }));
        await other.read(byId);
        const [first] = await named(one);
        assert.equal((await named(other)).find(({ name }) => name === first?.name)?.statement, first?.statement);
        await Promise.all([one.close(), other.close()]);
    });
    test('where names get lost on the way, as with a pooler, it goes on without them', async () => {
        await database.read(byId);
        await database.read(({ knex }) => knex.raw('deallocate all'));
        assert.deepEqual(await database.read(byId), { id: 1, name: 'one' });
        assert.equal(await kept(), 0);
    });
}, { only: ['postgres'] });
