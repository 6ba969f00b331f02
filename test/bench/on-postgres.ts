import { installProduct, type Product } from '../support/databases/product.js';
import { engineAvailability } from '../support/engines/availability.js';
import { uniqueName } from '../support/engines/database.js';
import { engineServer } from '../support/engines.js';
import { keepPostgres } from '../support/postgres/keep.js';

/** Does something with the PostgreSQL that SCIMCTL_TEST_POSTGRES names; where it names none, with one started for it. */
export async function withPostgres(work: () => Promise<void>): Promise<void> {
  const postgres = process.env.SCIMCTL_TEST_POSTGRES ? undefined : await keepPostgres();
  if (postgres) process.env.SCIMCTL_TEST_POSTGRES = postgres.url;
  try {
    await work();
  } finally {
    await postgres?.stop();
  }
}

/** Runs a benchmark on a new database of the PostgreSQL of the tests, with the reference application, and drops it. */
export const onPostgres = (bench: (product: Product, label: string) => Promise<void>): Promise<void> =>
  withPostgres(async () => {
    const engine = engineAvailability(process.env).find(({ name }) => name === 'postgres');
    if (!engine || engine.skipped !== undefined) throw new Error('there is no PostgreSQL');
    const test = await engineServer(engine, process.env).create(uniqueName(process.env));
    const product = await installProduct(test);
    try {
      await bench(product, engine.label);
    } finally {
      await product.close();
      await test.drop();
    }
  });
