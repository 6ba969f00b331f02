import { after, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { insertIdentity } from '../../src/database/queries/links/identities.js';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type CliOptions, runCliOk, runJson } from '../support/processes/cli.js';
import { assertGolden } from '../support/running/golden-file.js';

/**
 * Everything that differs from run to run, or from engine to engine by its nature, made equal. Instants from
 * before the run, such as those of the sample users, stay: they have to be the same on every engine.
 */
function comparable(text: string, known: readonly [string, string][], began: Date): string {
  const seen: string[] = [];
  const numbered = (uuid: string) => {
    if (!seen.includes(uuid)) seen.push(uuid);
    return `<uuid ${seen.indexOf(uuid) + 1}>`;
  };
  return known
    .reduce((before, [value, shown]) => before.replaceAll(value, shown), text)
    .replace(/"(cli|db):[^"]+"/g, '"<$1 actor>"')
    .replace(/"(appliedBy|toolVersion|checksum)": "[^"]+"/g, '"$1": "<$1>"')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, numbered)
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, (instant) =>
      new Date(instant) >= began ? '<instant>' : instant,
    );
}

/** Migrations are added all the time; that all of them are there, and as files, is for other tests. */
function withoutMigrations(title: string, answer: unknown): unknown {
  if (title.startsWith('db migrate')) {
    const { applied } = answer as { applied: unknown[] };
    return { applied: applied.length > 0 ? '<all>' : '<none>' };
  }
  if (title === 'db status') {
    const { applied, version, latest, ...rest } = answer as { applied: unknown[] } & Record<string, unknown>;
    return { ...rest, current: version === latest, applied: applied.slice(0, 1) };
  }
  if (title !== 'audit list') return answer;
  const events = (answer as { seq: number; action: string }[]).filter(
    ({ action }) => action !== 'schema.apply',
  );
  const first = Math.min(...events.map(({ seq }) => seq));
  return events.map((event) => ({ ...event, seq: event.seq - first + 1 }));
}

const DAY_MS = 86_400_000;

/** Three leavers; the last has no seat and never signed in. */
async function deprovisionSome(database: Database, began: Date): Promise<[since: string, shown: string][]> {
  const leavers = [
    { hostUserId: '4', userName: 'zoe.mueller@contoso.example', reason: 'disabled', days: 12 },
    { hostUserId: '13', userName: 'james.miller@contoso.example', reason: 'deleted', days: 5 },
    { hostUserId: '16', userName: 'nguyen.thi.ha@contoso.example', reason: 'missing', days: 1 },
  ] as const;
  const shown: [string, string][] = [];
  await database.transaction(async (session) => {
    const [account] = await session.knex('service_account').withSchema('scim').select('service_account_id');
    for (const { hostUserId, userName, reason, days } of leavers) {
      const since = new Date(began.getTime() - days * DAY_MS - 60_000);
      shown.push([since.toISOString(), `<${days} days ago>`]);
      await insertIdentity(session, {
        identityId: `00000000-0000-4000-8000-${hostUserId.padStart(12, '0')}`,
        serviceAccountId: account.service_account_id,
        externalId: `object-${hostUserId}`,
        userName,
        hostUserId,
        createdAt: since,
        updatedAt: since,
        deprovisionedAt: since,
        deprovisionReason: reason,
      });
    }
  });
  return shown;
}

forEachEngine('the scripted flow', (engine) => {
  let database: Database | undefined;
  after(() => database?.close());

  it('gives the same answers on every engine, ids and instants aside', async () => {
    const began = new Date(Date.now() - 1000);
    const { url } = await engine.freshDatabase();
    // Open all the time: the embedded database then need not start for every command.
    database = await openTestDatabase(url);
    const options: CliOptions = { env: { SCIMCTL_DATABASE: url } };
    const answers: Record<string, unknown> = {};
    const run = async (...words: string[]) => {
      const title = words.join(' ');
      const answer = withoutMigrations(title, await runJson(words, options));
      answers[title in answers ? `${title}, again` : title] = answer;
    };

    await run('db', 'migrate');
    await run('host', 'install-reference');
    await run('idp', 'add', 'entra');
    const token = (await runCliOk(['token', 'create', '--idp', 'entra', '-q'], options)).stdout.trim();
    await run('check');
    const instants = await deprovisionSome(database, began);
    answers['users pending -o csv'] = (await runCliOk(['users', 'pending', '-o', 'csv'], options)).stdout;

    await run('users', 'pending');
    await run('idp', 'show', 'entra');
    await run('token', 'list');
    await run('seats');
    await run('audit', 'list');
    await run('db', 'migrate');
    await run('host', 'install-reference');
    await run('db', 'status');

    const known: [string, string][] = [
      ...instants,
      [token.split('_')[1] ?? '', '<token id>'],
      ['a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', '<id of Contoso SAML>'],
    ];
    await assertGolden('flow.json', comparable(`${JSON.stringify(answers, null, 2)}\n`, known, began));
  });
});
