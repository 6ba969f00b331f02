import { installProduct, type Product } from '../support/databases/product.js';
import { engineAvailability } from '../support/engines/availability.js';
import { uniqueName } from '../support/engines/database.js';
import { engineServer } from '../support/engines.js';
import { keepPostgres } from '../support/postgres/keep.js';

/** Runs a benchmark on a new database of the PostgreSQL of the tests, with the reference application, and drops it. */
export async function onPostgres(bench: (product: Product, label: string) => Promise<void>): Promise<void> {
  const postgres = process.env.SCIMCTL_TEST_POSTGRES ? undefined : await keepPostgres();
  if (postgres) process.env.SCIMCTL_TEST_POSTGRES = postgres.url;
  try {
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
  } finally {
    await postgres?.stop();
  }
}
