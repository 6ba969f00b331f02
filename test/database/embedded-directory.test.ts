import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { prepareDirectory } from '../../src/database/embedded/directory.js';
import { openEmbedded } from '../../src/database/embedded/index.js';
import { directoryProblem } from '../../src/database/embedded/problems.js';
import { noModes } from '../support/environment.js';
import { madeDirectory } from './embedded-process.js';

describe('the directory of an embedded database', () => {
  it('may be missing with its parents, or empty; then it is ours alone', async (context) => {
    const parent = await directoryOf(context);
    const [missing, empty] = [join(parent, 'a', 'b'), join(parent, 'c')];
    await mkdir(empty, { mode: 0o755 });

    for (const directory of [missing, empty]) {
      await prepareDirectory(directory);
      if (process.platform !== 'win32') assert.equal((await stat(directory)).mode & 0o777, 0o700);
    }
  });

  it('may take longer to be filled than anybody waits for an owner that does not answer', async (context) => {
    const directory = await directoryOf(context);
    const database = await openEmbedded(directory, { waitMs: 800 });
    await database.close();
  });

  it('is refused when it holds something else, which is not touched', async (context) => {
    const directory = await directoryOf(context);
    await writeFile(join(directory, 'thesis.txt'), 'years of work');
    if (process.platform !== 'win32') await chmod(directory, 0o755);

    await assert.rejects(openEmbedded(directory), {
      code: 'embedded-directory-unusable',
      message: /contains files that do not belong to an embedded database/,
    });

    assert.deepEqual(await readdir(directory), ['thesis.txt']);
    if (process.platform !== 'win32') assert.equal((await stat(directory)).mode & 0o777, 0o755);
  });

  it('is refused when it is a file, or below one', async (context) => {
    const file = join(await directoryOf(context), 'file');
    await writeFile(file, '');

    for (const directory of [file, join(file, 'below')]) {
      await assert.rejects(openEmbedded(directory), {
        code: 'embedded-directory-unusable',
        message: /is not a directory/,
      });
    }
  });

  const root = process.geteuid?.() === 0 ? 'root may do everything' : false;
  it('is refused when it is read-only', { skip: root || noModes }, async (context) => {
    const parent = await directoryOf(context);
    await chmod(parent, 0o500);

    await assert.rejects(openEmbedded(join(parent, 'database')), {
      code: 'embedded-directory-unusable',
      message: /not writable/,
    });
  });

  const notRoot = process.geteuid?.() === 0 ? false : 'only root can give a directory away';
  it('is refused when it belongs to somebody else', { skip: notRoot }, async (context) => {
    const directory = await directoryOf(context);
    await chown(directory, 12345, 12345);

    await assert.rejects(openEmbedded(directory), {
      code: 'embedded-directory-unusable',
      message: /belongs to another user \(uid 12345\)/,
    });
  });

  const noFull = process.platform === 'linux' ? false : 'there is no /dev/full';
  it('is refused in so many words when the disk is full', { skip: noFull }, async () => {
    const error = await writeFile('/dev/full', 'something').catch((failure: unknown) => failure);

    const problem = directoryProblem('/data/database', error) as Error;

    assert.match(problem.message, /\/data\/database cannot be used .*: the disk is full/);
  });

  it('may have a path longer than a socket can have', async (context) => {
    const directory = join(await directoryOf(context), 'd'.repeat(120), 'database');
    const made = await madeDirectory(context);
    await mkdir(dirname(directory), { recursive: true });
    await rename(made, directory);

    const database = await openEmbedded(directory);
    await database.close();
  });

  it('with a database that does not start is reported, and kept', async (context) => {
    const directory = await madeDirectory(context);
    await rm(join(directory, 'data', 'global', 'pg_control'));

    await assert.rejects(openEmbedded(directory), {
      code: 'embedded-database-damaged',
      message: /pg_control|control file/,
    });

    assert.ok((await readdir(join(directory, 'data'))).includes('PG_VERSION'));
    // The next one is told the same, and not that somebody has the database.
    await assert.rejects(openEmbedded(directory), { code: 'embedded-database-damaged' });
  });
});

async function directoryOf(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'scimctl-test-directory-'));
  context.after(async () => {
    if (process.platform !== 'win32') await chmod(directory, 0o700);
    await rm(directory, { recursive: true, force: true });
  });
  return directory;
}
