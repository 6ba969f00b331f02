import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrailVerification } from '../../src/core/audit/verify/walk.js';
import { installProduct, type Product } from '../support/databases/product.js';
import { type EngineAvailability, engineAvailability } from '../support/engines/availability.js';
import { uniqueName } from '../support/engines/database.js';
import { engineServer } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { binFile } from '../support/processes/cli.js';
import { slipIn, tamper } from '../support/trail/tamper.js';
import { withPostgres } from './on-postgres.js';

/*
 * Seals and verifies a long trail, and tampers with it: `npm run bench -- audit`, with EVENTS in the environment. On
 * PostgreSQL, which is started unless SCIMCTL_TEST_POSTGRES names a server, and on what SCIMCTL_TEST_MSSQL
 * names. Fails where anything is not named exactly, or a process needs 200 MB.
 */

const EVENTS: Record<string, number> = {
  postgres: 1_000_000,
  // Filling the table is what takes long.
  mssql: 200_000,
};

const MAX_RSS_MB = 200;

/** Loaded into the measured process: tells the peak of its resident memory, in kB, when it ends. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`)}`;

interface Measured {
  stdout: string;
  code: number;
  seconds: number;
  /** Peak of the resident memory. */
  rssMb: number;
}

/** Runs the command line in a process of its own, which says how much memory it took. */
async function measure(product: Product, words: string[]): Promise<Measured> {
  const child = spawn(process.execPath, ['--import', REPORT_MEMORY, binFile, ...words], {
    env: { ...process.env, SCIMCTL_DATABASE: product.url },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const begin = performance.now();
  const said = ['', ''];
  [child.stdio[1], child.stdio[3]].forEach((stream, at) => {
    stream?.on('data', (text) => {
      // The end is enough: of an export nothing is wanted.
      said[at] = `${said[at]}${text}`.slice(-100_000);
    });
  });
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - begin) / 1000;
  const [stdout = '', kilobytes] = said;
  const rssMb = Math.round(Number(kilobytes) / 1024);
  console.log(
    `  ${words.slice(0, 2).join(' ').padEnd(20)} ${seconds.toFixed(1).padStart(7)} s ${rssMb.toString().padStart(5)} MB`,
  );
  assert.ok(rssMb < MAX_RSS_MB, `${words.join(' ')} took ${rssMb} MB`);
  return { stdout, code, seconds, rssMb };
}

/** Events by the thousand, as the endpoint would write them; the number after the first half stays free. */
async function fill(product: Product, events: number): Promise<void> {
  const half = Math.floor(events / 2);
  await insertMany(product, half);
  await product.database
    .transaction(async ({ knex }) => {
      await knex.raw(insertSql(product, 'values (1)'));
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await insertMany(product, events - half);
}

const COLUMNS = 'event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details';
const isSqlServer = (product: Product) => product.database.dialect.name === 'mssql';

function insertSql(product: Product, numbers: string): string {
  const [text, at, id] = isSqlServer(product)
    ? ['nvarchar(20)', "dateadd(second, n % 31536000, '2026-01-01T00:00:00')", 'newid()']
    : ['varchar(20)', "timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second'", 'gen_random_uuid()'];
  return `insert into scim.event (${COLUMNS})
    select ${id}, ${at}, 'idp:entra', 'user.update', 'user', cast(n as ${text}),
           concat('user', n, '@contoso.example'), 'done', concat('{"changed":["displayName"],"n":', n, '}')
      from (${numbers}) as numbers (n)`;
}

async function insertMany(product: Product, count: number): Promise<void> {
  // A part at a time, so that no statement meets its time-out.
  const part = 50_000;
  const digits = '(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))';
  for (let from = 0; from < count; from += part) {
    const to = Math.min(from + part, count);
    const numbers = isSqlServer(product)
      ? `select ${from} + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
           from ${digits} a (d) cross join ${digits} b (d) cross join ${digits} c (d) cross join ${digits} e (d)
           cross join (values (0), (1), (2), (3), (4)) f (d)
          where ${from} + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d < ${to}`
      : `select generate_series(${from}, ${to - 1})`;
    await product.database.read(({ knex }) => knex.raw(insertSql(product, numbers)));
  }
}

async function bench(engine: EngineAvailability, events: number): Promise<void> {
  const test = await engineServer(engine, process.env).create(uniqueName(process.env));
  const product = await installProduct(test, { host: false });
  try {
    console.log(`${engine.label}, ${events.toLocaleString('en-GB')} events:`);
    const begin = performance.now();
    await fill(product, events);
    console.log(
      `  ${'(written)'.padEnd(20)} ${((performance.now() - begin) / 1000).toFixed(1).padStart(7)} s`,
    );
    await trial(product, events);
  } finally {
    await product.close();
    await test.drop();
  }
}

async function trial(product: Product, events: number): Promise<void> {
  const verify = async (...words: string[]) => {
    const { stdout, code } = await measure(product, ['audit', 'verify', '-o', 'json', ...words]);
    const verification = JSON.parse(stdout) as TrailVerification;
    assert.equal(code, verification.status === 'intact' ? 0 : 4);
    return verification;
  };
  await measure(product, ['audit', 'seal', '-q', '--margin', '0s']);
  const intact = await verify();
  assert.deepEqual([intact.status, intact.unsealed], ['intact', 0]);
  assert.ok(intact.sealed >= events);
  const head = join(await temporaryDirectory('bench'), 'head.json');
  await writeFile(head, (await measure(product, ['audit', 'head'])).stdout);
  await measure(product, ['audit', 'export', '-q']);

  const flipped = Math.floor(events / 4);
  const deleted = Math.floor((3 * events) / 4);
  const [gap] = await product.test.query<{ seq: string | number }>(
    'select e.seq + 1 as seq from scim.event e where not exists (select 1 from scim.event n where n.seq = e.seq + 1) and e.seq < (select max(seq) from scim.event)',
  );
  const free = Number(gap?.seq);
  await tamper(
    product,
    'event',
    `update scim.event set details = replace(details, 'displayName', 'displayNamf') where seq = ${flipped}`,
    `delete from scim.event where seq = ${deleted}`,
  );
  await slipIn(product, free);
  const tampered = await verify();
  const found = tampered.findings.map(({ kind, seq }) => `${kind} ${seq}`);
  assert.deepEqual(found, [`changed ${flipped}`, `inserted ${free}`, `removed ${deleted}`]);
  console.log(`  found: ${found.join(', ')}`);

  const { sealNo, lastSeq } = intact.head;
  await tamper(product, 'event_seal', `delete from scim.event_seal where seal_no > ${sealNo - 3}`);
  const [last] = await product.test.query<{ seq: string | number }>(
    'select max(last_seq) as seq from scim.event_seal',
  );
  const cut = Number(last?.seq) + 1;
  await tamper(product, 'event', `delete from scim.event where seq >= ${cut}`);
  const tail = (await verify('--head', head)).findings.at(-1);
  assert.deepEqual(tail, {
    kind: 'tail-cut',
    seq: cut,
    toSeq: lastSeq,
    sealNo: sealNo - 2,
    toSealNo: sealNo,
  });
  console.log(`  found: tail-cut ${cut} to ${lastSeq}`);
}

const benchAll = (events: number | undefined): Promise<void> =>
  withPostgres(async () => {
    for (const engine of engineAvailability(process.env)) {
      const count = events ?? EVENTS[engine.name];
      if (count !== undefined && engine.name !== 'embedded' && engine.skipped === undefined) {
        await bench(engine, count);
      }
    }
  });

const { EVENTS: events } = process.env;
await benchAll(events === undefined ? undefined : Number(events));
