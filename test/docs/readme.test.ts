import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCliOk } from '../support/processes/cli.js';
import { assertGenerated, commandNames, commandTable, table } from './generated.js';
import { codeBlocks, readPage } from './markdown.js';

const PAGE = 'README.md';

describe('the README', () => {
  it('lists every command', async () => {
    await assertGenerated(PAGE, 'commands', await commandTable());
  });

  it('has the exit codes of `help exit-codes`', async () => {
    const { stdout } = await runCliOk(['help', 'exit-codes', '-o', 'json']);
    const codes: { code: number; meaning: string }[] = JSON.parse(stdout);

    const rows = codes.map(({ code, meaning }) => [`${code}`, meaning]);
    await assertGenerated(PAGE, 'exit-codes', table(['code', 'meaning'], rows));
  });

  it('says of no command that it is still to come when it has come', async () => {
    const [, status = ''] = /^## Status\n([\s\S]*?)^## /m.exec(await readPage(PAGE)) ?? [];
    const missing = [...status.matchAll(/`(?:scimctl )?([a-z-]+(?: [a-z-]+)?)`/g)].map(
      ([, name = '']) => name,
    );
    const there = await commandNames();

    // There may be no such command any more; but there is a status.
    assert.match(status, /\d/);
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
