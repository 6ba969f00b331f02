import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field, Related } from '../../../src/binding/binding.js';
import type { Value } from '../../../src/binding/value.js';
import { groupOf, groupTables } from '../../../src/core/scaffold/people/groups.js';
import { referencesTo } from '../../../src/core/scaffold/people/references.js';
import type { Proposal } from '../../../src/core/scaffold/proposal.js';
import { proposeAll } from '../../../src/core/scaffold/propose.js';
import { tableFacts } from '../../support/scaffold-facts.js';
import { proposed } from '../../support/scaffold-proposals.js';
import { type Surrounded, surroundedApplication } from '../../support/scaffold-surroundings.js';
import { Chance } from '../../support/scim/fuzz.js';

const APPLICATIONS = Array.from({ length: 200 }, (_, seed) => {
  const application = surroundedApplication(new Chance(seed + 1));
  const { users, tables, gathered } = application;
  return {
    seed: seed + 1,
    application,
    proposals: proposeAll(users, { tables, unseen: [] }, new Map(), gathered),
  };
});

/** What is taken without a question, or would be with `--accept`, and is wrong. */
function faultsOf({ known, users, tables }: Surrounded, proposals: readonly Proposal[]): string[] {
  const find = (name: string) => proposals.find((one) => one.name === name);
  const unasked = (name: string) => (find(name)?.certainty === 'ask' ? undefined : find(name));
  const faults: string[] = [];
  const email = unasked('users.email');
  const read = (email?.value as Field | null | undefined)?.read as
    | { column: string; of?: string }
    | undefined;
  const table = known.addresses?.replace('public.', '');
  if (email && read?.of !== table) faults.push(`users.email is of ${read?.of}, not of ${table}`);
  if (email && known.hasRival) faults.push('users.email is one of two columns with other addresses');
  if (known.address && email) {
    const row = unasked(`member.${known.addresses}`)?.value as Related | undefined;
    const expected = { column: known.address.column, in: [known.address.value] };
    if (row && JSON.stringify(row.where) !== JSON.stringify(expected))
      faults.push(`the address is that of ${JSON.stringify(row.where)}`);
  }
  const guarded = unasked('users.protected');
  if (guarded && known.roles) faults.push(`users.protected is ${JSON.stringify(guarded.value)}`);
  if (guarded && !known.roles && !JSON.stringify(guarded.value).includes('is_superuser'))
    faults.push(`users.protected is ${JSON.stringify(guarded.value)}, not the flag`);
  if (known.lacks.length > 0 && unasked('users.create'))
    faults.push(`users.create is ${unasked('users.create')?.value}, without ${known.lacks.join(', ')}`);
  if (known.isRepeated && unasked('users.rename-on-match')?.value !== false)
    faults.push('users.rename-on-match, though the login is repeated');
  if (known.tenants !== undefined && unasked('users.where'))
    faults.push(`users.where is ${JSON.stringify(unasked('users.where')?.value)}, of several tenants`);
  for (const column of known.ownTexts) {
    const written = find(`insert.public.users.${column}`);
    const isOwn = written?.certainty === 'ask' || JSON.stringify(written?.value ?? '').includes('random');
    if (!isOwn) faults.push(`${column} is ${JSON.stringify(written?.value)} in each new row`);
  }
  if (known.confirmed !== undefined) {
    const written = find(`insert.public.users.${known.confirmed}`)?.value as Value | undefined;
    if (JSON.stringify(written) !== '{"now":"instant"}')
      faults.push(`${known.confirmed} is ${JSON.stringify(written)}: nobody new could sign in`);
  }
  if (find('insert.public.users.phone')) faults.push('the login is written as a phone number');
  const groups = groupTables(tables);
  for (const reference of referencesTo(users, tables).filter(({ table: one }) => one.name === 'tickets'))
    if (groupOf(reference, users, groups)) faults.push('a ticket is taken for a membership');
  return faults;
}

describe('people in several tables', () => {
  it('are bound as they are, or asked about, and never wrongly', () => {
    for (const { seed, application, proposals } of APPLICATIONS)
      assert.deepEqual(faultsOf(application, proposals), [], `seed ${seed}, ${application.description}`);
  });

  it('are asked about only where a person has to decide', () => {
    const allowed = ({ known }: Surrounded): RegExp[] => [
      /^(providers|end-sessions\..*|insert\.public\.users\.slug)$/,
      ...(known.hasRival ? [/^users\.email$/] : []),
      ...(known.address?.column === 'personal' ? [/^member\.public\.user_contact$/] : []),
      ...(known.roles ? [/^users\.protected$/] : []),
      ...(known.lacks.length > 0 ? [/^users\.create$/] : []),
      ...(known.tenants === undefined ? [] : [/^users\.where$/]),
    ];
    for (const { seed, application, proposals } of APPLICATIONS) {
      const more = proposals.filter(
        ({ name, certainty }) => certainty === 'ask' && !allowed(application).some((one) => one.test(name)),
      );
      assert.deepEqual(
        more.map(({ name, evidence }) => `${name}: ${evidence}`),
        [],
        `seed ${seed}, ${application.description}`,
      );
    }
  });

  it('offer the truth among the choices', () => {
    const choicesOf = (proposals: readonly Proposal[], name: string) =>
      JSON.stringify(proposals.find((one) => one.name === name && one.certainty === 'ask')?.choices ?? []);
    for (const { seed, application, proposals } of APPLICATIONS) {
      const { known, description } = application;
      const about = `seed ${seed}, ${description}`;
      if (known.roles) assert.match(choicesOf(proposals, 'users.protected'), /"role","in":\[100\]/, about);
      if (known.hasRival) assert.match(choicesOf(proposals, 'users.email'), /delivery_email/, about);
      if (known.tenants !== undefined)
        assert.match(choicesOf(proposals, 'users.where'), /user_portals.*"portal_id","in":\[1\]/, about);
    }
  });
});

describe('a state in a table with a row for each tenant of a person', () => {
  const portals = tableFacts(
    'public.user_portals',
    {
      ...{ user_id: 'integer pk -> public.users.id', portal_id: 'integer pk' },
      authorised: 'boolean not null default true',
    },
    [
      ...Array.from({ length: 12 }, (_, at) => ({
        user_id: at + 1,
        portal_id: at < 9 ? 1 : 2,
        authorised: at !== 4,
      })),
      { user_id: 1, portal_id: 2, authorised: true },
    ],
  );
  const state = (value: boolean) => ({ column: 'authorised', in: [value], of: 'user_portals' });
  const enabled = ['users.enabled', { yes: state(true), no: state(false) }] as const;
  const member = (answers: readonly (readonly [string, unknown])[]) =>
    proposed({}, undefined, { others: [portals], answers: new Map(answers) })('member.public.user_portals');

  it('is that of one of them, and a person says of which', () => {
    const { certainty, choices = [] } = member([enabled, ['users.where', 'all']]);
    assert.equal(certainty, 'ask');
    assert.deepEqual(
      choices.map(({ value }) => (value as Related).where),
      [1, 2].map((portal) => ({ column: 'portal_id', in: [portal] })),
    );
  });

  it('is that of the tenant that is provisioned', () => {
    const tenant = { column: 'portal_id', in: [2] };
    const where = {
      exists: { table: 'public.user_portals', match: { user_id: { column: 'id' } }, where: tenant },
    };
    const { certainty, value } = member([enabled, ['users.where', where]]);
    assert.deepEqual([certainty, (value as Related).where], ['likely', tenant]);
  });
});
