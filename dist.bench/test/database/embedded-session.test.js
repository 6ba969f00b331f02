import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { openEmbedded } from '../../src/database/embedded/index.js';
import { readLock } from '../../src/database/embedded/lock.js';
import { messagesIn, packet, query, STARTUP } from '../../src/database/embedded/wire.js';
import { madeDirectory } from './embedded-process.js';
describe('a connection to an embedded database', () => {
    let directory;
    let database;
    const atTheEnd = [];
    before(async () => {
        directory = await madeDirectory({ after: (work) => atTheEnd.unshift(work) });
        database = await openEmbedded(directory);
        atTheEnd.unshift(() => database.close());
    });
    after(async () => {
        for (const work of atTheEnd)
            await work();
    });
    const client = async (context) => {
        const connection = new Client({ user: 'postgres', ssl: false, stream: () => database.stream() });
        connection.on('error', () => undefined);
        await connection.connect();
        context.after(() => connection.end());
        return connection;
    };
    const value = async (connection, sql, parameters = []) => Object.values((await connection.query(sql, parameters)).rows[0] ?? {})[0];
    it('answers after an error, in either protocol', async (context) => {
        const one = await client(context);
        await assert.rejects(one.query('select 1/0'), { code: '22012' });
        await assert.rejects(one.query('select 1/$1::int', [0]), { code: '22012' });
        await assert.rejects(one.query('selec $1', [0]), { code: '42601' });
        assert.equal(await value(one, 'select $1::int + 1', [1]), 2);
    });
    it('has its transactions to itself', async (context) => {
        const [one, other] = [await client(context), await client(context)];
        await one.query('create table alone (n int)');
        await one.query('begin');
        await one.query('insert into alone values (1)');
        const seen = value(other, 'select count(*)::int from alone');
        await one.query('insert into alone values (2)');
        await one.query('commit');
        assert.equal(await seen, 2);
    });
    it('keeps its settings, and no other has them', async (context) => {
        const [one, other] = [await client(context), await client(context)];
        await one.query("set time zone 'Asia/Tokyo'; set work_mem = '5MB'");
        await one.query("select set_config('application_name', $1, false)", ["o'neil \\ o''neil"]);
        assert.equal(await value(other, "select current_setting('timezone')"), 'UTC');
        assert.equal(await value(other, "select current_setting('application_name')"), '');
        assert.equal(await value(one, "select current_setting('timezone')"), 'Asia/Tokyo');
        assert.equal(await value(one, "select current_setting('work_mem')"), '5MB');
        assert.equal(await value(one, "select current_setting('application_name')"), "o'neil \\ o''neil");
    });
    it('keeps its role, and no other has it', async (context) => {
        const [one, other] = [await client(context), await client(context)];
        await one.query('create role clerk; set role clerk');
        assert.equal(await value(other, 'select current_user'), 'postgres');
        assert.equal(await value(one, 'select current_user'), 'clerk');
        await assert.rejects(one.query('create role another'), { code: '42501' });
        await one.query('reset role; drop role clerk');
    });
    it('leaves nothing in the session for the next one', async (context) => {
        const [one, other] = [await client(context), await client(context)];
        await one.query('create temporary table scratch (n int); prepare secret as select 1; select pg_advisory_lock(1)');
        await one.query({ name: 'named', text: 'select $1::int', values: [1] });
        assert.equal(await value(other, "select to_regclass('scratch')"), null);
        assert.equal(await value(other, 'select count(*)::int from pg_prepared_statements'), 0);
        assert.equal(await value(other, "select count(*)::int from pg_locks where locktype = 'advisory'"), 0);
    });
    it('carries large questions and large answers', async (context) => {
        const one = await client(context);
        const large = 'ß'.repeat(3_000_000);
        assert.equal(await value(one, 'select length($1)', [large]), 3_000_000);
        assert.equal(await value(one, 'select $1::text', [large]), large);
        const { rows } = await one.query('select n from generate_series(1, 100000) n');
        assert.equal(rows.length, 100_000);
    });
    it('refuses COPY FROM STDIN and lives on', async (context) => {
        const one = await client(context);
        await one.query('create table copied (n int)');
        await assert.rejects(one.query('copy copied from stdin'), { message: /takes no COPY FROM STDIN/ });
        assert.equal(await value(one, 'select 1'), 1);
    });
    it('is told why, when it does not speak the protocol', async () => {
        for (const [bytes, why] of [
            [packet(2 << 16), /unsupported frontend protocol 2.0/],
            [Buffer.from('GET / HTTP/1.1\r\n\r\n'), /invalid length of start-up packet/],
            [
                Buffer.concat([packet(STARTUP.protocol3, Buffer.from('\0')), Buffer.from('?\0\0\0\x04')]),
                /invalid frontend/,
            ],
        ]) {
            assert.match(await everything(directory, bytes), why);
        }
    });
    it('has no TLS, no GSSAPI and no cancelling, and says so as PostgreSQL does', async (context) => {
        assert.equal(await everything(directory, packet(STARTUP.sslRequest), 'end'), 'N');
        assert.equal(await everything(directory, packet(STARTUP.gssRequest), 'end'), 'N');
        await everything(directory, packet(STARTUP.cancelRequest, Buffer.alloc(8)));
        assert.equal(await value(await client(context), 'select 1'), 1);
    });
    it('is answered in order when it asks many things at once, and others get a turn', async (context) => {
        const other = await client(context);
        const startup = packet(STARTUP.protocol3, Buffer.from('user\0postgres\0\0'));
        const questions = [1, 2, 3].map((n) => query(`select ${n} as n`));
        const socket = connect(await addressOf(directory));
        context.after(() => socket.destroy());
        let received = Buffer.alloc(0);
        socket.on('data', (chunk) => {
            received = Buffer.concat([received, chunk]);
        });
        socket.write(Buffer.concat([startup, ...questions]));
        assert.equal(await value(other, 'select 1'), 1);
        while ([...messagesIn(received)].filter(({ type }) => type === 'Z').length < 4)
            await once(socket, 'data');
        const rows = [...messagesIn(received)].filter(({ type }) => type === 'D');
        assert.deepEqual(rows.map(({ body }) => body.toString('latin1', 6)), ['1', '2', '3']);
    });
});
/** What the owner says to these bytes, until somebody hangs up. */
async function everything(directory, bytes, then) {
    const socket = connect(await addressOf(directory));
    let text = '';
    socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (then)
            socket.end();
    });
    socket.write(bytes);
    await once(socket, 'close');
    return text;
}
async function addressOf(directory) {
    const lock = await readLock(directory);
    assert.ok(lock);
    return lock.address;
}
