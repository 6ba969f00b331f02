import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColumnWords, type Row, tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, PLAIN, rowsWith } from '../../support/scaffold-proposals.js';

/** What is asked about the rows of people who refer to a table of few rows by a column. */
function where(
  column: string,
  words: ColumnWords,
  value: (at: number) => Row[string],
  uniques: string[][] = [],
) {
  const users = tableFacts(
    'public.users',
    { ...PLAIN, [column]: `${words} -> public.others.id` },
    rowsWith(12, (at) => ({ [column]: value(at) })),
    {
      uniques: uniques.map((columns) => ({
        primary: false,
        parts: columns.map((one) => ({ column: one, expression: null })),
        where: null,
      })),
    },
  );
  const others = tableFacts('public.others', { id: 'integer key identity', name: 'text' }, [
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
  ]);
  const { proposals } = allProposed({}, undefined, { users, others: [others] });
  const { certainty, value: proposal } =
    proposals.find(({ name }) => name === 'users.where') ?? assert.fail();
  return [certainty, proposal];
}

describe('a column of the people that refers to a table with few rows', () => {
  const some = (at: number) => (at < 8 ? 1 : 2);

  for (const name of ['team_id', 'account_id', 'workspace_id'])
    it(`says the tenant if it is called ${name}, although it may be null`, () => {
      assert.deepEqual(where(name, 'integer', some), ['ask', { column: name, in: [1] }]);
    });

  it('says the tenant, whatever it is called, if an address is unique within it', () => {
    assert.deepEqual(where('nest_id', 'integer not null', some, [['nest_id', 'email']]), [
      'ask',
      { column: 'nest_id', in: [1] },
    ]);
  });

  it('says no tenant otherwise', () => {
    assert.deepEqual(where('nest_id', 'integer not null', some), ['likely', 'all']);
    assert.deepEqual(
      where('team_id', 'integer', (at) => (at < 2 ? at : null)),
      ['likely', 'all'],
    );
    assert.deepEqual(
      where('team_id', 'integer', () => 1),
      ['likely', 'all'],
    );
  });
});
