import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';

const HEAD = { sealNo: 7, lastSeq: 42, events: 42, digest: 'ab'.repeat(32) };

describe('db script --uninstall', () => {
  const run = async (words: string[], head: object = HEAD) => {
    const cwd = await temporaryDirectory();
    await writeFile(join(cwd, 'head.json'), JSON.stringify(head));
    return runHere(['db', 'script', ...words, '-o', 'json'], { cwd });
  };
  const failure = async (words: string[], head?: object) => {
    const { code, stderr } = await run(words, head);
    const { error } = JSON.parse(stderr);
    return `${code} ${error.code}: ${error.hint}`;
  };

  for (const engine of ['postgres', 'mssql']) {
    it(`writes a script for ${engine} that names the seal it is for, without a database`, async () => {
      const { code, stdout } = await run(['--engine', engine, '--uninstall', '--head', 'head.json']);
      assert.equal(code, 0);
      const { script } = JSON.parse(stdout);
      assert.match(script, new RegExp(`seal 7, digest ${HEAD.digest}`));
      assert.match(script, /seal_no = 7 and digest = (0x|'\\x)(ab){32}/);
      assert.match(script, /seq > 42\b/);
      assert.doesNotMatch(script, /cascade/i);
    });
  }

  it('requires a head that confirms something', async () => {
    const words = ['--engine', 'mssql', '--uninstall'];
    assert.match(await failure(words), /^2 option-missing: .*audit verify/);
    assert.match(await failure([...words, '--head', 'none.json']), /^2 head-unreadable: /);
    const empty = { sealNo: 0, lastSeq: 0, events: 0, digest: '00'.repeat(32) };
    assert.match(await failure([...words, '--head', 'head.json'], empty), /^2 head-invalid: .*audit seal/);
    assert.match(
      await failure(['--engine', 'mssql', '--head', 'head.json']),
      /^2 option-missing: Add --uninstall/,
    );
  });
});
