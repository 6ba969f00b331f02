import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Enabled, EndSessions, Field, UserKey } from '../../../src/binding/binding.js';
import type { Condition } from '../../../src/binding/value.js';
import { NOTHING_GATHERED } from '../../../src/core/scaffold/gathered.js';
import { proposeUsersTable, rankedCandidates } from '../../../src/core/scaffold/people/users-table.js';
import type { Proposal } from '../../../src/core/scaffold/proposal.js';
import { proposeAll } from '../../../src/core/scaffold/propose.js';
import { ENCODINGS, holds, type MadeUp, madeUpApplication, reads } from '../../support/scaffold-schemas.js';
import { TENANCIES } from '../../support/scaffold-tenancy.js';
import { Chance } from '../../support/scim/fuzz.js';

const APPLICATIONS = Array.from({ length: 150 }, (_, seed) => {
  const application = madeUpApplication(new Chance(seed + 1));
  return { seed: seed + 1, application, proposals: proposalsFor(application) };
});

function proposalsFor({ tables, users }: MadeUp): Proposal[] {
  return [
    proposeUsersTable(rankedCandidates(tables)),
    ...proposeAll(users, { tables, unseen: [] }, new Map(), NOTHING_GATHERED),
  ];
}

/** What a proposal gets wrong, though it does not ask. */
function faultsOf(application: MadeUp, proposals: readonly Proposal[]): string[] {
  const { known, rows, isOn, secrets, tenancy } = application;
  const unasked = (name: string) => proposals.find((one) => one.name === name && one.certainty !== 'ask');
  const columnOf = (name: string) => (unasked(name)?.value as Field | null | undefined)?.read;
  const faults: string[] = [];
  const expect = (name: string, column: string | undefined) => {
    if (!unasked(name)) return;
    const found = columnOf(name);
    const is = found && 'column' in found ? found.column : undefined;
    if (is !== column) faults.push(`${name} is ${is}, not ${column}`);
  };
  const table = unasked('users.table');
  if (table && table.value !== known.table) faults.push(`users.table is ${table.value}, not ${known.table}`);
  expect('users.login', known.login);
  expect('users.email', known.email);
  expect('users.given-name', known.given);
  expect('users.family-name', known.family);
  if (known.display !== undefined) expect('users.display-name', known.display);
  const { maxLength = 60, allowed } = (unasked('users.login')?.value ?? {}) as Field;
  const taken = new RegExp(`^[${allowed ?? '\\s\\S'}]{1,${maxLength}}$`);
  const refused = rows.filter((row) => !taken.test(String(row[known.login])));
  if (refused.length > 0)
    faults.push(`users.login takes ${allowed} of ${maxLength}, and ${refused.length} rows have others`);
  const enabled = unasked('users.enabled');
  if (enabled) {
    const wrong = rows.filter((row, at) => reads(enabled.value as Enabled, row) !== isOn(at));
    if (wrong.length > 0)
      faults.push(`users.enabled ${JSON.stringify(enabled.value)} is wrong for ${wrong.length} rows`);
  }
  const where = unasked('users.where');
  if (where && where.value !== 'all') {
    const isTied = tenancy.tenants === 1 && rows.every((row) => holds(where.value as Condition, row));
    if (!isTied) faults.push(`users.where is ${JSON.stringify(where.value)}, and every row is a person`);
  }
  faults.push(...keyFaults(application, proposals));
  for (const column of secrets) {
    const written = proposals.filter(
      ({ name }) => /^(insert|update)\./.test(name) && name.endsWith(`.${column}`),
    );
    faults.push(...written.map(({ name }) => `${name}: only the application may write it`));
  }
  return faults;
}

/** A key that two people have, or rows that are found by a part of it. */
function keyFaults({ known, rows, other, tenancy }: MadeUp, proposals: readonly Proposal[]): string[] {
  const faults: string[] = [];
  const key = proposals.find(({ name, certainty }) => name === 'users.key' && certainty !== 'ask');
  if (key) {
    const where = proposals.find(({ name }) => name === 'users.where')?.value as Condition | 'all';
    const { column, with: others = [] } = key.value as UserKey;
    const same = rows.filter((row) => others.length === 0 || (where !== 'all' && holds(where, row)));
    if (column !== known.key) faults.push(`users.key is ${column}, not ${known.key}`);
    if (new Set(same.map((row) => row[column])).size < same.length)
      faults.push(`${JSON.stringify(key.value)} has several people with ${JSON.stringify(where)}`);
    if (tenancy.hasVersions) faults.push('users.key identifies versions of people');
  }
  for (const { name, value } of proposals.filter((one) => one.name.startsWith('end-sessions.'))) {
    const { match } = value as EndSessions;
    const isWhole = other === undefined || Object.keys(match).includes(other);
    if (!isWhole && tenancy.restarts)
      faults.push(`${name} ends those of other tenants: ${JSON.stringify(match)}`);
  }
  return faults;
}

describe('made-up schemas', () => {
  it('are bound as they are, or asked about, and never wrongly', () => {
    for (const { seed, application, proposals } of APPLICATIONS) {
      assert.deepEqual(faultsOf(application, proposals), [], `seed ${seed}, ${application.description}`);
    }
  });

  it('are asked about only where a person has to decide', () => {
    const asked = new Map<string, number>();
    for (const { application, proposals } of APPLICATIONS) {
      for (const { name, certainty } of proposals) {
        if (certainty !== 'ask' || name === 'providers') continue;
        // Whether the key of a program ends as well.
        if (name.startsWith('disable.') || name.startsWith('end-sessions.')) continue;
        // Which tenant, and which of several rows is the person.
        if (name === 'users.where' && (application.tenancy.tenants ?? 1) > 1) continue;
        if (name === 'users.key' && application.tenancy.hasVersions) continue;
        if (name === 'users.enabled' && !application.encoding.isPlain) continue;
        asked.set(name, (asked.get(name) ?? 0) + 1);
      }
    }
    assert.deepEqual([...asked], []);
  });

  it('offer the truth among the choices where they ask who can sign in', () => {
    for (const { seed, application, proposals } of APPLICATIONS) {
      const enabled = proposals.find(({ name }) => name === 'users.enabled');
      if (enabled?.certainty !== 'ask') continue;
      const right = enabled.choices?.some(({ value }) =>
        application.rows.every((row, at) => reads(value as Enabled, row) === application.isOn(at)),
      );
      assert.ok(right, `seed ${seed}, ${application.description}`);
    }
  });

  it('are found with what refers to them, by all columns of their keys', () => {
    for (const { seed, application, proposals } of APPLICATIONS) {
      const { tenancy, isDeclared, other, description } = application;
      if (tenancy.hasVersions) continue;
      const sessions = proposals.find(({ name }) => name === 'end-sessions.public.user_sessions');
      // Without a foreign key, the name has to say it, which it does in some languages.
      if (!isDeclared && !sessions) continue;
      const { match = {} } = (sessions?.value ?? {}) as Partial<EndSessions>;
      const expected = [...(other === undefined ? [] : [other]), 'user_id'];
      assert.deepEqual(Object.keys(match), expected, `seed ${seed}, ${description}`);
    }
  });

  it('come with every kind of key', () => {
    const seen = new Set(APPLICATIONS.map(({ application }) => application.tenancy.name));
    assert.deepEqual([...seen].sort(), TENANCIES.map(({ name }) => name).sort());
  });

  it('come in every encoding', () => {
    const seen = new Set(APPLICATIONS.map(({ application }) => application.encoding.name));
    assert.deepEqual([...seen].sort(), ENCODINGS.map(({ name }) => name).sort());
  });
});
