import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColumnWords, type Row, tableFacts } from '../../support/scaffold-facts.js';
import { allProposed } from '../../support/scaffold-proposals.js';

const people = Array.from({ length: 12 }, (_, at) => at + 1);
const PERSON: Record<string, ColumnWords> = {
  id: 'integer key identity',
  login: 'text(60) unique not null',
  password_hash: 'text(99)',
};

/** What is proposed for people and rows with names and addresses beside them. */
function proposedFor(
  users: Record<string, ColumnWords>,
  parties: Record<string, ColumnWords>,
  ofRow: (at: number) => Row,
) {
  const table = tableFacts(
    'public.users',
    { ...PERSON, ...users },
    people.map((id) => ({ id, login: `person${id}`, password_hash: 'x', party_id: id + 100 })),
  );
  const beside = tableFacts(
    'public.parties',
    { id: 'integer key identity', name: 'text(99)', email: 'text(99)', ...parties },
    Array.from({ length: 36 }, (_, at) => ({
      ...{ id: at + 101, name: `Person Number${at}`, email: `p${at}@corp.example` },
      ...ofRow(at),
    })),
  );
  const presence = ['user_id', 'created_by']
    .filter((column) => column in parties)
    .map((column) => ({ table: beside.id, column, people: 12, having: 12, most: 3 }));
  const { proposals } = allProposed({}, undefined, {
    users: table,
    others: [beside],
    gathered: { presence },
  });
  return (name: string) => proposals.find((one) => one.name === name);
}

describe('a table whose rows people refer to, and which refers to people as well', () => {
  const named = proposedFor(
    { party_id: 'integer not null unique -> public.parties.id' },
    { user_id: 'integer -> public.users.id', create_uid: 'integer -> public.users.id' },
    (at) => ({ user_id: (at % 12) + 1, create_uid: 1 }),
  );

  it('has the row of a person where the person refers to it, and not the rows that a person is in charge of', () => {
    const { match } = (named('member.public.parties')?.value ?? {}) as { match?: unknown };
    assert.deepEqual(match, {
      id: { column: 'party_id', of: 'users' },
    });
    assert.deepEqual(named('users.email')?.value, {
      read: { column: 'email', of: 'parties' },
      maxLength: 99,
    });
    assert.match(named('users.email')?.evidence ?? '', /to which party_id of each account refers/);
  });
});

describe('rows of which a person has several', () => {
  it('are not those of the person without a question, whatever they hold', () => {
    const named = proposedFor({}, { user_id: 'integer -> public.users.id' }, (at) => ({
      user_id: (at % 12) + 1,
    }));
    const email = named('users.email');
    assert.equal(email?.certainty, 'ask');
    assert.match(JSON.stringify(email?.choices), /public\.parties\.email by user_id/);
    assert.equal(email?.choices?.at(-1)?.value, 'none');
  });

  it('are not looked at where a person has only written them', () => {
    const named = proposedFor({}, { created_by: 'integer -> public.users.id' }, (at) => ({
      created_by: (at % 12) + 1,
    }));
    assert.equal(named('users.email')?.value, null);
  });
});
