import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { toBinding } from '../../src/binding/read-binding.js';
import { nearest } from '../../src/cli/nearest.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { type Analysis, ScaffoldAnalysis } from '../../src/core/scaffold/analyse.js';
import type { Database } from '../../src/database/database.js';
import { migrate } from '../../src/database/migrator/migrate.js';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { verdictOn } from '../support/host-verdict.js';
import { comparable, hostsOf, withoutHosts } from '../support/hosts.js';

/** Questions that one of them may ask, and that half of them may. */
const MOST = 7;
const MEDIAN = 3;

if (withoutHosts === false)
  forEachEngine(
    'host scaffold on the tables of real applications',
    (engine) => {
      const counted: number[] = [];

      for (const host of hostsOf(engine.name)) {
        describe(host.name, () => {
          let database: Database;
          let scaffold: ScaffoldAnalysis;
          let unanswered: Analysis;
          before(async () => {
            const fresh = await engine.freshDatabase();
            await host.load(fresh);
            database = await openTestDatabase(fresh.url);
            await migrate(database, '0.0.0-test');
            const parts = { now: new Date(), declared: { by: 'cli:tester@test', at: '2026-11-29' }, nearest };
            scaffold = await ScaffoldAnalysis.begin(database, parts);
            unanswered = await scaffold.analyse([]);
            counted.push(unanswered.questions.length);
          });
          after(() => database.close());

          it('has no proposal that is sure and wrong, and few questions', () => {
            const wrong = unanswered.proposals.filter(
              (proposal) => proposal.certainty === 'sure' && verdictOn(proposal, host.expected) === 'wrong',
            );
            assert.deepEqual(wrong, []);
            assert.ok(unanswered.questions.length <= MOST, unanswered.open.join(', '));
          });

          it('shows nothing of any person', () => {
            const shown = JSON.stringify([unanswered.proposals, unanswered.questions]).toLowerCase();
            const personal = host.expected.canonical
              .flatMap(({ email, login_name, display_name }) => [email, display_name, login_name])
              .filter((one): one is string => typeof one === 'string' && /[@ ]/.test(one));
            assert.ok(personal.length > 0);
            assert.deepEqual(
              personal.filter((one) => shown.includes(one.toLowerCase())),
              [],
            );
          });

          it('reads as its DBA expects once the questions are answered', async () => {
            const analysis = await scaffold.analyse(host.answers);
            assert.deepEqual(analysis.open, []);
            const binding = toBinding(analysis.binding);

            const core = { database, clock: () => new Date(), random: randomBytes, actor: 'cli:tester@test' };
            const { rehearsal } = await applyScaffold(core, binding);

            const steps = rehearsal.map(({ step }) => step);
            assert.deepEqual(steps.slice(-2), ['disable', 'enable']);
            const rows = await database.read(({ knex, schema }) =>
              knex('host_user').withSchema(schema).select('*'),
            );

            const byId = (a: { user_id: string }, b: { user_id: string }) => (a.user_id < b.user_id ? -1 : 1);
            assert.deepEqual(
              rows.map(comparable).sort(byId),
              host.expected.canonical.map(comparable).sort(byId),
            );
          });
        });
      }

      it('asks few questions of most of them', () => {
        const median = counted.sort((a, b) => a - b)[Math.floor(counted.length / 2)];
        assert.ok(median !== undefined && median <= MEDIAN, counted.join());
      });
    },
    { only: ['postgres', 'mssql'] },
  );

if (withoutHosts !== false) {
  describe('host scaffold on the tables of real applications', { skip: withoutHosts }, () => {});
}
