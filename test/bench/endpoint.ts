import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { readServiceAccounts as readAccounts } from '../../src/core/service-accounts/service-account.js';
import { createToken } from '../../src/core/tokens/create.js';
import type { Product } from '../support/databases/product.js';
import { projectDirectory } from '../support/environment.js';
import { binFile } from '../support/processes/cli.js';
import { type LoadRequest, type LoadResult, load } from './load.js';
import { onPostgres } from './on-postgres.js';
import { countRoundTrips, type RoundTrips } from './round-trips.js';

/*
 * The endpoint beside a plain SCIMMY server (bench/scimmy), and beside what could be reached at most (bench/limit), on
 * the same PostgreSQL, doing the same work in the same run: `npm run bench -- endpoint`, with USERS, ROUNDS and SECONDS in the environment. They are told apart by
 * nothing but their port. Rounds alternate, after one that does not count; what is printed is the median of the rounds' ratios.
 */

const USERS = Number(process.env.USERS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const CONNECTIONS = 16;

interface Contender {
  name: string;
  port: number;
  token: string;
  /** Ids of a hundred users that are there. */
  ids: string[];
  stop(): Promise<void>;
}

const emailOf = (n: number) => `user${n}@contoso.example`;

const person = (n: number) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  externalId: `object-${n}`,
  userName: emailOf(n),
  active: true,
  displayName: `Person ${n}`,
  name: { givenName: 'Person', familyName: `Number ${n}` },
  emails: [{ primary: true, type: 'work', value: emailOf(n) }],
});

const query = (parameters: Record<string, string>) =>
  `/scim/v2/Users?${new URLSearchParams(parameters).toString()}`;

interface Operation {
  name: string;
  requests: number;
  request(contender: Contender, n: number): LoadRequest;
}

/** Number of the next user to create; never the same twice, for either. */
let created = USERS;

const operations: Operation[] = [
  {
    name: 'lookup',
    requests: 2000,
    request: (_, n) => ({
      method: 'GET',
      path: query({ filter: `userName eq "${emailOf((n * 7919) % USERS)}"` }),
    }),
  },
  {
    name: 'get',
    requests: 2000,
    request: ({ ids }, n) => ({ method: 'GET', path: `/scim/v2/Users/${ids[n % ids.length]}` }),
  },
  {
    name: 'patch',
    requests: 1500,
    request: ({ ids }, n) => ({
      method: 'PATCH',
      path: `/scim/v2/Users/${ids[n % ids.length]}`,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'displayName', value: `Renamed ${n} ${Math.random()}` }],
      },
    }),
  },
  {
    name: 'list 100',
    requests: 150,
    request: (_, n) => ({
      method: 'GET',
      path: query({ startIndex: String(1 + 100 * (n % Math.floor(USERS / 100))), count: '100' }),
    }),
  },
  {
    name: 'create',
    requests: 1500,
    request: () => ({ method: 'POST', path: '/scim/v2/Users', body: person(created++) }),
  },
];

