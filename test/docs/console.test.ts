import assert from 'node:assert/strict';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrator/migrate.js';
import { installReferenceHost } from '../../src/database/migrator/reference-host.js';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { comparable, consoleSteps, withOutput } from './console.js';
import { pages, readPage } from './markdown.js';
import { type Outcome, ShellSession } from './session.js';

/** With SCIMCTL_TEST_UPDATE=1 the pages are written instead of compared: look at what changed before it is kept. */
const isUpdate = process.env.SCIMCTL_TEST_UPDATE === '1';

/** The README begins on an empty database; the other pages where the reference host application is installed. */
const isEmptyAtFirst = (page: string) => page === 'README.md';

/** It has a database of its own, and refuses to be given another. */
const isQuickstart = (command: string) => /\bscimctl quickstart\b/.test(command);

for (const page of await pages()) {
  const text = await readPage(page);
  const steps = consoleSteps(text);
  if (steps.length === 0) continue;

  forEachEngine(
    `the console blocks of ${page}`,
    (engine) => {
      let database: Database | undefined;
      let session: ShellSession | undefined;
      const outcomes: Outcome[] = [];
      before(async () => {
        const { url } = await engine.freshDatabase();
        // Open all the time: the embedded database then need not start for every command.
        database = await openTestDatabase(url);
        if (!isEmptyAtFirst(page)) {
          await migrate(database, '0.0.0-test');
          await installReferenceHost(database);
        }
        const directory = await temporaryDirectory('docs');
        // Pages name the samples as somebody does who stands where the README is.
        await cp(join(projectDirectory, 'docs'), join(directory, 'docs'), { recursive: true });
        session = new ShellSession(directory);
        // A page that goes on with the sample data says so by its variable.
        const goesOn = steps.some(({ command }) => command.startsWith('export SCIMCTL_CONFIG='));
        for (const { command } of steps) {
          session.set('SCIMCTL_DATABASE', goesOn || isQuickstart(command) ? '' : url);
          outcomes.push(await session.run(command));
        }
      });
      after(async () => {
        await session?.end();
        await database?.close();
      });

      it('hold commands that work', () => {
        for (const [at, { command, line }] of steps.entries()) {
          assert.equal(outcomes[at]?.code, 0, `${page}:${line}: ${command}\n${outcomes[at]?.stderr}`);
        }
      });

      it('hold what these commands print', async () => {
        const expected = comparable(steps.map(({ printed }) => printed));
        const actual = comparable(outcomes.map(({ stdout }) => stdout));
        if (isUpdate) {
          if (expected.every((one, at) => one === actual[at])) return;
          // All of them, since what one prints names ids that another one has made.
          const fresh = steps.map(({ line }, at) => [line, outcomes[at]?.stdout ?? ''] as const);
          await writeFile(join(projectDirectory, page), withOutput(text, new Map(fresh)));
          return;
        }
        for (const [at, { command, line }] of steps.entries()) {
          assert.equal(actual[at], expected[at], `${page}:${line}: ${command}`);
        }
      });
    },
    { only: ['embedded'] },
  );
}
