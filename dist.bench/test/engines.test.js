import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachEngine } from './support/engines.js';
forEachEngine('a fresh database', (engine) => {
    it('is empty, takes text in any script, and is apart from every other', async () => {
        const one = await engine.freshDatabase();
        const other = await engine.freshDatabase();
        const text = engine.name === 'mssql' ? 'nvarchar(100)' : 'text';
        await one.query(`create table thing (name ${text})`);
        await one.query('insert into thing (name) values ($1)', ['Zoë Müller 王']);
        assert.deepEqual(await one.query('select name from thing'), [{ name: 'Zoë Müller 王' }]);
        await assert.rejects(other.query('select name from thing'), /thing/);
    });
});