/** Starts a server that prints its port in the first line of its stdout. */
async function start(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  portOf: (line: string) => number,
): Promise<Omit<Contender, 'token' | 'ids'>> {
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', process.env.LOGS ? 'inherit' : 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve);
    child.once('exit', () => reject(new Error(`${name} did not start`)));
  });
  return {
    name,
    port: portOf(line),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function startPeer(product: Product): Promise<Contender> {
  const directory = join(projectDirectory, 'bench', 'scimmy');
  if (!existsSync(join(directory, 'node_modules'))) {
    execFileSync('npm', ['ci', '--silent'], { cwd: directory, stdio: 'inherit' });
  }
  const env = { DATABASE_URL: product.url, POOL: '10' };
  const server = await start('SCIMMY', [join(directory, 'server.js')], env, Number);
  const token = randomBytes(32).toString('base64url');
  await product.database.read(async ({ knex }) => {
    const digest = createHash('sha256').update(token).digest();
    await knex.raw('insert into peer.tokens (digest, name) values (?, ?)', [digest, 'entra']);
    await knex.raw(
      `insert into peer.users (id, user_name, external_id, email, document)
       select gen_random_uuid(), 'user' || n || '@contoso.example', 'object-' || n, 'user' || n || '@contoso.example',
              jsonb_build_object('userName', 'user' || n || '@contoso.example', 'externalId', 'object-' || n,
                'active', true, 'displayName', 'Person ' || n,
                'name', jsonb_build_object('givenName', 'Person', 'familyName', 'Number ' || n),
                'emails', jsonb_build_array(jsonb_build_object('primary', true, 'type', 'work',
                                            'value', 'user' || n || '@contoso.example')))
         from generate_series(0, ? - 1) as n`,
      [USERS],
    );
    await knex.raw('analyze peer.users');
  });
  return { ...server, token, ids: await someIds(server.port, token) };
}

async function startOurs(product: Product, url: string): Promise<Contender> {
  const account = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
  const { token } = await createToken(product.core, 'entra', { expiresInMs: null });
  await product.database.read(async ({ knex }) => {
    await knex.raw(`update app.licence_pools set seats_total = 10000000`);
    await knex.raw(
      `insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
       select 'user' || n || '@contoso.example', 'user' || n || '@contoso.example', 'Person ' || n, 'Person',
              'Number ' || n, true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent'
         from generate_series(0, ? - 1) as n`,
      [USERS],
    );
    await knex.raw(
      `insert into scim.identity (identity_id, service_account_id, external_id, user_name, host_user_id, account_login, account_email, created_at, updated_at)
       select gen_random_uuid(), ?, 'object-' || n, u.login, u.id::text, u.login, u.email, now(), now()
         from generate_series(0, ? - 1) as n join app.users u on u.login = 'user' || n || '@contoso.example'`,
      [account.id, USERS],
    );
    await knex.raw('vacuum analyze');
  });
  const env = { SCIMCTL_DATABASE: url, SCIMCTL_NO_INPUT: '1' };
  const portOf = (line: string) => Number(JSON.parse(line).port);
  const server = await start('scimctl', [binFile, 'serve', '--port', '0', '-o', 'json'], env, portOf);
  return { ...server, token, ids: await someIds(server.port, token) };
}

/** On the tables of `ours`, with its token. */
async function startLimit(product: Product, { token, ids }: Contender): Promise<Contender> {
  const [account] = await readServiceAccounts(product);
  const env = { DATABASE_URL: product.url, POOL: '10', IDP: account?.id ?? '' };
  const file = join(projectDirectory, 'bench', 'limit', 'server.js');
  return { ...(await start('the limit', [file], env, Number)), token, ids };
}

const readServiceAccounts = (product: Product) =>
  product.database.read((session) => readAccounts(session, product.core.clock()));

async function someIds(port: number, token: string): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${port}${query({ count: '100' })}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const page = (await response.json()) as { Resources: { id: string }[] };
  return page.Resources.map(({ id }) => id);
}

const run = async (contender: Contender, { requests, request }: Operation): Promise<LoadResult> => {
  const result = await load({ ...contender, connections: CONNECTIONS, requests }, (n) =>
    request(contender, n),
  );
  const failed = Object.keys(result.statuses).filter((status) => !/^2/.test(status));
  if (failed.length > 0) throw new Error(`${contender.name}: ${JSON.stringify(result.statuses)}`);
  return result;
};

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const figure = (value: number, width = 8, digits = 0) => value.toFixed(digits).padStart(width);

async function roundTripsOf(operation: Operation, contender: Contender, relay: RoundTrips): Promise<number> {
  relay.take();
  const requests = 20;
  await load({ ...contender, connections: 1, requests }, (n) => operation.request(contender, n));
  return relay.take() / requests;
}

/** Medians of the rounds, each of which has the results of ours, the peer and the limit. */
function line(name: string, rounds: readonly LoadResult[][]): string {
  const of = (pick: (ours: LoadResult, peer: LoadResult, limit: LoadResult) => number) =>
    median(
      rounds.map(([ours, peer, limit]) => pick(ours as LoadResult, peer as LoadResult, limit as LoadResult)),
    );
  return [
    name.padEnd(10),
    figure(
      of((ours) => ours.rate),
      11,
    ),
    figure(
      of((ours) => ours.p99),
      8,
      1,
    ),
    figure(
      of((_, peer) => peer.rate),
      10,
    ),
    figure(
      of((_, peer) => peer.p99),
      8,
      1,
    ),
    figure(
      of((ours, peer) => ours.rate / peer.rate),
      8,
      2,
    ),
    figure(
      of((_, __, limit) => limit.rate),
      10,
    ),
    figure(
      of((ours, _, limit) => ours.rate / limit.rate),
      13,
      2,
    ),
  ].join(' ');
}

