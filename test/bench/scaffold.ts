import { performance } from 'node:perf_hooks';
import { nearest } from '../../src/cli/nearest.js';
import { ScaffoldAnalysis } from '../../src/core/scaffold/analyse.js';
import type { Certainty } from '../../src/core/scaffold/proposal.js';
import { openTestDatabase } from '../support/databases/product.js';
import { type EngineAvailability, engineAvailability } from '../support/engines/availability.js';
import { type EngineServer, type TestDatabase, uniqueName } from '../support/engines/database.js';
import { engineServer } from '../support/engines.js';
import { verdictOn } from '../support/host-verdict.js';
import { hostsOf } from '../support/hosts.js';

/*
 * `npm run bench -- scaffold`: how often proposals of each certainty are right, by the real applications in the folder
 * that SCIMCTL_TEST_HOSTS names; and what the analysis of a large database takes, with TABLES and PEOPLE in the
 * environment. On the servers that SCIMCTL_TEST_POSTGRES and SCIMCTL_TEST_MSSQL name.
 */

const TABLES = Number(process.env.TABLES ?? 2_000);
const PEOPLE = Number(process.env.PEOPLE ?? 1_000_000);

const counts = new Map<string, number>();
const questions: number[] = [];
const wrong: string[] = [];

for (const engine of engineAvailability(process.env)) {
  if (engine.skipped !== undefined || engine.name === 'embedded') continue;
  const server = engineServer(engine, process.env);
  for (const host of hostsOf(engine.name)) {
    await withDatabase(server, async (database) => {
      await host.load(database);
      const { proposals, questions: asked } = await analysisOf(database);
      questions.push(asked.length);
      for (const proposal of proposals) {
        const verdict = verdictOn(proposal, host.expected);
        if (verdict === undefined) continue;
        const key = `${proposal.certainty} ${verdict}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        if (verdict === 'wrong')
          wrong.push(
            `${proposal.certainty} ${host.name} ${proposal.name} = ${JSON.stringify(proposal.value)}`,
          );
      }
    });
  }
  await large(engine, server);
}
if (questions.length > 0) printCalibration();

function printCalibration(): void {
  for (const certainty of ['sure', 'likely', 'ask'] satisfies Certainty[]) {
    const [right, bad] = [counts.get(`${certainty} right`) ?? 0, counts.get(`${certainty} wrong`) ?? 0];
    console.log(`${certainty}: ${right} of ${right + bad} right`);
  }
  const sorted = questions.sort((a, b) => a - b);
  console.log(
    `questions: median ${sorted[Math.floor(sorted.length / 2)]}, at most ${sorted.at(-1)}, of ${sorted.length} applications`,
  );
  for (const line of wrong.sort()) console.log(`  wrong: ${line}`);
}

/** A database of many tables, one of them with many people. */
async function large({ label, name }: EngineAvailability, server: EngineServer): Promise<void> {
  await withDatabase(server, async (database) => {
    const columns = Array.from({ length: 20 }, (_, at) => `value_${at} varchar(40)`).join(', ');
    for (let at = 0; at < TABLES; at++) {
      await database.query(
        `create table thing_${at} (id int not null primary key, user_id int, status varchar(20), ${columns})`,
      );
    }
    await database.query(
      'create table users (id int not null primary key, user_name varchar(60) not null unique, email varchar(120), first_name varchar(60), last_name varchar(60), password_hash varchar(80), is_active int not null, last_login_at timestamp, kind varchar(20))'.replace(
        'timestamp',
        name === 'mssql' ? 'datetime' : 'timestamp',
      ),
    );
    const numbers =
      name === 'mssql'
        ? `select top (${PEOPLE}) row_number() over (order by (select null)) as n from sys.columns a cross join sys.columns b cross join sys.columns c`
        : `select n from generate_series(1, ${PEOPLE}) n`;
    await database.query(
      `insert into users select n, concat('user', n), concat('user', n, '@corp.example'), concat('First', n), concat('Last', n), 'x', case when n % 10 = 0 then 0 else 1 end, null, 'person' from (${numbers}) s`,
    );
    const before = process.memoryUsage().rss;
    const begun = performance.now();
    const { open } = await analysisOf(database);
    const seconds = (performance.now() - begun) / 1000;
    const used = Math.round((process.memoryUsage().rss - before) / 1_000_000);
    console.log(
      `${label}: ${TABLES} tables and ${PEOPLE} people in ${seconds.toFixed(1)} s, ${used} MB more, open: ${open.join(', ')}`,
    );
  });
}

async function analysisOf({ url }: TestDatabase) {
  const database = await openTestDatabase(url);
  try {
    const parts = { now: new Date(), declared: {}, nearest };
    return await (await ScaffoldAnalysis.begin(database, parts)).analyse([]);
  } finally {
    await database.close();
  }
}

async function withDatabase(
  server: EngineServer,
  work: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  const database = await server.create(uniqueName(process.env));
  try {
    await work(database);
  } finally {
    await database.drop();
  }
}
