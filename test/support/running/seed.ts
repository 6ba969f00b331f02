import type { Idp } from '../../../src/core/provisioning/types.js';
import { STORED_ADDRESS } from '../../../src/database/queries/filters/stored-emails.js';
import type { Product } from '../databases/product.js';

/** What one seeded user is known by; `at` counts from 0. */
export const seeded = {
  userName: (at: number) => `Seed.User${at}@contoso.example`,
  externalId: (at: number) => `seed-${at}`,
};

/** Rows for one statement, so that none meets its time-out. */
const PART = 50_000;

/**
 * Fills the reference host application and our own tables with so many users of one IdP, as provisioning
 * would have left them, by statements that make thousands at once; numbers from `from` on. The engine's
 * statistics are brought up to date, as they would be by themselves after a while.
 */
export async function seedUsers(product: Product, idp: Idp, count: number, from = 0): Promise<void> {
  const isSqlServer = product.database.dialect.name === 'mssql';
  const statements = isSqlServer ? MSSQL : POSTGRES;
  for (let first = from; first < from + count; first += PART) {
    const part = { first, last: Math.min(first + PART, from + count) - 1 };
    for (const statement of statements) {
      await product.database.read(({ knex }) =>
        knex.raw(statement, { ...part, idp: idp.id, kept: STORED_ADDRESS }),
      );
    }
  }
  for (const table of ['app.users', 'scim.identity']) {
    const [schema, name] = table.split('.');
    const statement = isSqlServer ? `update statistics ${schema}.[${name}]` : `vacuum analyze ${table}`;
    // Babelfish keeps its statistics by itself.
    await product.database.read(({ knex }) => knex.raw(statement)).catch(() => undefined);
  }
}

const POSTGRES = [
  `insert into app.users (login, email, display_name, first_name, last_name, licence_type)
   select 'Seed.User' || n || '@contoso.example', 'Seed.User' || n || '@contoso.example', 'Seed User ' || n, 'Seed', 'User ' || n, null
     from generate_series(cast(:first as int), cast(:last as int)) as n`,
  `insert into scim.identity (identity_id, service_account_id, external_id, user_name, host_user_id, created_at, updated_at, attributes)
   select gen_random_uuid(), cast(:idp as uuid), 'seed-' || n, u.login, cast(u.id as text),
          timestamptz '2026-01-01T00:00:00Z' + n * interval '1 millisecond', timestamptz '2026-01-01T00:00:00Z' + n * interval '1 millisecond',
          jsonb_build_object('displayName', u.display_name, cast(:kept as text), u.email, 'title', 'Title ' || n % 100,
                             'name', jsonb_build_object('givenName', u.first_name, 'familyName', u.last_name))
     from generate_series(cast(:first as int), cast(:last as int)) as n
     join app.users u on lower(u.login) = lower('Seed.User' || n || '@contoso.example')`,
];

const DIGITS = '(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))';
const NUMBERS = `(select :first + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as n
   from ${DIGITS} a (d) cross join ${DIGITS} b (d) cross join ${DIGITS} c (d) cross join ${DIGITS} e (d)
  cross join (values (0), (1), (2), (3), (4)) f (d)) numbers`;

const MSSQL = [
  `insert into app.users (login, email, display_name, first_name, last_name, licence_type)
   select concat('Seed.User', n, '@contoso.example'), concat('Seed.User', n, '@contoso.example'), concat('Seed User ', n), 'Seed', concat('User ', n), null
     from ${NUMBERS} where n <= :last`,
  `insert into scim.[identity] (identity_id, service_account_id, external_id, user_name, host_user_id, created_at, updated_at, attributes)
   select newid(), :idp, concat('seed-', n), u.login, cast(u.id as nvarchar(128)),
          dateadd(millisecond, n, '2026-01-01T00:00:00.000'), dateadd(millisecond, n, '2026-01-01T00:00:00.000'),
          concat('{"displayName":"', u.display_name, '","', :kept, '":"', u.email, '","title":"Title ', n % 100,
                 '","name":{"givenName":"', u.first_name, '","familyName":"', u.last_name, '"}}')
     from ${NUMBERS}
     join app.users u on u.login_folded = lower(concat('Seed.User', n, '@contoso.example') collate Latin1_General_CI_AS) collate Latin1_General_BIN2
    where n <= :last`,
];
