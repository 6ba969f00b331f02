import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { hostUserShape } from '../../src/database/queries/host/host-user-shape.js';
import { pendingQuery } from '../../src/database/queries/links/pending.js';
import type { Product } from '../support/databases/product.js';
import { addIdp } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';
import { seedUsers } from '../support/running/seed.js';
import { onPostgres } from './on-postgres.js';

/*
 * The list of pending users beside psql's \copy of the same query, on PostgreSQL: `npm run bench -- lists`, with
 * ACCOUNTS and PENDING in the environment. Prints ratios: CSV to \copy (1.5 is what we allow ourselves), and a table of
 * 20,000 rows to its CSV (3), with the peak of resident memory (150 MB) and the time to the first row (a second).
 * Needs psql on the path.
 */

const ACCOUNTS = Number(process.env.ACCOUNTS ?? 1_000_000);
const PENDING = Number(process.env.PENDING ?? 50_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const TABLE_ROWS = 20_000;

/** Loaded into the measured process: tells the peak of its resident memory, in kB, when it ends. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`)}`;

interface Measured {
  ms: number;
  /** Until the first line behind the head. */
  firstMs: number;
  lines: number;
  rssMb: number;
}

async function measure(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  const began = performance.now();
  const child = spawn(program, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  let [lines, firstMs, memory] = [0, Number.NaN, ''];
  child.stdio[1]?.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) lines++;
    if (lines > 1 && Number.isNaN(firstMs)) firstMs = performance.now() - began;
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    memory += String(chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`);
  return { ms: performance.now() - began, firstMs, lines, rssMb: Math.round(Number(memory) / 1024) };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** What `users pending` asks, as text for psql. */
const pendingSql = (product: Product): Promise<string> =>
  product.database.read(async (session) =>
    pendingQuery(session, await hostUserShape(session), {})
      .orderByRaw('coalesce(i.deprovisioned_at, i.updated_at), i.user_name, i.identity_id')
      .toQuery(),
  );

async function fill(product: Product): Promise<void> {
  const idp = await addIdp(product, 'bench');
  await seedUsers(product, idp, ACCOUNTS);
  const each = Math.max(1, Math.floor(ACCOUNTS / PENDING));
  await product.test.query(
    `update scim.identity set deprovision_reason = 'disabled',
            deprovisioned_at = timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second'
       from (select identity_id as id, row_number() over (order by identity_id) as n from scim.identity) numbered
      where id = identity_id and n % ${each} = 0 and n / ${each} <= ${PENDING}`,
  );
  await product.test.query('analyze');
}

async function compare(product: Product): Promise<void> {
  const copy = `\\copy (${(await pendingSql(product)).replace(/\s+/g, ' ')}) to stdout with (format csv, header)`;
  const cli = (...words: string[]) =>
    measure(process.execPath, ['--import', REPORT_MEMORY, binFile, 'users', 'pending', ...words], {
      SCIMCTL_DATABASE: product.url,
    });
  const rounds = {
    copy: [] as Measured[],
    csv: [] as Measured[],
    table: [] as Measured[],
    short: [] as Measured[],
  };
  const note = (name: keyof typeof rounds, measured: Measured) => {
    rounds[name].push(measured);
    const { ms, firstMs, rssMb, lines } = measured;
    const memory = rssMb > 0 ? `, ${rssMb} MB` : '';
    console.log(
      `  ${name.padEnd(6)} ${ms.toFixed(0).padStart(6)} ms, first row after ${firstMs.toFixed(0)} ms${memory}, ${lines} lines`,
    );
  };
  // One after the other in every round, so that a machine that slows down slows all.
  for (let round = 0; round < ROUNDS; round++) {
    note('copy', await measure('psql', ['-qX', '-c', copy, product.test.url], {}));
    note('csv', await cli('-o', 'csv'));
    note('short', await cli('-o', 'csv', '--limit', String(TABLE_ROWS)));
    note('table', await cli('--limit', String(TABLE_ROWS)));
  }
  const ratio = (one: Measured[], other: Measured[]) =>
    median(one.map(({ ms }, at) => ms / (other[at]?.ms ?? Number.NaN))).toFixed(2);
  console.log(`  CSV to \\copy: ${ratio(rounds.csv, rounds.copy)} (1.5 allowed)`);
  console.log(`  table to CSV of ${TABLE_ROWS} rows: ${ratio(rounds.table, rounds.short)} (3 allowed)`);
}

await onPostgres(async (product, label) => {
  console.log(
    `${label}, ${ACCOUNTS.toLocaleString('en-GB')} accounts, ${PENDING.toLocaleString('en-GB')} pending:`,
  );
  const began = performance.now();
  await fill(product);
  console.log(`  (filled in ${((performance.now() - began) / 1000).toFixed(0)} s)`);
  await compare(product);
});
