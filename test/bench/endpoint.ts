import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { readServiceAccounts as readAccounts } from '../../src/core/service-accounts/service-account.js';
import { createToken } from '../../src/core/tokens/create.js';
import type { Product } from '../support/databases/product.js';
import { projectDirectory } from '../support/environment.js';
import {
  CONNECTIONS,
  type Contender,
  emailOf,
  figure,
  measured,
  median,
  newPerson,
  type Operation,
  operationsOn,
  someIds,
  start,
  startOurEndpoint,
} from './contenders.js';
import { type LoadResult, load } from './load.js';
import { onPostgres } from './on-postgres.js';
import { countRoundTrips, type RoundTrips } from './round-trips.js';

/*
 * The endpoint beside a plain SCIMMY server (bench/scimmy), and beside what could be reached at most (bench/limit), on
 * the same PostgreSQL, doing the same work in the same run: `npm run bench -- endpoint`, with USERS, ROUNDS and SECONDS in the environment. They are told apart by
 * nothing but their port. Rounds alternate, after one that does not count; what is printed is the median of the rounds' ratios.
 */

const USERS = Number(process.env.USERS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const operations = operationsOn(USERS, emailOf);

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
  return startOurEndpoint(url, token);
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
      for (const contender of contenders) await measured(contender, operation);
      const rounds: LoadResult[][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const results: LoadResult[] = [];
        for (const contender of contenders) results.push(await measured(contender, operation));
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
          body: JSON.stringify(newPerson()),
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
  const contender = await startOurEndpoint(url, token);
  try {
    console.log('round trips to the database for each request:');
    for (const operation of operations) {
      console.log(
        `${operation.name.padEnd(10)} ${figure(await roundTripsOf(operation, contender, relay), 11, 1)}`,
      );
    }
  } finally {
    await contender.stop();
    relay.close();
  }
}

await onPostgres(bench);
