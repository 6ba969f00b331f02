import { randomBytes } from 'node:crypto';
import type { Core } from '../../../src/core/core.js';
import { Sharing } from '../../../src/core/provisioning/transactions/sharing.js';
import type { Database } from '../../../src/database/database.js';
import { migrate } from '../../../src/database/migrator/migrate.js';
import { installReferenceHost } from '../../../src/database/migrator/reference-host.js';
import { openDatabase } from '../../../src/database/open.js';
import { parseConnectionSetting } from '../../../src/database/settings/parse.js';
import type { ConnectionUse } from '../../../src/database/settings/settings.js';
import type { Model } from '../engines/database.js';
import type { TestDatabase, TestEngine } from '../engines.js';

/** The product on a database of its own, driven from within this process. */
export interface Product {
  readonly core: Core;
  readonly database: Database;
  /** As given to `--database`. */
  readonly url: string;
  /** The database beside the product, for looking at what it did. */
  readonly test: TestDatabase;
  /** What the product's clock shows; it stands still until it is set. */
  now: Date;
  close(): Promise<void>;
}

interface Having {
  /** Whether the reference host application is there too; yes, when left out. */
  host?: boolean;
  /** Whether it has connections, and changes that share transactions, as `serve` has them. */
  served?: boolean;
}

/** The product on a fresh database. */
export async function freshProduct(
  engine: TestEngine,
  { host = true, served }: Having = {},
): Promise<Product> {
  const test = await engine.filledDatabase(host ? WITH_HOST : WITHOUT_HOST);
  return openProduct(test, await openTestDatabase(test.url, undefined, useOf(served)));
}

/**
 * The same on a database that is there, in a schema of its own name. On the embedded engine this process is the
 * database's owner from then on, so that the command line's processes start fast.
 */
export async function installProduct(
  test: TestDatabase,
  { schema, served, ...having }: Having & { schema?: string } = {},
): Promise<Product> {
  const database = await openTestDatabase(test.url, schema, useOf(served));
  await install(database, having);
  return openProduct(test, database);
}

const model = (name: string, having: Having): Model => ({
  name,
  fill: async ({ url }) => {
    const database = await openTestDatabase(url);
    await install(database, having);
    await database.close();
  },
});
const WITH_HOST = model('product', { host: true });
const WITHOUT_HOST = model('schema', { host: false });

async function install(database: Database, { host = true }: Having): Promise<void> {
  await migrate(database, '0.0.0-test');
  if (host) await installReferenceHost(database);
}

const useOf = (served = false): ConnectionUse => (served ? AS_SERVED : {});

function openProduct(test: TestDatabase, database: Database): Product {
  const product: Product = {
    database,
    url: test.url,
    test,
    now: new Date(),
    core: {
      database,
      clock: () => product.now,
      random: randomBytes,
      actor: 'cli:tester@test',
      ...(database.pipelines && { sharing: new Sharing(randomBytes) }),
    },
    close: () => database.close(),
  };
  return product;
}

/** How the endpoint uses its connections. */
export const AS_SERVED: ConnectionUse = {
  maxConnections: 10,
  repeatsStatements: true,
  keepsSearchPath: true,
};

/** Connects as the command line would, with nothing of the environment. */
export async function openTestDatabase(url: string, schema = 'scim', use?: ConnectionUse): Promise<Database> {
  const { settings } = await parseConnectionSetting(url, { cwd: process.cwd(), env: {} });
  return openDatabase(settings, { schema, jitter: Math.random, use });
}

/** Rows of a table of ours or of the reference application, as the product's own connection sees them. */
export async function rowsOf(product: Product, table: string): Promise<Record<string, unknown>[]> {
  const [schema = '', name = ''] = table.split('.');
  return product.database.read(({ knex }) => {
    const rows = knex(name).withSchema(schema).select('*');
    return name === 'event' ? rows.orderBy('seq') : rows;
  });
}
