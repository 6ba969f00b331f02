import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Enabled, Field } from '../../../src/binding/binding.js';
import { NOTHING_GATHERED } from '../../../src/core/scaffold/gathered.js';
import { proposeUsersTable, rankedCandidates } from '../../../src/core/scaffold/people/users-table.js';
import type { Proposal } from '../../../src/core/scaffold/proposal.js';
import { proposeAll } from '../../../src/core/scaffold/propose.js';
import { ENCODINGS, type MadeUp, madeUpApplication, reads } from '../../support/scaffold-schemas.js';
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
function faultsOf({ known, rows, isOn, secrets }: MadeUp, proposals: readonly Proposal[]): string[] {
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
  if (where && where.value !== 'all')
    faults.push(`users.where is ${JSON.stringify(where.value)}, and every row is a person`);
  for (const column of secrets) {
    const written = proposals.filter(
      ({ name }) => /^(insert|update)\./.test(name) && name.endsWith(`.${column}`),
    );
    faults.push(...written.map(({ name }) => `${name}: only the application may write it`));
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
        if (name.startsWith('disable.')) continue;
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

  it('come in every encoding', () => {
    const seen = new Set(APPLICATIONS.map(({ application }) => application.encoding.name));
    assert.deepEqual([...seen].sort(), ENCODINGS.map(({ name }) => name).sort());
  });
});
