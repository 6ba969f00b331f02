import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Binding, UserKey } from '../../../src/binding/binding.js';
import type { Condition } from '../../../src/binding/value.js';
import { composeBinding } from '../../../src/core/scaffold/compose.js';
import type { TableFacts } from '../../../src/core/scaffold/facts.js';
import { NOTHING_GATHERED } from '../../../src/core/scaffold/gathered.js';
import { proposeUsersTable, rankedCandidates } from '../../../src/core/scaffold/people/users-table.js';
import type { Proposal } from '../../../src/core/scaffold/proposal.js';
import { proposeAll } from '../../../src/core/scaffold/propose.js';
import { type ColumnWords, type Row, tableFacts } from '../../support/scaffold-facts.js';

const COLUMNS: Record<string, ColumnWords> = {
  login: 'text(60) not null',
  email: 'text(99)',
  password_hash: 'text(99)',
  is_active: 'boolean not null',
};
const rowsWith = (count: number, more: (at: number) => Row): Row[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ login: `person${at}`, email: `person${at}@corp.example`, password_hash: 'x', is_active: at > 1 },
    ...more(at),
  }));
type Uniques = TableFacts['uniques'];
const uniqueOver = (...columns: string[]): Uniques[number] => ({
  primary: false,
  parts: columns.map((column) => ({ column, expression: null })),
  where: null,
});

function found(
  columns: Record<string, ColumnWords>,
  more: (at: number) => Row,
  {
    others = [],
    where,
    uniques = [],
    count = 12,
  }: { others?: TableFacts[]; where?: Condition | 'all'; uniques?: Uniques; count?: number } = {},
): { of: (name: string) => Proposal; binding: Binding; proposals: Proposal[] } {
  const users = tableFacts('public.users', { ...columns, ...COLUMNS }, rowsWith(count, more), { uniques });
  const facts = { tables: [users, ...others], unseen: [] };
  const answers = new Map<string, unknown>(where === undefined ? [] : [['users.where', where]]);
  const proposals = proposeAll(users, facts, answers, NOTHING_GATHERED);
  const of = (name: string) => proposals.find((one) => one.name === name) ?? assert.fail(name);
  return { of, binding: composeBinding(users, facts, proposals, answers, {}), proposals };
}

const keyIn = ({ value }: Proposal) => value as UserKey | null;
const TWO = { tenant_id: 'integer pk', id: 'integer pk default 7' };
/** Each tenant counts its users from one. */
const counted = (at: number): Row => ({ tenant_id: at < 8 ? 4 : 9, id: at < 8 ? at : at - 8 });

