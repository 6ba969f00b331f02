import { createToken } from '../../src/core/tokens/create.js';
import { installProduct } from '../support/databases/product.js';
import { type EngineAvailability, engineAvailability } from '../support/engines/availability.js';
import { uniqueName } from '../support/engines/database.js';
import { engineServer } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';
import { seeded, seedUsers } from '../support/running/seed.js';
import {
  CONNECTIONS,
  type Contender,
  figure,
  measured,
  median,
  operationsOn,
  startOurEndpoint,
} from './contenders.js';
import type { LoadResult } from './load.js';
import { withPostgres } from './on-postgres.js';

/*
 * The endpoint on PostgreSQL and on a server that speaks TDS, which SCIMCTL_TEST_MSSQL names, in the same run:
 * `npm run bench -- engines`, with USERS and ROUNDS in the environment, and PART=10 for a tenth of the requests, for a server
 * that is slow. Rounds alternate, after one that does not count; what is printed is the median of the rounds.
 */

const USERS = Number(process.env.USERS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const PART = Number(process.env.PART ?? 1);

interface Side extends Contender {
  label: string;
  close(): Promise<void>;
}

async function sideOf(engine: EngineAvailability): Promise<Side> {
  const server = engineServer(engine, process.env);
  const test = await server.create(uniqueName(process.env));
  const product = await installProduct(test);
  const idp = await addIdp(product, 'bench');
  await seedUsers(product, idp, USERS);
  await product.database.read(({ knex }) => knex.raw('update app.licence_pools set seats_total = 10000000'));
  const { token } = await createToken(product.core, 'bench', { expiresInMs: null });
  const endpoint = await startOurEndpoint(product.url, token);
  const close = async () => {
    await endpoint.stop();
    await product.close();
    await test.drop();
  };
  return { ...endpoint, label: await server.version(), close };
}

async function compare(sides: readonly Side[]): Promise<void> {
  console.log(`${USERS.toLocaleString('en-GB')} users, ${CONNECTIONS} connections, ${ROUNDS} rounds`);
  for (const { label } of sides) console.log(`  ${label}`);
  console.log(`operation ${sides.map(() => '   requests/s      p99').join('')}    ratio`);
  for (const whole of operationsOn(USERS, seeded.userName)) {
    const operation = { ...whole, requests: Math.ceil(whole.requests / PART) };
    for (const side of sides) await measured(side, operation);
    const rounds: LoadResult[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const results: LoadResult[] = [];
      for (const side of sides) results.push(await measured(side, operation));
      rounds.push(results);
    }
    const middle = (pick: (results: LoadResult[]) => number | undefined) =>
      median(rounds.map((results) => pick(results) ?? Number.NaN));
    const columns = sides.map(
      (_, at) =>
        figure(
          middle((one) => one[at]?.rate),
          13,
        ) +
        figure(
          middle((one) => one[at]?.p99),
          9,
          1,
        ),
    );
    const ratio = middle(([one, other]) => (other?.rate ?? Number.NaN) / (one?.rate ?? Number.NaN));
    console.log(operation.name.padEnd(10) + columns.join('') + figure(ratio, 9, 2));
  }
}

await withPostgres(async () => {
  const sides: Side[] = [];
  try {
    for (const name of ['postgres', 'mssql'] as const) {
      const engine = engineAvailability(process.env).find((one) => one.name === name);
      if (!engine || engine.skipped !== undefined)
        throw new Error(`${name} is not there: ${engine?.skipped}`);
      sides.push(await sideOf(engine));
    }
    await compare(sides);
  } finally {
    for (const side of sides) await side.close();
  }
});
