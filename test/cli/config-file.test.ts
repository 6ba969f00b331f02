import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeConfigFile } from '../../src/cli/settings/config-file.js';
import type { World } from '../../src/world.js';
import { noModes, temporaryDirectory } from '../support/environment.js';

const world = { platform: process.platform, random: randomBytes } as unknown as World;
const isRoot = process.getuid?.() === 0;

describe('the config file', { skip: noModes }, () => {
  it('is for its owner only where it is new', async () => {
    const path = join(await temporaryDirectory(), 'config.json');

    await writeConfigFile(path, {}, world);

    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('that is replaced stays readable for the service that reads it', async () => {
    const path = join(await temporaryDirectory(), 'config.json');
    await writeFile(path, '{}');
    await chmod(path, 0o640);
    if (isRoot) await chown(path, 12345, 54321);

    await writeConfigFile(path, { database: 'embedded:x' }, world);

    const { mode, uid, gid } = await stat(path);
    assert.equal(mode & 0o777, 0o640);
    if (isRoot) assert.deepEqual([uid, gid], [12345, 54321]);
    assert.match(await readFile(path, 'utf8'), /embedded:x/);
  });
});
