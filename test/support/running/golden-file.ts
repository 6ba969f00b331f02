import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../environment.js';

/**
 * Compares with `test/golden/<name>`. With SCIMCTL_TEST_UPDATE=1 in the environment the file is written
 * instead: look at what changed before it is kept.
 */
export async function assertGolden(name: string, text: string): Promise<void> {
  const file = join(projectDirectory, 'test', 'golden', name);
  if (process.env.SCIMCTL_TEST_UPDATE === '1') await writeFile(file, text);
  const expected = await readFile(file, 'utf8').catch(() => '');
  assert.equal(text, expected.replaceAll('\r\n', '\n'), `differs from test/golden/${name}`);
}
