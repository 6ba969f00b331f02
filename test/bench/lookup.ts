import { performance } from 'node:perf_hooks';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import type { Database } from '../../src/database/database.js';
import type { Filter } from '../../src/words/filter.js';
import { installProduct, openTestDatabase, type Product } from '../support/databases/product.js';
import { type EngineAvailability, engineAvailability } from '../support/engines/availability.js';
import { uniqueName } from '../support/engines/database.js';
import { engineServer } from '../support/engines.js';
import { addIdp, eq } from '../support/people/provisioned.js';
import { seeded, seedUsers } from '../support/running/seed.js';
import { withPostgres } from './on-postgres.js';

/*
 * What a look-up of one user costs among few and among many: `npm run bench -- lookup`, with FEW and MANY in the
 * environment. On PostgreSQL, which is started unless SCIMCTL_TEST_POSTGRES names a server, and on what
 * SCIMCTL_TEST_MSSQL names. The connection is that of the endpoint, one look-up at a time, of users drawn by chance.
 */

const FEW = Number(process.env.FEW ?? 10_000);
const MANY = Number(process.env.MANY ?? 1_000_000);
const WARM_UP = 500;
const LOOK_UPS = 4_000;

type Ask = (at: number) => Filter;

const both = (...filters: Filter[]): Filter => ({ kind: 'and', filters });
const workEmail = (value: string): Filter => {
  const { attribute } = eq(['emails', 'value'], '', false, true);
  return {
    kind: 'element',
    attribute: { ...attribute, path: ['emails'] },
    filter: both(eq(['emails', 'type'], 'work', false, true), eq(['emails', 'value'], value, false, true)),
  };
};

/** As IdPs ask; names in another case than they are kept. */
const ASKED: Record<string, Ask> = {
  'userName eq': (at) => eq(['userName'], seeded.userName(at).toUpperCase()),
  'externalId eq': (at) => eq(['externalId'], seeded.externalId(at), true),
  'emails[type eq "work"].value eq': (at) => workEmail(seeded.userName(at).toLowerCase()),
  'externalId eq and userName eq': (at) =>
    both(eq(['externalId'], seeded.externalId(at), true), eq(['userName'], seeded.userName(at))),
  'userName eq, of nobody': (at) => eq(['userName'], `nobody-${at}`),
  'emails.value eq, of nobody': (at) => workEmail(`nobody-${at}`),
};

/** A database with so many users. */
interface Directory {
  product: Product;
  idp: Idp;
  users: number;
  /** As the endpoint connects. */
  database: Database;
  close(): Promise<void>;
}

async function directoryOf(engine: EngineAvailability, users: number): Promise<Directory> {
  const test = await engineServer(engine, process.env).create(uniqueName(process.env));
  const product = await installProduct(test);
  const idp = await addIdp(product, 'bench');
  await seedUsers(product, idp, users);
  const database = await openTestDatabase(product.url, 'scim', { repeatsStatements: true });
  const close = async () => {
    await database.close();
    await product.close();
    await test.drop();
  };
  return { product, idp, users, database, close };
}

/**
 * The middle of what single look-ups took in each of the directories, in milliseconds. By turns, so that
 * whatever else the machine is doing happens to all of them.
 */
async function measure(directories: readonly Directory[], ask: Ask): Promise<number[]> {
  const took = directories.map((): number[] => []);
  for (let turn = 0; turn < WARM_UP + LOOK_UPS; turn++) {
    for (const [at, { product, idp, users, database }] of directories.entries()) {
      const filter = ask(Math.floor(Math.random() * users));
      const page = { kind: 'index', startIndex: 1, count: 100 } as const;
      const begin = performance.now();
      await listUsers({ ...product.core, database }, idp, { filter, page });
      if (turn >= WARM_UP) took[at]?.push(performance.now() - begin);
    }
  }
  return took.map((each) => each.sort((a, b) => a - b)[Math.floor(each.length / 2)] as number);
}

async function bench(engine: EngineAvailability): Promise<void> {
  const directories: Directory[] = [];
  try {
    for (const users of [FEW, MANY]) directories.push(await directoryOf(engine, users));
    console.log(`${engine.label}, ${FEW} and ${MANY} users:`);
    for (const [name, ask] of Object.entries(ASKED)) {
      const [one = 0, other = 0] = await measure(directories, ask);
      console.log(
        `  ${name.padEnd(34)} ${one.toFixed(2).padStart(7)} ms ${other.toFixed(2).padStart(7)} ms  ${(other / one).toFixed(2)} times`,
      );
    }
  } finally {
    for (const directory of directories) await directory.close();
  }
}

await withPostgres(async () => {
  for (const engine of engineAvailability(process.env)) {
    if (engine.name !== 'embedded' && engine.skipped === undefined) await bench(engine);
  }
});
