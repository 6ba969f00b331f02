import assert from 'node:assert/strict';
import type { AccountTrace } from '../../../src/core/provisioning/account/account-trace.js';
import type { Idp, Profile } from '../../../src/core/provisioning/types.js';
import { type Product, rowsOf } from '../databases/product.js';

/** What an IdP says of somebody, of whom it knows little more than the address. */
export const person = (name: string, more: Partial<Profile> = {}): Profile => ({
  userName: `${name}@contoso.example`,
  externalId: `object-${name}`,
  active: true,
  email: `${name}@contoso.example`,
  displayName: null,
  givenName: null,
  familyName: null,
  attributes: {},
  ...more,
});

export type Row = Record<string, unknown>;

/** A user of the reference host application, by its login name; its columns as the host has them. */
export async function hostUser(product: Product, login: string): Promise<Row> {
  const found = await hostUsers(product, login);
  assert.equal(found.length, 1, login);
  return found[0] as Row;
}

export const hostUsers = async (product: Product, login: string): Promise<Row[]> =>
  (await rowsOf(product, 'app.users')).filter(
    (row) => String(row.login).toLowerCase() === login.toLowerCase(),
  );

/** The application's own change of a user. */
export const changeHostUser = (product: Product, login: string, columns: Row): Promise<unknown> =>
  product.database.transaction(({ knex }) =>
    knex('users').withSchema('app').where({ login }).update(columns),
  );

/** Makes a user in the application itself; anybody who may sign in but has no seat, unless told otherwise. */
export async function addHostUser(product: Product, login: string, columns: Row = {}): Promise<string> {
  const row = { login, email: login, display_name: login, enabled: true, ...columns };
  await product.database.transaction(({ knex }) => knex('users').withSchema('app').insert(row));
  return String((await hostUser(product, login)).id);
}

/** So many seats in all; the reference application's own users have 8 Concurrent and 4 Dedicated ones. */
export const setSeats = (product: Product, licenceType: string, total: number): Promise<unknown> =>
  product.database.transaction(({ knex }) =>
    knex('licence_pools')
      .withSchema('app')
      .where({ licence_type: licenceType })
      .update({ seats_total: total }),
  );

export async function seatsUsed(product: Product): Promise<Record<string, number>> {
  const pools = await rowsOf(product, 'scim.host_licence');
  return Object.fromEntries(pools.map((pool) => [String(pool.licence_type), Number(pool.seats_used)]));
}

export interface Told {
  action: string;
  outcome: string;
  targetName: unknown;
  details: Record<string, unknown>;
}

/** The events of what `work` does, about users. */
export async function eventsOf(product: Product, work: () => Promise<unknown>): Promise<Told[]> {
  const users = async () =>
    (await rowsOf(product, 'scim.event'))
      .filter(({ target_type }) => target_type === 'user')
      .sort((a, b) => Number(a.seq) - Number(b.seq));
  const before = new Set((await users()).map(({ event_id }) => event_id));
  await work();
  return (await users())
    .filter(({ event_id }) => !before.has(event_id))
    .map(({ action, outcome, target_name, details }) => ({
      action: String(action),
      outcome: String(outcome),
      targetName: target_name,
      details: JSON.parse(String(details)),
    }));
}

/** The SAML provider that the reference host application has enabled. */
export const SAML = 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55';

/** What an event has of an account before or after a change; one that is provisioned, unless told otherwise. */
export const trace = (loginName: string, more: Partial<AccountTrace> = {}): AccountTrace => ({
  loginName,
  enabled: true,
  licenceType: 'Concurrent',
  ssoProviderId: SAML,
  ...more,
});

/** The same of one who cannot sign in and has no seat. */
export const shutOut = (loginName: string, more: Partial<AccountTrace> = {}): AccountTrace =>
  trace(loginName, { enabled: false, licenceType: null, ...more });

/** The same IdP under the other policy. */
export const disabling = (idp: Idp): Idp => ({ ...idp, deprovisionPolicy: 'disable' });