async function bench(product: Product): Promise<void> {
  const { hostname, port } = new URL(product.url);
  const relay = await countRoundTrips(hostname, Number(port));
  const relayed = new URL(product.url);
  relayed.port = String(relay.port);
  const [ours, peer] = [await startOurs(product, product.url), await startPeer(product)];
  const limit = await startLimit(product, ours);
  const contenders = [ours, peer, limit];
  try {
    console.log(`${USERS.toLocaleString('en-GB')} users, ${CONNECTIONS} connections, ${ROUNDS} rounds`);
    console.log('operation    scimctl/s      p99   SCIMMY/s      p99    ratio    limit/s  of the limit');
    for (const operation of operations) {
      // A round that does not count, for any: a server runs for months, and is compiled while it does.
      for (const contender of contenders) await run(contender, operation);
      const rounds: LoadResult[][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const results: LoadResult[] = [];
        for (const contender of contenders) results.push(await run(contender, operation));
        rounds.push(results);
      }
      console.log(line(operation.name, rounds));
    }
    await sustain(product, ours);
  } finally {
    await Promise.all(contenders.map(({ stop }) => stop()));
  }
  await countEach(relayed.href, relay, ours.token);
}

const IDPS = 20;
/** What Entra asks services to be ready for, of each IdP. */
const PER_SECOND = 25;
const SUSTAINED_SECONDS = Number(process.env.SECONDS ?? 20);

/** All IdPs at their full rate at once: mostly look-ups, some changes, a few new users. */
async function sustain(product: Product, ours: Contender): Promise<void> {
  const [lookup, get, patch, , create] = operations as [
    Operation,
    Operation,
    Operation,
    Operation,
    Operation,
  ];
  const mix = [lookup, lookup, lookup, get, get, get, patch, patch, create, lookup];
  const results = await Promise.all(
    Array.from({ length: IDPS }, async (_, idp) => {
      const name = `idp-${idp}`;
      await addServiceAccount(product.core, { name, kind: 'entra' });
      const { token } = await createToken(product.core, name, { expiresInMs: null });
      const ids: string[] = [];
      for (let n = 0; n < 10; n++) {
        const response = await fetch(`http://127.0.0.1:${ours.port}/scim/v2/Users`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
          body: JSON.stringify(person(created++)),
        });
        ids.push(((await response.json()) as { id: string }).id);
      }
      return { ...ours, token, ids };
    }),
  ).then((contenders) =>
    Promise.all(
      contenders.map((contender) =>
        load(
          {
            ...contender,
            connections: 4,
            requests: PER_SECOND * SUSTAINED_SECONDS,
            perSecond: PER_SECOND,
          },
          (n) => (mix[n % mix.length] as Operation).request(contender, n),
        ),
      ),
    ),
  );
  const statuses: Record<number, number> = {};
  for (const result of results) {
    for (const [status, count] of Object.entries(result.statuses)) {
      statuses[Number(status)] = (statuses[Number(status)] ?? 0) + count;
    }
  }
  console.log(
    `${IDPS} IdPs at ${PER_SECOND}/s each for ${SUSTAINED_SECONDS} s: ` +
      `median ${median(results.map((result) => result.median)).toFixed(1)} ms, ` +
      `worst p99 of an IdP ${Math.max(...results.map(({ p99 }) => p99)).toFixed(1)} ms, ` +
      `median p99 ${median(results.map(({ p99 }) => p99)).toFixed(1)} ms, ${JSON.stringify(statuses)}`,
  );
}

/** The same requests through a relay that counts; apart from the measured run, since it takes time itself. */
async function countEach(url: string, relay: RoundTrips, token: string): Promise<void> {
  const env = { SCIMCTL_DATABASE: url, SCIMCTL_NO_INPUT: '1' };
  const server = await start('scimctl', [binFile, 'serve', '--port', '0', '-o', 'json'], env, (line) =>
    Number(JSON.parse(line).port),
  );
  const contender = { ...server, token, ids: await someIds(server.port, token) };
  try {
    console.log('round trips to the database for each request:');
    for (const operation of operations) {
      console.log(
        `${operation.name.padEnd(10)} ${figure(await roundTripsOf(operation, contender, relay), 11, 1)}`,
      );
    }
  } finally {
    await server.stop();
    relay.close();
  }
}

await onPostgres(bench);
