import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { migrate } from '../../src/database/migrator/migrate.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import { forEachEngine } from '../support/engines.js';
import { openAt, TOOL_VERSION } from './open-test-database.js';
/** Names that are the same but for case, and names that are not. */
const SAME = [
    ['Anna.Schmidt@Contoso.example', 'anna.schmidt@contoso.EXAMPLE'],
    ['JÜRGEN@contoso.example', 'jürgen@CONTOSO.example'],
    ['ΕΛΈΝΗ', 'ελένη'],
    ['СЕРГЕЙ', 'сергей'],
    ['TITLE', 'title'],
];
const OTHER = [
    ['jurgen', 'jürgen'],
    ['anna', 'anna2'],
    ['o_neill', 'o-neill'],
];
forEachEngine('text that is compared without regard to case', (engine) => {
    let database;
    /** Types of text columns as a host application may have them. */
    const types = engine.name === 'mssql'
        ? [
            'nvarchar(100)',
            'nvarchar(100) collate Latin1_General_CI_AS',
            'nvarchar(100) collate Latin1_General_CS_AS',
            'nvarchar(100) collate Latin1_General_BIN2',
            'nvarchar(100) collate SQL_Latin1_General_CP1_CI_AS',
        ]
        : ['varchar(100)', 'text', 'text collate "C"', 'text collate ignoring_case'];
    before(async () => {
        const test = await engine.freshDatabase();
        database = await openAt(test.url);
        await migrate(database, TOOL_VERSION);
        if (engine.name === 'postgres') {
            await test.query("create collation ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        }
    });
    after(() => database.close());
    for (const [at, type] of types.entries()) {
        const skip = engine.name === 'embedded' && type.includes('ignoring_case') && 'the embedded database has no ICU';
        it(`in a column of type ${type}`, { skip }, async () => {
            const { folded } = database.dialect.expressions;
            const found = await database.transaction(async (session) => {
                const { knex } = session;
                await knex.raw(`create table folding_${at} (n int, name ${type})`);
                const results = [];
                for (const [stored, asked] of [...SAME, ...OTHER]) {
                    await knex(`folding_${at}`).delete();
                    await knex(`folding_${at}`).insert({ n: 1, name: stored });
                    const rows = await selectRaw(session, `select n from folding_${at} where ${folded('name')} = ${folded('?')}`, [asked]);
                    if (rows.length > 0)
                        results.push(stored);
                }
                return results;
            });
            assert.deepEqual(found, SAME.map(([stored]) => stored));
        });
    }
    // Of different collations in one comparison: SQL Server's error 468, PostgreSQL's 42P22.
    it('in two columns of different collations', async () => {
        const { folded } = database.dialect.expressions;
        const [one, other] = engine.name === 'mssql'
            ? ['nvarchar(9) collate Latin1_General_CI_AS', 'nvarchar(9) collate Latin1_General_CS_AS']
            : ['text collate "C"', 'text collate "POSIX"'];
        const rows = await database.transaction(async (session) => {
            await session.knex.raw(`create table two_collations (a ${one}, b ${other})`);
            await session.knex('two_collations').insert({ a: 'Anna', b: 'ANNA' });
            return selectRaw(session, `select a from two_collations where ${folded('a')} = ${folded('b')}`);
        });
        assert.equal(rows.length, 1);
    });
});
forEachEngine('text that is compared without regard to case', (engine) => {
    it('is found by the index that is there for it', async () => {
        const { url } = await engine.freshDatabase();
        const database = await openAt(url);
        await migrate(database, TOOL_VERSION);
        const { folded } = database.dialect.expressions;
        const plan = await database.transaction(async (session) => {
            await session.knex.raw('set local enable_seqscan = off');
            return selectRaw(session, `explain select 1 from scim.identity where service_account_id = gen_random_uuid() and ${folded('user_name')} = ${folded('?')}`, ['Anna']);
        });
        await database.close();
        assert.match(JSON.stringify(plan), /identity_user_name.*Index Cond:[^}]*lower/);
    });
}, { only: ['embedded', 'postgres'] });
