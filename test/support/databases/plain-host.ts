import type { EngineName } from '../engines.js';
import type { Product } from './product.js';

/** The types and values that the engines write differently. */
export function plainTypes(engine: EngineName) {
  const isSqlServer = engine === 'mssql';
  return {
    text: (length: number) => `${isSqlServer ? 'nvarchar' : 'varchar'}(${length})`,
    flag: isSqlServer ? 'bit' : 'boolean',
    yes: isSqlServer ? '1' : 'true',
    counted: isSqlServer ? 'int identity(1, 1)' : 'int generated always as identity',
  };
}

/** Runs a statement as the owner of the host application. */
export const runOn = (product: Product, sql: string): Promise<unknown> =>
  product.database.transaction(({ knex }) => knex.raw(sql));

const typesOf = ({ database }: Product) =>
  plainTypes(database.dialect.name === 'mssql' ? 'mssql' : 'postgres');

/** The schema `own` of a host application, with one SAML provider, 7. */
export async function installPlainProvider(product: Product): Promise<void> {
  const { text, flag, yes } = typesOf(product);
  await runOn(product, 'create schema own');
  await runOn(
    product,
    `create table own.provider (provider_id int, name ${text(100)}, protocol ${text(100)}, is_enabled ${flag})`,
  );
  await runOn(product, `insert into own.provider values (7, 'Corp', 'SAML', ${yes})`);
  await runOn(product, 'create view scim.host_sso_provider as select * from own.provider');
}

/**
 * The table `own.users` with columns for SAML sign-in, and views as plain as can be over it. Seats are unlimited.
 * @param lengths of the two columns, in characters.
 * @param constraint one more constraint of the table.
 */
export async function installPlainUsers(
  product: Product,
  lengths: { externalId: number; ssoSubject: number },
  constraint?: string,
): Promise<void> {
  const { text, flag, counted } = typesOf(product);
  const columns = [
    `user_id ${counted} primary key`,
    `login_name ${text(200)} not null`,
    `email ${text(200)}`,
    `display_name ${text(200)} not null`,
    `is_enabled ${flag} not null`,
    `external_id ${text(lengths.externalId)}`,
    `sso_subject ${text(lengths.ssoSubject)}`,
    ...(constraint === undefined ? [] : [constraint]),
  ];
  await runOn(product, `create table own.users (${columns.join(', ')})`);
  await runOn(product, 'create view scim.host_user as select * from own.users');
  await runOn(
    product,
    `create view scim.host_licence as select cast('Named' as ${text(20)}) as licence_type, 1 as assign_order,
       cast(null as int) as seats_total, 0 as seats_used`,
  );
}
