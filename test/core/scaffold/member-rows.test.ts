import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, proposed } from '../../support/scaffold-proposals.js';

describe('rows of a table of attributes', () => {
  const meta = tableFacts(
    'public.user_meta',
    {
      ...{ id: 'integer key identity', user_id: 'integer not null -> public.users.id' },
      ...{ name: 'text(40) not null', value: 'text(90)' },
      ...{ created_at: 'instant not null', source: 'text(20) not null' },
    },
    Array.from({ length: 24 }, (_, at) => ({
      ...{ id: at + 1, user_id: Math.floor(at / 2) + 1, name: at % 2 === 0 ? 'first_name' : 'last_name' },
      ...{ value: `Name ${at}`, created_at: new Date('2026-01-01T00:00:00Z'), source: `s${at}` },
    })),
  );
  const around = { others: [meta] };

  it('get what their table requires, each of them', () => {
    assert.equal(proposed({}, undefined, around)('insert.public.user_meta.source').certainty, 'ask');
    const answers = new Map([['insert.public.user_meta.source', { constant: 'idp' }]]);

    const { related = {} } = allProposed({}, undefined, { ...around, answers }).binding.users;

    const wanted = { created_at: { now: 'instant' }, source: { constant: 'idp' } };
    assert.deepEqual(
      Object.entries(related).map(([name, { insert }]) => [name, insert]),
      [
        ['user_meta_givenName', wanted],
        ['user_meta_familyName', wanted],
      ],
    );
  });

  it('are asked nothing about where there are to be none', () => {
    const answers = new Map([
      ['member.public.user_meta.givenName', 'none'],
      ['member.public.user_meta.familyName', 'none'],
    ]);
    const { proposals } = allProposed({}, undefined, { ...around, answers });
    assert.deepEqual(
      proposals.filter(({ name }) => /^(insert|update)\.public\.user_meta\./.test(name)),
      [],
    );
  });
});

describe('rows of roles', () => {
  const roles = tableFacts(
    'public.user_roles',
    {
      ...{ user_id: 'integer not null -> public.users.id', role: 'text(20) not null' },
      ...{ reason: 'text(20) not null' },
    },
    Array.from({ length: 12 }, (_, at) => ({
      ...{ user_id: at + 1, role: at % 2 === 0 ? 'reader' : 'writer', reason: `r${at}` },
    })),
  );
  const presence = [{ table: 'public.user_roles', column: 'user_id', people: 12, having: 12, most: 1 }];
  const around = { others: [roles], gathered: { presence } };

  it('are asked about, and nothing of them where a new person gets none', () => {
    const insert = 'insert.public.user_roles.reason';
    assert.equal(proposed({}, undefined, around)(insert).certainty, 'ask');

    for (const none of ['none', null]) {
      const answers = new Map([['member.public.user_roles', none]]);
      const { proposals } = allProposed({}, undefined, { ...around, answers });
      assert.ok(proposals.some(({ name }) => name === 'member.public.user_roles'));
      assert.ok(!proposals.some(({ name }) => name === insert));
    }
  });

  it('are no texts of the person, where a column has the name of one', () => {
    const values = (at: number) => ({ user_role: `role ${at}`, motto: `motto ${at}` });
    const one = proposed({ user_role: 'text(40) not null', motto: 'text(40) not null' }, values);
    assert.deepEqual(one('insert.public.users.user_role').choices, []);
    assert.ok((one('insert.public.users.motto').choices ?? []).length > 0);
  });
});
