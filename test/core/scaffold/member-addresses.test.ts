import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, rowsWith } from '../../support/scaffold-proposals.js';

describe('an address in a row that every person has', () => {
  const inserted = (email: (at: number) => string | null) => {
    const members = tableFacts(
      'public.members',
      { id: 'integer key identity', user_id: 'integer not null -> public.users.id', email: 'text(99)' },
      rowsWith(12, (at) => ({ user_id: at + 1, email: email(at) })),
    );
    const presence = [{ table: members.id, column: 'user_id', people: 12, having: 12, most: 1 }];
    const { proposals } = allProposed({}, undefined, { others: [members], gathered: { presence } });
    const value = (name: string) => proposals.find((one) => one.name === name)?.value;
    const { present } = (value('member.public.members') ?? {}) as { present?: string };
    return [present, value('insert.public.members.email')];
  };

  it('is written where the rows have one', () => {
    assert.deepEqual(
      inserted((at) => `person${at}@corp.example`),
      ['email', { field: 'email' }],
    );
  });

  it('is not where the rows of users have none, as only those of invitations do', () => {
    assert.deepEqual(
      inserted(() => null),
      ['always', undefined],
    );
    assert.deepEqual(
      inserted((at) => (at < 2 ? 'x@corp.example' : null)),
      ['always', undefined],
    );
  });
});
