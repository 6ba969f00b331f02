import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { createToken } from '../../src/core/tokens/create.js';
import type { Product } from '../support/databases/product.js';
import { addIdp } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';
import { type LoadRequest, type LoadResult, load } from './load.js';
import { onPostgres } from './on-postgres.js';

/*
 * How much slower a good IdP is while another one misbehaves, both from one address: `npm run bench -- neighbours`,
 * with USERS (of the one that misbehaves), ROUNDS, SECONDS and WAYS (separated by commas) in the environment. Short
 * rounds alone and beside the other alternate, so that what else the machine does weighs on both; what is printed is
 * the median of the rounds. The ratio should be at most 1.5.
 */

const USERS = Number(process.env.USERS ?? 50_000);
const ROUNDS = Number(process.env.ROUNDS ?? 8);
const SECONDS = Number(process.env.SECONDS ?? 1.5);
const PER_SECOND = 40;
/** What the ratio should not be above. */
const MOST = 1.5;

const WAYS = process.env.WAYS?.split(',') ?? [
  'expensive filters',
  'big bulk requests',
  'large bodies',
  'refused creates',
  'slow bodies',
  'many connections',
  'wrong tokens',
  'pipelining',
  'long lists',
  'one user over and over',
];

interface Client {
  port: number;
  token: string;
  ids: string[];
}

let created = 0;
const person = () => {
  const userName = `good${created++}@contoso.example`;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    externalId: userName,
    active: true,
    displayName: 'Good',
    emails: [{ primary: true, type: 'work', value: userName }],
  };
};

/** What an IdP does all day: look-ups, reads, changes, a new user. */
function request({ ids }: Client, n: number): LoadRequest {
  const user = `/scim/v2/Users/${ids[n % ids.length]}`;
  if (n % 10 === 9) return { method: 'POST', path: '/scim/v2/Users', body: person() };
  if (n % 5 === 3) {
    const Operations = [{ op: 'replace', path: 'displayName', value: `Renamed ${n} ${Math.random()}` }];
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    return { method: 'PATCH', path: user, body: { schemas, Operations } };
  }
  if (n % 2) return { method: 'GET', path: user };
  const filter = new URLSearchParams({ filter: `userName eq "good${n % 10}@contoso.example"` });
  return { method: 'GET', path: `/scim/v2/Users?${filter}` };
}

const measure = async (client: Client): Promise<LoadResult> => {
  const options = { ...client, connections: 8, requests: PER_SECOND * SECONDS, perSecond: PER_SECOND };
  const result = await load(options, (n) => request(client, n));
  const failed = Object.keys(result.statuses).some((status) => !/^2/.test(status));
  if (failed) console.log(`  the good IdP got ${JSON.stringify(result.statuses)}`);
  return result;
};

