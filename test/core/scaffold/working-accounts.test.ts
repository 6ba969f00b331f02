import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ownedBy } from '../../../src/core/scaffold/people/references.js';
import { type ColumnWords, tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, PLAIN, rowsWith } from '../../support/scaffold-proposals.js';

/** What is proposed for the creation of accounts, and why. */
const create = (...given: Parameters<typeof allProposed>) => {
  const { proposals } = allProposed(...given);
  const { certainty, evidence } = proposals.find(({ name }) => name === 'users.create') ?? assert.fail();
  return { certainty, evidence };
};

describe('whether a row written by SQL becomes a working account', () => {
  it('is asked where every row has bytes that the application may have encrypted', () => {
    const secret = (at: number) => ({ jwt_secret: `\\x${at}` });
    const { certainty, evidence } = create({ jwt_secret: 'binary' }, secret);
    assert.equal(certainty, 'ask');
    assert.match(evidence, /jwt_secret is binary and filled in 100 % of the rows/);
    assert.equal(create({ jwt_secret: 'binary' }, (at) => (at < 6 ? secret(at) : {})).certainty, 'likely');
    assert.equal(create({ avatar: 'binary' }, (at) => ({ avatar: `\\x${at}` })).certainty, 'likely');
    const answers = new Map([['insert.public.users.jwt_secret', { constant: null }]]);
    assert.equal(create({ jwt_secret: 'binary' }, secret, { answers }).certainty, 'likely');
  });

  const beside = (name: string, column: string, having: number, words: ColumnWords = 'integer') => {
    const table = tableFacts(`public.${name}`, { id: 'integer key identity', [column]: words });
    const presence = [{ table: table.id, column, people: 12, having, most: 2 }];
    return create({}, undefined, { others: [table], gathered: { presence } });
  };

  it('is asked where nearly every user has a row in a table that a new one gets none in', () => {
    const { certainty, evidence } = beside('namespaces', 'owner_id', 12);
    assert.equal(certainty, 'ask');
    assert.match(evidence, /public\.namespaces: 12 of 12 users have one by owner_id; a new one gets none/);
    assert.equal(beside('namespaces', 'owner_id', 9).certainty, 'likely');
    assert.equal(beside('audit_log', 'user_id', 12, 'integer -> public.users.id').certainty, 'likely');
    assert.equal(beside('documents', 'created_by', 12, 'integer -> public.users.id').certainty, 'likely');
  });

  it('takes a column called owner_id for a link to users where nothing else is said of it', () => {
    const users = tableFacts(
      'public.users',
      PLAIN,
      rowsWith(12, () => ({})),
    );
    const owned = (columns: Record<string, ColumnWords>) =>
      ownedBy(users, [tableFacts('public.spaces', { id: 'integer key', ...columns })]).map(
        ({ column }) => column,
      );
    assert.deepEqual(owned({ owner_id: 'integer' }), ['owner_id']);
    assert.deepEqual(owned({ owner_id: 'text' }), []);
    assert.deepEqual(owned({ owner_id: 'integer', owner_type: 'text' }), []);
    assert.deepEqual(owned({ owner_id: 'integer -> public.teams.id' }), []);
  });
});
