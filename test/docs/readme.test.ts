import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runCliOk } from '../support/cli.js';
import { projectDirectory } from '../support/environment.js';
import { commandNames, commandTable, generatedPart, table, withGeneratedPart } from './generated.js';
import { codeBlocks, readPage } from './markdown.js';

const PAGE = 'README.md';

/** With SCIMCTL_TEST_UPDATE=1 the page is written instead of compared: look at what changed before it is kept. */
async function assertGenerated(name: string, part: string): Promise<void> {
  const text = await readPage(PAGE);
  if (process.env.SCIMCTL_TEST_UPDATE === '1') {
    await writeFile(join(projectDirectory, PAGE), withGeneratedPart(text, name, part));
    return;
  }
  assert.equal(generatedPart(text, name), part);
}

describe('the README', () => {
  it('lists every command', async () => {
    await assertGenerated('commands', await commandTable());
  });

  it('has the exit codes of `help exit-codes`', async () => {
    const { stdout } = await runCliOk(['help', 'exit-codes', '-o', 'json']);
    const codes: { code: number; meaning: string }[] = JSON.parse(stdout);

    const rows = codes.map(({ code, meaning }) => [`${code}`, meaning]);
    await assertGenerated('exit-codes', table(['code', 'meaning'], rows));
  });

  it('says of no command that it is still to come when it has come', async () => {
    const [, status = ''] = /^## Status\n([\s\S]*?)^## /m.exec(await readPage(PAGE)) ?? [];
    const missing = [...status.matchAll(/`(?:scimctl )?([a-z-]+(?: [a-z-]+)?)`/g)].map(
      ([, name = '']) => name,
    );
    const there = await commandNames();

    assert.ok(missing.length > 0);
    assert.deepEqual(
      missing.filter((name) => there.includes(name)),
      [],
    );
  });

  it('asks for its two commands and no other set-up', async () => {
    const text = await readPage(PAGE);
    const installing = text.match(/\bnpm (?:ci|install|i|link|run)\b[^`\n]*/g);

    assert.deepEqual(installing, [
      'npm ci && npx scimctl quickstart',
      'npm ci && npm test',
      'npm install --global .',
    ]);
    assert.ok(codeBlocks(text).some((block) => block.text === 'npm ci && npx scimctl quickstart\n'));
  });
});
