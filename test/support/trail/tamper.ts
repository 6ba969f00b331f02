import { NO_DIGEST } from '../../../src/core/audit/digests.js';
import { insertSeal } from '../../../src/database/queries/audit/seals.js';
import type { Product } from '../databases/product.js';

/*
 * What somebody could do who may do anything in the database. Of the product little more than the open connections
 * is used, because making new ones takes long.
 */

type Table = 'event' | 'event_seal' | 'event_prune';

/** One statement, with a value for each `?` in it. */
export type Statement = string | [sql: string, ...values: unknown[]];

const run = (product: Product, sql: string, values: unknown[] = []) =>
  product.database.read(({ knex }) => knex.raw(sql, values as string[]));

const isSqlServer = (product: Product) => product.database.dialect.name === 'mssql';

/** Runs statements on a table whose triggers refuse nothing meanwhile. */
export async function tamper(product: Product, table: Table, ...statements: Statement[]): Promise<void> {
  await run(product, `alter table scim.${table} disable trigger ${table}_append_only`);
  try {
    for (const statement of statements) {
      const [sql, ...values] = typeof statement === 'string' ? [statement] : statement;
      await run(product, sql, values);
    }
  } finally {
    await run(product, `alter table scim.${table} enable trigger ${table}_append_only`);
  }
}

const EVENT_COLUMNS =
  'event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details';

/** Puts an event where its number is free; no trigger refuses that. */
export async function slipIn(product: Product, seq: number | bigint): Promise<void> {
  const id = 'aaaaaaaa-0000-4000-8000-000000000001';
  await insertWithSeq(
    product,
    `values (${seq}, '${id}', '2020-01-01T00:00:00', 'cli:mallory@test', 'token.create', 'token', null, null, 'done', '{}')`,
  );
}

/** Puts a seal that proves nothing behind all numbers that there will be. */
export async function plantSeal({ database, now }: Product): Promise<void> {
  const [firstSeq, lastSeq, handedOut] = [1n, 1n, 1n];
  const digests = { rowDigests: Buffer.alloc(40), previousDigest: NO_DIGEST, digest: NO_DIGEST };
  const made = { sealNo: 2_147_483_647, eventCount: 1, sealedAt: now, sealedBy: 'cli:mallory@test' };
  await database.transaction((session) =>
    insertSeal(session, { ...made, ...digests, firstSeq, lastSeq, handedOut }),
  );
}

async function insertWithSeq(product: Product, source: string): Promise<void> {
  const overriding = isSqlServer(product) ? '' : 'overriding system value';
  const insert = `insert into scim.event (seq, ${EVENT_COLUMNS}) ${overriding} ${source}`;
  await run(
    product,
    isSqlServer(product)
      ? `set identity_insert scim.event on; ${insert}; set identity_insert scim.event off`
      : insert,
  );
}

/** Copies events and seals aside; the function that is returned puts them back as they were. */
export async function keepTrail(product: Product): Promise<() => Promise<void>> {
  await run(product, `select seq + 0 as seq, ${EVENT_COLUMNS} into kept_event from scim.event`);
  await run(product, 'select * into kept_event_seal from scim.event_seal');
  return async () => {
    await tamper(product, 'event', 'delete from scim.event');
    await insertWithSeq(product, `select seq, ${EVENT_COLUMNS} from kept_event`);
    await tamper(product, 'event_seal', 'delete from scim.event_seal');
    await run(product, 'insert into scim.event_seal select * from kept_event_seal');
  };
}
