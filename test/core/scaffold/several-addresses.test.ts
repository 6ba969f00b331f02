import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColumnWords, type Row, tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, rowsWith } from '../../support/scaffold-proposals.js';

/** A table of addresses beside people who have none in their own table, with a number of rows for each person. */
function beside(columns: Record<string, ColumnWords>, most: number) {
  const people = rowsWith(12, () => ({})).map(({ email: _, ...row }): Row => row);
  const users = tableFacts(
    'public.users',
    { id: 'integer key identity', login: 'text(60) unique not null' },
    people,
  );
  const addresses = tableFacts(
    'public.user_emails',
    { ...columns, user_id: 'integer not null -> public.users.id', email: 'text(200) not null' },
    people.flatMap(({ id }, at) =>
      Array.from({ length: most }, (_, of) => ({
        id: at * most + of + 1,
        user_id: id ?? 0,
        email: `p${at}.${of}@corp.example`,
      })),
    ),
  );
  const presence = [{ table: addresses.id, column: 'user_id', people: 12, having: 12, most }];
  const { proposals } = allProposed({}, undefined, { users, others: [addresses], gathered: { presence } });
  return (name: string) => proposals.find((one) => one.name === name);
}

describe('addresses in a table of their own, without a column that says which one counts', () => {
  const row = {
    table: 'public.user_emails',
    match: { user_id: { column: 'id', of: 'users' } },
    join: 'first',
    order: 'id',
  };

  it('are taken where each person has one', () => {
    const member = beside({ id: 'integer key identity' }, 1)('member.public.user_emails');
    assert.deepEqual([member?.certainty, member?.value], ['likely', { ...row, present: 'email' }]);
  });

  it('are asked about where a person has several: a write may delete one that the person gave', () => {
    const member = beside({ id: 'integer key identity' }, 2)('member.public.user_emails');
    assert.equal(member?.certainty, 'ask');
    assert.deepEqual(
      member?.choices?.map(({ value }) => value),
      [{ ...row, present: 'email' }, row],
    );
  });

  it('are left alone where a person has several and no unique index tells them apart', () => {
    assert.equal(beside({}, 2)('users.email')?.value, null);
    assert.deepEqual(beside({}, 1)('member.public.user_emails')?.value, {
      table: 'public.user_emails',
      match: { user_id: { column: 'id', of: 'users' } },
      join: 'optional',
      present: 'email',
    });
  });
});
