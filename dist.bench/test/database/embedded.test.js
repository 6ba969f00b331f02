import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EmbeddedProcess, madeDirectory, newDirectory, openIn } from './embedded-process.js';
const MAKE_COUNTER = `
  create table counter (value int not null);
  insert into counter values (0);
  create table mark (pid int, time int, primary key (pid, time))`;
describe('an embedded database', () => {
    it('is made on first use, for its owner alone, and is there the next time', async (context) => {
        const directory = await newDirectory(context);
        const first = await openIn(context, directory);
        await first.query('create table kept (word text)');
        await first.query("insert into kept values ('здравствуй')");
        await first.end();
        const second = await openIn(context, directory);
        assert.deepEqual(await second.query('select word from kept'), [{ word: 'здравствуй' }]);
        if (process.platform !== 'win32')
            assert.equal((await stat(directory)).mode & 0o777, 0o700);
        await second.end();
    });
    it('serves a second process through the first', async (context) => {
        const directory = await madeDirectory(context);
        const first = await openIn(context, directory);
        await first.query('create table shared (n int)');
        const second = await openIn(context, directory);
        await second.query('insert into shared values (1)');
        assert.deepEqual(await first.query('select n from shared'), [{ n: 1 }]);
        assert.equal(await ownerOf(directory), first.pid);
    });
    it('gives a new database to 8 processes at once, and loses none of their transactions', async (context) => {
        const directory = await newDirectory(context);
        const processes = Array.from({ length: 8 }, () => new EmbeddedProcess(context, directory));
        await Promise.all(processes.map((each) => each.open()));
        await processes[0]?.query(MAKE_COUNTER);
        await Promise.all(processes.map((each) => each.order({ do: 'increment', times: 20 })));
        assert.deepEqual(await processes[7]?.query('select value from counter'), [{ value: 160 }]);
        await Promise.all(processes.map((each) => each.end()));
    });
    it('lets a transaction end before its owner leaves, and begins no other', async (context) => {
        const directory = await madeDirectory(context);
        const owner = await openIn(context, directory);
        await owner.query('create table word (word text)');
        const client = await openIn(context, directory);
        await client.order({ do: 'begin' });
        await client.order({ do: 'in transaction', sql: "insert into word values ('before')" });
        let left = false;
        const leaving = owner.end().then(() => {
            left = true;
        });
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(left, false);
        await client.order({ do: 'in transaction', sql: "insert into word values ('after')" });
        await client.order({ do: 'commit' });
        await leaving;
        assert.deepEqual(await client.query('select word from word'), [{ word: 'before' }, { word: 'after' }]);
        assert.equal(await ownerOf(directory), client.pid);
    });
    it('changes hands unnoticed between transactions', async (context) => {
        const directory = await madeDirectory(context);
        const owners = [await openIn(context, directory), await openIn(context, directory)];
        const clients = [await openIn(context, directory), await openIn(context, directory)];
        await owners[0]?.query(MAKE_COUNTER);
        const adding = Promise.all(clients.map((client) => client.order({ do: 'add', times: 150 })));
        for (const owner of owners) {
            await owner.end();
            await clients[0]?.query('select 1');
        }
        await adding;
        assert.deepEqual(await clients[0]?.query('select value from counter'), [{ value: 300 }]);
    });
    it('has an owner that does not wait for idle clients', async (context) => {
        const directory = await madeDirectory(context);
        const owner = await openIn(context, directory);
        const client = await openIn(context, directory);
        await client.query('create table idle (n int)');
        const began = performance.now();
        await owner.end();
        assert.ok(performance.now() - began < 3000);
        assert.deepEqual(await client.query('select n from idle'), []);
    });
    const noStopping = process.platform === 'win32' ? 'processes cannot be stopped' : false;
    it('is not taken from an owner that is merely stopped', { skip: noStopping }, async (context) => {
        const directory = await madeDirectory(context);
        const owner = await openIn(context, directory);
        const other = new EmbeddedProcess(context, directory, { waitMs: 500 });
        owner.signal('SIGSTOP');
        await assert.rejects(other.open(), {
            code: 'database-in-use',
            message: new RegExp(`process ${owner.pid} `),
        });
        owner.signal('SIGCONT');
        await other.open();
        assert.deepEqual(await other.query('select 1 as one'), [{ one: 1 }]);
    });
    it('takes back what a client had begun when it died', async (context) => {
        const directory = await madeDirectory(context);
        const owner = await openIn(context, directory);
        await owner.query('create table begun (n int)');
        const client = await openIn(context, directory);
        await client.order({ do: 'begin' });
        await client.order({ do: 'in transaction', sql: 'insert into begun values (1)' });
        await client.kill();
        assert.deepEqual(await owner.query('select n from begun'), []);
    });
    it('does not wait for ever for a client that is silent in a transaction', async (context) => {
        const directory = await madeDirectory(context);
        const owner = await openIn(context, directory, { idleInTransactionMs: 300 });
        await owner.query('create table silent (n int)');
        const client = await openIn(context, directory);
        await client.order({ do: 'begin' });
        await client.order({ do: 'in transaction', sql: 'insert into silent values (1)' });
        assert.deepEqual(await owner.query('select n from silent'), []);
        await assert.rejects(client.order({ do: 'in transaction', sql: 'select 1' }));
        assert.deepEqual(await client.query('select n from silent'), []);
    });
});
async function ownerOf(directory) {
    const locks = (await readdir(directory)).filter((name) => name.startsWith('lock.'));
    assert.equal(locks.length, 1);
    return JSON.parse(await readFile(join(directory, locks[0] ?? ''), 'utf8')).owner.pid;
}
