import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openEmbedded } from '../../src/database/embedded/index.js';
import { claimLock, type LockRecord, readLock, releaseLock } from '../../src/database/embedded/lock.js';
import {
  livenessOf,
  type ProcessIdentity,
  thisProcess,
} from '../../src/database/embedded/process-identity.js';
import { Problem } from '../../src/problem.js';
import { madeDirectory } from './embedded-process.js';

const noSocket = join(tmpdir(), 'scimctl-none', 'socket');

describe('the lock of an embedded database', () => {
  it('goes to one of many that claim it at once, time after time', async (context) => {
    const directory = await lockDirectory(context);
    const owner = await thisProcess();
    for (let generation = 1; generation <= 20; generation++) {
      const previous = await readLock(directory);
      const claims = Array.from({ length: 8 }, () =>
        claimLock(directory, previous, { owner, address: noSocket }),
      );
      const winners = (await Promise.all(claims)).filter((lock) => lock !== undefined);
      assert.equal(winners.length, 1);
      assert.equal(winners[0]?.generation, generation);
      assert.deepEqual(await readdir(directory), [`lock.${generation}`]);
    }
  });

  it('is not to be had by one who looked before others took it and left again', async (context) => {
    const directory = await lockDirectory(context);
    const owner = await thisProcess();
    const seen = await claim(directory, owner);
    const second = await claim(directory, owner);
    await releaseLock(directory, second);
    const third = await claim(directory, owner);

    assert.equal(await claimLock(directory, seen, { owner, address: noSocket }), undefined);

    assert.equal((await readLock(directory))?.nonce, third.nonce);
    assert.deepEqual(await readdir(directory), ['lock.3']);
  });

  it('says when it was released, and stays', async (context) => {
    const directory = await lockDirectory(context);
    const lock = await claim(directory, await thisProcess());
    assert.equal((await readLock(directory))?.released, false);

    await releaseLock(directory, lock);

    assert.equal((await readLock(directory))?.released, true);
  });

  it('tells a living process from a dead one and from one that has its number', async () => {
    const me = await thisProcess();
    assert.equal(await livenessOf(me), 'alive');
    assert.equal(await livenessOf({ ...me, host: 'another-host' }), 'elsewhere');

    const child = fork('-e', [], { execPath: process.execPath, execArgv: [], stdio: 'ignore' });
    const pid = child.pid ?? 0;
    await once(child, 'exit');
    assert.equal(await livenessOf({ pid, host: hostname() }), 'dead');
  });

  const linuxOnly = process.platform === 'linux' ? false : 'only Linux says when a process started';
  it('knows a number that was used again by when its process started', { skip: linuxOnly }, async () => {
    const me = await thisProcess();
    assert.equal(await livenessOf({ ...me, startTime: '1' }), 'dead');
    assert.equal(await livenessOf({ ...me, bootId: 'an earlier one' }), 'dead');
    assert.equal(await livenessOf({ ...me, pidNamespace: 'pid:[1]' }), 'elsewhere');
  });

  /** An identity with the number of this process, which another one had that is gone. */
  const gone = {
    linux: { startTime: '1' },
    win32: { life: '\\\\.\\pipe\\scimctl-life-of-nobody' },
  }[process.platform as string];
  it('is cleared when its owner is dead, whoever has its number now', {
    skip: gone ? false : 'the system does not tell such a process apart',
  }, async (context) => {
    const directory = await madeDirectory(context);
    await writeLock(directory, { ...(await thisProcess()), ...gone });

    const database = await openEmbedded(directory, { waitMs: 2_000 });
    await database.close();

    assert.deepEqual((await readdir(directory)).sort(), ['data', 'lock.8']);
  });

  it('is taken without a hard link where the file system has none', async (context) => {
    const { link } = fs.promises;
    context.after(() => {
      fs.promises.link = link;
      syncBuiltinESMExports();
    });
    for (const code of ['EPERM', 'ENOTSUP', 'EINVAL', 'EISDIR']) {
      fs.promises.link = () => Promise.reject(Object.assign(new Error(code), { code }));
      syncBuiltinESMExports();
      const directory = await lockDirectory(context);
      const lock = await claim(directory, await thisProcess());
      assert.equal((await readLock(directory))?.file, lock.file, code);
    }
  });

  it('is kept when it is merely old', async (context) => {
    const directory = await lockDirectory(context);
    const file = await writeLock(directory, await thisProcess());
    await utimes(file, 1, 1);

    await assert.rejects(openEmbedded(directory, { waitMs: 200 }), (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.code, 'database-in-use');
      assert.match(error.message, new RegExp(`process ${process.pid} `));
      return true;
    });
    assert.deepEqual(await readdir(directory), ['lock.7']);
  });

  it('is kept, and waited for, when its owner accepts and does not answer', async (context) => {
    const directory = await lockDirectory(context);
    const address = await listen(context);
    await writeLock(directory, await thisProcess(), address);

    await assert.rejects(openEmbedded(directory, { waitMs: 200 }), { code: 'database-in-use' });
  });

  it('of another host is left alone, and named', async (context) => {
    const directory = await lockDirectory(context);
    await writeLock(directory, { pid: 4711, host: 'build-server' });

    await assert.rejects(openEmbedded(directory), {
      code: 'database-in-use',
      message: /process 4711 on another machine, build-server/,
      hint: /delete .*lock\.7/,
    });
  });

  const posixOnly = process.platform === 'win32' ? 'pipes have no directory' : false;
  it('is not followed to a socket that others can reach', { skip: posixOnly }, async (context) => {
    const directory = await lockDirectory(context);
    const open = await lockDirectory(context);
    await mkdir(join(open, 'scimctl-open'), { mode: 0o777 });
    await writeLock(directory, await thisProcess(), join(open, 'scimctl-open', 'socket'));

    await assert.rejects(openEmbedded(directory), { code: 'embedded-socket-unsafe' });
  });
});

async function claim(directory: string, owner: ProcessIdentity) {
  const lock = await claimLock(directory, await readLock(directory), { owner, address: noSocket });
  assert.ok(lock);
  return lock;
}

async function lockDirectory(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'scimctl-test-lock-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function writeLock(directory: string, owner: ProcessIdentity, address = noSocket): Promise<string> {
  const record: LockRecord = { owner, address, nonce: 'of the test', released: false };
  const file = join(directory, 'lock.7');
  await writeFile(file, JSON.stringify(record));
  return file;
}

/** A socket in a private directory (or a pipe) that takes connections and says nothing. */
async function listen(context: TestContext): Promise<string> {
  const address =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\scimctl-test-${process.pid}`
      : join(await lockDirectory(context), 'socket');
  const server: Server = createServer((socket) => context.after(() => socket.destroy()));
  server.listen(address);
  await once(server, 'listening');
  context.after(() => server.close());
  return address;
}