async function clientOf(product: Product, name: string, port: number): Promise<Client> {
  const { token } = await createToken(product.core, name, { expiresInMs: null });
  const ids: string[] = [];
  for (let n = 0; n < 10; n++) {
    const response = await fetch(`http://127.0.0.1:${port}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(person()),
    });
    ids.push(((await response.json()) as { id: string }).id);
  }
  return { port, token, ids };
}

async function fill(product: Product, idpId: string): Promise<void> {
  await product.database.read(async ({ knex }) => {
    await knex.raw('update app.licence_pools set seats_total = 10000000');
    await knex.raw(
      `insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
       select 'user' || n || '@fabrikam.example', 'user' || n || '@fabrikam.example', 'Person ' || n, 'Person',
              'Number ' || n, true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent'
         from generate_series(0, ? - 1) as n`,
      [USERS],
    );
    await knex.raw(
      `insert into scim.identity (identity_id, service_account_id, external_id, user_name, host_user_id, account_login, account_email, created_at, updated_at)
       select gen_random_uuid(), ?, 'object-' || n, u.login, u.id::text, u.login, u.email, now(), now()
         from generate_series(0, ? - 1) as n join app.users u on u.login = 'user' || n || '@fabrikam.example'`,
      [idpId, USERS],
    );
    await knex.raw('vacuum analyze');
  });
}

const at = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
const ascending = (values: number[]) => [...values].sort((a, b) => a - b);

/** Of the usual round: the machine may have been busy with something else in one of them. */
const p95 = (rounds: LoadResult[]) => at(ascending(rounds.map(({ times }) => at(times, 0.95))), 0.5);

/** Until the server works on nothing that the other had asked for. */
async function untilIdle(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/metrics`;
  while (!/^scimctl_requests_in_flight 0$/m.test(await (await fetch(url)).text())) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function beside(way: string, good: Client, bad: Client): Promise<void> {
  const [alone, both]: [LoadResult[], LoadResult[]] = [[], []];
  const statuses: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await measure(good));
    const { port, token, ids } = bad;
    const worker = new Worker(new URL('./misbehave.js', import.meta.url), {
      workerData: { way, port, token, id: ids[0] },
    });
    worker.on('message', (status) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    both.push(await measure(good));
    await worker.terminate();
    await untilIdle(port);
  }
  const ratio = p95(both) / p95(alone);
  const [a, b] = [alone, both].map((rounds) => p95(rounds).toFixed(1).padStart(9));
  const verdict = ratio <= MOST ? 'holds' : 'FAILS';
  console.log(
    `${verdict}  ${way.padEnd(26)} ${a} ${b} ${ratio.toFixed(2).padStart(7)}   ${JSON.stringify(statuses)}`,
  );
}

/** The other way round: an IdP in its first sync must not be slowed down by one that asks for little. */
async function besideQuiet(busy: Client, quiet: Client): Promise<void> {
  const sync = async () => {
    const options = { ...busy, connections: 16, requests: 200 * SECONDS };
    const begin = performance.now();
    await load(options, () => ({ method: 'POST', path: '/scim/v2/Users', body: person() }));
    return performance.now() - begin;
  };
  const [alone, both]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    // Whoever has asked for nothing for five seconds is not there.
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    alone.push(await sync());
    const ask = () =>
      fetch(`http://127.0.0.1:${quiet.port}/scim/v2/Users/${quiet.ids[0]}`, {
        headers: { authorization: `Bearer ${quiet.token}` },
      }).then((response) => response.text());
    await ask();
    const asking = setInterval(ask, 1_000);
    both.push(await sync());
    clearInterval(asking);
  }
  const [a = Number.NaN, b = Number.NaN] = [alone, both].map((times) => at(ascending(times), 0.5));
  const verdict = b / a <= MOST ? 'holds' : 'FAILS';
  console.log(
    `${verdict}  ${'next to nothing (16 creates at once; time of the whole)'.padEnd(26)} ${a.toFixed(0)} ${b.toFixed(0)} ${(b / a).toFixed(2)}`,
  );
}

async function bench(product: Product): Promise<void> {
  const [, badIdp] = [await addIdp(product, 'good'), await addIdp(product, 'bad')];
  await fill(product, badIdp.id);
  const server = spawn(process.execPath, [binFile, 'serve', '--port', '0', '-o', 'json'], {
    env: { ...process.env, NODE_ENV: 'production', SCIMCTL_DATABASE: product.url, SCIMCTL_NO_INPUT: '1' },
    stdio: ['ignore', 'pipe', process.env.LOGS ? 'inherit' : 'ignore'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: server.stdout }).once('line', resolve),
    );
    const { port } = JSON.parse(line) as { port: number };
    const good = await clientOf(product, 'good', port);
    const bad = await clientOf(product, 'bad', port);
    console.log(
      `${USERS} users, ${PER_SECOND} requests a second, ${ROUNDS} rounds; p95 of the good IdP in ms`,
    );
    console.log('       the other does                 alone    beside   ratio   its answers');
    await measure(good);
    await besideQuiet(good, bad);
    for (const way of WAYS) await beside(way, good, bad);
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

await onPostgres(bench);
