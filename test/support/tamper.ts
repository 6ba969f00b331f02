import type { Product } from './product.js';

/*
 * What somebody could do who may do anything in the database. Nothing of the product is used for it.
 */

type Table = 'event' | 'event_seal';

/** Runs statements on a table whose triggers refuse nothing meanwhile. */
export async function tamper(product: Product, table: Table, ...statements: string[]): Promise<void> {
  const run = (sql: string) => product.test.query(sql);
  await run(`alter table scim.${table} disable trigger ${table}_append_only`);
  try {
    for (const statement of statements) await run(statement);
  } finally {
    await run(`alter table scim.${table} enable trigger ${table}_append_only`);
  }
}

/** Puts an event where a number is free. */
export async function slipIn(product: Product, seq: bigint): Promise<void> {
  const isSqlServer = product.database.dialect.name === 'mssql';
  const insert = `insert into scim.event (seq, event_id, occurred_at, actor, action, target_type, outcome, details)
    ${isSqlServer ? '' : 'overriding system value'}
    values (${seq}, 'aaaaaaaa-0000-4000-8000-000000000001', '2020-01-01T00:00:00', 'cli:mallory@test', 'token.create', 'token', 'done', '{}')`;
  await product.test.query(
    isSqlServer
      ? `set identity_insert scim.event on; ${insert}; set identity_insert scim.event off`
      : insert,
  );
}