describe('a key of several columns', () => {
  it('is the number within the tenant that a person chooses', () => {
    const { of } = found(TWO, counted);
    const { certainty, value, choices } = of('users.where');
    assert.deepEqual([certainty, value], ['ask', { column: 'tenant_id', in: [4] }]);
    assert.deepEqual(
      choices?.map((choice) => choice.value),
      [{ column: 'tenant_id', in: [4] }, { column: 'tenant_id', in: [9] }, 'all'],
    );
    const other = found(TWO, counted, { where: { column: 'tenant_id', in: [9] } });
    assert.deepEqual(keyIn(other.of('users.key')), { column: 'id', with: ['tenant_id'], made: 'database' });
    assert.notEqual(other.of('users.key').certainty, 'ask');
  });

  it('is asked about where the rows of every tenant are people', () => {
    const { of } = found(TWO, counted, { where: 'all' });
    const { certainty, value, choices, evidence } = of('users.key');
    assert.deepEqual([certainty, value, choices], ['ask', null, []]);
    assert.equal(
      evidence,
      'the primary key has several columns (tenant_id, id), and users.where does not tie tenant_id to one value',
    );
  });

  it('offers a column of which no value is there twice, and says that nothing guarantees it', () => {
    const { of } = found(TWO, (at) => ({ ...counted(at), id: at }), { where: 'all' });
    const [choice, ...others] = of('users.key').choices ?? [];
    assert.deepEqual([choice?.value, others], [{ column: 'id', made: 'database' }, []]);
    assert.match(choice?.evidence ?? '', /no index guarantees it/);
  });

  it('is tied without a question where there is one tenant', () => {
    const { of } = found(TWO, (at) => ({ tenant_id: 4, id: at }));
    assert.deepEqual(
      [of('users.where').certainty, of('users.where').value],
      ['likely', { column: 'tenant_id', in: [4] }],
    );
    assert.deepEqual(keyIn(of('users.key'))?.with, ['tenant_id']);
  });

  it('is asked about where a column of one value is called in no such way', () => {
    const { of } = found({ kind_nr: 'integer pk', id: 'integer pk' }, (at) => ({ kind_nr: 4, id: at }));
    assert.equal(of('users.where').certainty, 'ask');
  });

  it('is the column that is unique by itself', () => {
    const { of } = found(TWO, (at) => ({ ...counted(at), id: at }), {
      uniques: [uniqueOver('id')],
      where: 'all',
    });
    assert.deepEqual(
      [of('users.key').certainty, keyIn(of('users.key'))],
      ['sure', { column: 'id', made: 'database' }],
    );
  });

  it('is not a column that is unique only among some rows', () => {
    const some = { ...uniqueOver('id'), where: '(deleted_at IS NULL)' };
    const { of } = found(TWO, counted, { uniques: [some], where: 'all' });
    assert.deepEqual([of('users.key').certainty, of('users.key').choices], ['ask', []]);
  });

  it('takes three columns, of which two are tied', () => {
    const columns = { mandt: 'text(3) pk', company_id: 'integer pk', bname: 'text(12) pk' };
    const rows = (at: number): Row => ({ mandt: '100', company_id: at % 2, bname: `U${at % 7}X${at}` });
    const { of } = found(columns, rows);
    assert.deepEqual(of('users.where').value, {
      all: [
        { column: 'mandt', in: ['100'] },
        { column: 'company_id', in: [0] },
      ],
    });
    assert.deepEqual(
      of('users.where').choices?.map(({ value }) => value),
      [
        ...[0, 1].map((company) => ({
          all: [
            { column: 'mandt', in: ['100'] },
            { column: 'company_id', in: [company] },
          ],
        })),
        'all',
      ],
    );
    assert.deepEqual(
      found(columns, rows, { where: { column: 'mandt', in: ['100'] } }).of('users.key').value,
      null,
    );
  });

  it('is never that of rows that are versions of the same person', () => {
    for (const [name, kind] of [
      ['valid_from', 'instant'],
      ['version', 'integer'],
    ]) {
      const { of } = found({ id: 'integer pk default 7', [name ?? '']: `${kind} pk` }, (at) => ({
        id: at % 4,
        [name ?? '']: kind === 'instant' ? new Date(2020 + at, 1) : Math.floor(at / 4),
      }));
      assert.deepEqual([of('users.key').certainty, of('users.key').choices], ['ask', []], name);
    }
  });

  it('tells tenants whose names are not shown what to answer', () => {
    const { of } = found(
      { tenant_id: 'integer pk', id: 'integer pk' },
      (at) => ({
        tenant_id: at * 5,
        id: at % 3,
      }),
      { count: 30 },
    );
    assert.equal(of('users.where').certainty, 'ask');
    assert.match(
      of('users.where').evidence,
      /30 different values: name the one .* \{"column": "tenant_id", "in": \[VALUE\]\}/,
    );
  });

  it('makes a table of people of what has one, and not of a membership', () => {
    const users = tableFacts('public.users', { ...TWO, ...COLUMNS }, rowsWith(12, counted));
    const links = tableFacts('public.user_groups', { user_id: 'integer pk', group_id: 'integer pk' });
    assert.deepEqual(proposeUsersTable(rankedCandidates([users, links])).value, 'public.users');
  });
});

describe('what refers to a key of several columns', () => {
  const where: Condition = { column: 'tenant_id', in: [9] };
  const to = { table: ['public', 'users'] as const, references: ['tenant_id', 'id'] };
  const sessions = (columns: Record<string, ColumnWords>, declared: boolean) =>
    tableFacts('public.user_sessions', { sid: 'text(40) key', ...columns }, [], {
      foreignKeys: declared ? [{ ...to, columns: Object.keys(columns) }] : [],
    });
  const ended = (table: TableFacts, more = counted) =>
    found(TWO, more, { where, others: [table] }).proposals.find(({ name }) =>
      name.startsWith('end-sessions.'),
    )?.value;
  const both = {
    table: 'public.user_sessions',
    match: { tenant_id: { column: 'tenant_id' }, user_id: { column: 'id' } },
  };

  it('is found by all columns, declared or by their names', () => {
    assert.deepEqual(
      ended(sessions({ tenant_id: 'integer not null', user_id: 'integer not null' }, true)),
      both,
    );
    assert.deepEqual(
      ended(sessions({ tenant_id: 'integer not null', user_id: 'integer not null' }, false)),
      both,
    );
  });

  it('is found by columns with other names where a foreign key says so', () => {
    assert.deepEqual(ended(sessions({ t: 'integer not null', owner: 'integer not null' }, true)), {
      table: 'public.user_sessions',
      match: { t: { column: 'tenant_id' }, owner: { column: 'id' } },
    });
  });

  it('is nobody’s where it lacks the tenant, unless no key is there twice', () => {
    const table = sessions({ user_id: 'integer not null' }, false);
    assert.equal(ended(table), undefined);
    assert.deepEqual(
      ended(table, (at) => ({ ...counted(at), id: at })),
      {
        table: 'public.user_sessions',
        match: { user_id: { column: 'id' } },
      },
    );
  });
});
