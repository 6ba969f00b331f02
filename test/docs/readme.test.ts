import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { runCliOk } from '../support/cli.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { openTestDatabase } from '../support/product.js';
import { comparable, consoleSteps, withOutput } from './console.js';
import { commandTable, generatedPart, table, withGeneratedPart } from './generated.js';
import { codeBlocks, readPage } from './markdown.js';
import { type Outcome, ShellSession } from './session.js';

const PAGE = 'README.md';

/** With SCIMCTL_TEST_UPDATE=1 the page is written instead of compared: look at what changed before it is kept. */
const isUpdate = process.env.SCIMCTL_TEST_UPDATE === '1';
const update = async (change: (text: string) => string) =>
  writeFile(join(projectDirectory, PAGE), change(await readPage(PAGE)));

forEachEngine(
  'the console blocks of the README',
  (engine) => {
    let database: Database;
    let text: string;
    let session: ShellSession;
    const outcomes = new Map<number, Outcome>();
    before(async () => {
      const { url } = await engine.freshDatabase();
      // Open all the time: the embedded database then need not start for every command.
      database = await openTestDatabase(url);
      text = await readPage(PAGE);
      session = new ShellSession(await temporaryDirectory('readme'));
      for (const { command, line } of consoleSteps(text)) {
        // quickstart has a database of its own; all that comes after it is on the empty one.
        outcomes.set(line, await session.run(command));
        session.set('SCIMCTL_DATABASE', url);
      }
    });
    after(() => database?.close());

    it('are commands that work', () => {
      assert.ok(outcomes.size > 5);
      for (const { command, line } of consoleSteps(text)) {
        const { code, stderr } = outcomes.get(line) ?? { code: -1, stderr: '' };
        assert.equal(code, 0, `README.md:${line}: ${command}\n${stderr}`);
      }
    });

    it('print what the README says', async () => {
      const steps = consoleSteps(text);
      const printed = steps.map(({ line }) => outcomes.get(line)?.stdout ?? '');
      const [expected, actual] = [comparable(steps.map((step) => step.printed)), comparable(printed)];
      if (isUpdate) {
        const changed = steps.flatMap(({ line }, at) =>
          expected[at] === actual[at] ? [] : [[line, printed[at] ?? ''] as const],
        );
        return update((page) => withOutput(page, new Map(changed)));
      }
      for (const [at, { command, line }] of steps.entries()) {
        assert.equal(actual[at], expected[at], `README.md:${line}: ${command}`);
      }
    });

    it('come from a program that says what quickstart says on a terminal of its own', async () => {
      const [first] = consoleSteps(text);
      assert.equal(first?.command, 'npx scimctl quickstart');
    });
  },
  { only: ['embedded'] },
);

describe('the tables of the README', () => {
  const assertGenerated = async (name: string, part: string) => {
    if (isUpdate) return update((text) => withGeneratedPart(text, name, part));
    assert.equal(generatedPart(await readPage(PAGE), name), part);
  };

  it('list every command', async () => {
    await assertGenerated('commands', await commandTable());
  });

  it('have the exit codes of `help exit-codes`', async () => {
    const { stdout } = await runCliOk(['help', 'exit-codes', '-o', 'json']);
    const codes: { code: number; meaning: string }[] = JSON.parse(stdout);

    const rows = codes.map(({ code, meaning }) => [`${code}`, meaning]);
    await assertGenerated('exit-codes', table(['code', 'meaning'], rows));
  });
});

describe('the set-up of the README', () => {
  it('is its two commands and no other', async () => {
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
