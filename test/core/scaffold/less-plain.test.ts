import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { counterMakers, sequenceMakers } from '../../../src/core/scaffold/people/keys/key-makers.js';
import { type ColumnWords, type Row, tableFacts } from '../../support/scaffold-facts.js';
import { proposed } from '../../support/scaffold-proposals.js';

const AHEAD = new Date('2099-01-01T00:00:00Z');
const active = { is_active: 'boolean not null' };

describe('who can sign in, where more than one column may say it', () => {
  const isActive = (at: number): Row => ({ is_active: at > 0 });

  for (const [name, column] of [
    ['account_status', 'text(20)'],
    ['deleted_at', 'instant'],
    ['expires_at', 'instant'],
    ['locked_at', 'instant'],
  ] as const) {
    it(`is likely a flag, and not surely, with ${name} beside it`, () => {
      const { certainty, evidence } = proposed({ ...active, [name]: column }, isActive)('users.enabled');
      assert.equal(certainty, 'likely');
      assert.match(evidence, new RegExp(`${name} beside it may say more`));
    });
  }

  it('is a flag, and a lock that ends is for now', () => {
    const { value } = proposed({ ...active, locked_until: 'instant' }, (at) => ({
      ...isActive(at),
      locked_until: at === 3 ? AHEAD : null,
    }))('users.enabled');
    assert.deepEqual(value, {
      yes: { column: 'is_active', in: [true] },
      no: { column: 'is_active', in: [false] },
      temporarily: { column: 'locked_until', after: 'now' },
    });
  });

  it('offers a lock that is a flag both as a disable and as what passes', () => {
    const { certainty, choices } = proposed({ ...active, is_locked: 'boolean not null' }, (at) => ({
      ...isActive(at),
      is_locked: at === 4,
    }))('users.enabled');
    assert.equal(certainty, 'ask');
    const values = choices?.map(({ value }) => JSON.stringify(value)) ?? [];
    assert.ok(values.some((value) => /"no":\{"any":.*is_locked/.test(value)));
    assert.ok(values.some((value) => /"temporarily":\{"column":"is_locked","in":\[true\]\}/.test(value)));
  });

  it('is asked with all that a table with one row for each person says', () => {
    const membership = tableFacts('public.membership', {
      user_id: 'integer key -> public.users.id',
      is_approved: 'boolean not null',
      is_locked_out: 'boolean not null',
    });
    const { certainty, choices } = proposed({}, undefined, { others: [membership] })('users.enabled');
    assert.equal(certainty, 'ask');
    assert.deepEqual(choices?.[0]?.value, {
      yes: {
        all: [
          { column: 'is_approved', in: [true], of: 'membership' },
          { column: 'is_locked_out', in: [false], of: 'membership' },
        ],
      },
      no: {
        any: [
          { column: 'is_approved', in: [false], of: 'membership' },
          { column: 'is_locked_out', in: [true], of: 'membership' },
        ],
      },
    });
  });
});

describe('what remembers a sign-in in a column', () => {
  const tokens: Record<string, ColumnWords> = {
    remember_token: 'text(64)',
    api_key: 'text(40)',
    reset_password_token: 'text(40)',
  };
  const one = proposed(tokens, (at) => ({
    remember_token: at % 2 === 0 ? `r${at}` : null,
    api_key: at === 0 ? 'k' : null,
    reset_password_token: at === 1 ? 'x' : null,
  }));

  it('is emptied when the account is disabled', () => {
    const { certainty, value } = one('disable.public.users.remember_token');
    assert.deepEqual([certainty, value], ['likely', { constant: null }]);
  });

  it('is asked about where it is the key of a program, and nothing else ends', () => {
    assert.equal(one('disable.public.users.api_key').certainty, 'ask');
    assert.throws(() => one('disable.public.users.reset_password_token'));
  });

  it('is asked about where it is a document of all sign-ins, unless nobody has one', () => {
    const documents = proposed(
      {
        tokens: 'json',
        web_sessions: "json not null default '{}'::jsonb",
        device_tokens: 'json',
        logins: 'integer',
      },
      (at) => ({
        tokens: at === 0 ? '{"a":1}' : null,
        web_sessions: '{"b":2}',
        device_tokens: null,
        logins: at,
      }),
    );
    const { certainty, value } = documents('disable.public.users.tokens');
    assert.deepEqual([certainty, value], ['ask', { constant: null }]);
    assert.deepEqual(documents('disable.public.users.web_sessions').value, { constant: '{}' });
    for (const other of ['device_tokens', 'logins'])
      assert.throws(() => documents(`disable.public.users.${other}`), other);
  });
});

describe('the key that the database does not make', () => {
  const users = tableFacts('public.app_user', { user_id: 'integer key', login: 'text(9) unique' });
  const sequence = (name: string, last: number | null) => ({ schema: 'public', name, last });

  it('comes from a sequence that is called so and has given the highest key', () => {
    const all = [
      sequence('app_user_user_id_seq', 40),
      sequence('orders_seq', 900),
      sequence('hibernate_sequence', 99),
    ];
    assert.deepEqual(
      sequenceMakers(all, users, 'user_id', [users], 40).map(({ value, isNamed }) => [value, isNamed]),
      [
        [{ sequence: 'public.app_user_user_id_seq' }, true],
        [{ sequence: 'public.hibernate_sequence' }, false],
      ],
    );
  });

  it('comes from none that lies behind, or that another column draws from', () => {
    const drawn = {
      ...users,
      columns: users.columns.map((one) => ({ ...one, sequence: ['', 'app_user_seq'] as const })),
    };
    assert.deepEqual(sequenceMakers([sequence('app_user_seq', 3)], users, 'user_id', [users], 40), []);
    assert.deepEqual(sequenceMakers([sequence('app_user_seq', 40)], users, 'user_id', [drawn], 40), []);
  });

  it('comes from the row of a table of counters that names it', () => {
    const row = (table_name: string, number: number) => ({
      ...{ table: 'public.ids', column: 'nextid', where: { table_name }, number },
    });
    const [maker, ...others] = counterMakers([row('app_user', 40), row('orders', 900)], users, 'user_id', 40);
    assert.deepEqual(maker?.value, {
      counter: { table: 'public.ids', column: 'nextid', where: { table_name: { constant: 'app_user' } } },
    });
    assert.equal(maker?.isNamed, true);
    assert.deepEqual(others, []);
    assert.deepEqual(counterMakers([row('app_user', 39)], users, 'user_id', 40), []);
  });

  it('comes from a counter that is above the highest key as the next one, unless its name says that it is the last', () => {
    const of = (column: string, number: number) =>
      counterMakers(
        [{ table: 'public.ids', column, where: { table_name: 'app_user' }, number }],
        users,
        'user_id',
        40,
      ).map(({ value, isNamed }) => [
        (value as { counter: { gives?: string } }).counter.gives ?? 'last',
        isNamed,
      ]);
    assert.deepEqual(of('next_id', 41), [['next', true]]);
    assert.deepEqual(of('next_id', 60), [['next', false]]);
    assert.deepEqual(of('next_id', 40), [['last', true]]);
    assert.deepEqual(of('last_id', 41), [['last', false]]);
    assert.deepEqual(of('number', 41), [
      ['next', false],
      ['last', false],
    ]);
  });

  it('is asked about where the default draws from a sequence that lies behind', () => {
    const { certainty } = proposed({}, undefined, { gathered: { isSequenceBehind: true } })('users.key');
    assert.equal(certainty, 'ask');
  });
});

describe('people in rows of attributes', () => {
  const attributes = tableFacts(
    'public.user_attribute',
    { user_id: 'integer -> public.users.id', attribute_name: 'text(40)', attribute_value: 'text(200)' },
    Array.from({ length: 12 }, (_, at): Row[] => [
      { user_id: at + 1, attribute_name: 'firstName', attribute_value: `Given${at}` },
      { user_id: at + 1, attribute_name: 'lastName', attribute_value: `Family${at}` },
    ]).flat(),
  );

  it('have each field from the row that is called so, and get such a row', () => {
    const one = proposed({}, undefined, { others: [attributes] });
    assert.deepEqual(one('users.given-name').value, {
      read: { column: 'attribute_value', of: 'user_attribute_givenName' },
      maxLength: 200,
    });
    assert.deepEqual(one('member.public.user_attribute.givenName').value, {
      table: 'public.user_attribute',
      match: { user_id: { column: 'id', of: 'users' } },
      where: { column: 'attribute_name', in: ['firstName'] },
      join: 'optional',
      present: 'givenName',
    });
  });
});

describe('roles that rows give by name', () => {
  const authorities = tableFacts(
    'public.authorities',
    { user_id: 'integer -> public.users.id', authority: 'text(40)' },
    [
      { user_id: 1, authority: 'ROLE_ADMIN' },
      ...Array.from({ length: 12 }, (_, at) => ({ user_id: at + 1, authority: 'ROLE_USER' })),
    ],
  );
  const presence = [{ table: 'public.authorities', column: 'user_id', people: 12, having: 12, most: 2 }];
  const one = proposed({}, undefined, { others: [authorities], gathered: { presence } });

  it('protect administrators', () => {
    assert.deepEqual(one('users.protected').value, {
      yes: {
        exists: {
          table: 'public.authorities',
          match: { user_id: { column: 'id' } },
          where: { column: 'authority', in: ['ROLE_ADMIN'] },
        },
      },
    });
  });

  it('are given to new people where nearly all have them', () => {
    const { certainty, value } = one('member.public.authorities');
    assert.equal(certainty, 'likely');
    assert.deepEqual((value as { insert: object }).insert, { authority: { constant: 'ROLE_USER' } });
  });
});

describe('what a new person needs, where the application writes something else than the default', () => {
  it('is what nearly all have', () => {
    const { certainty, value } = proposed({ confirmed: 'integer not null default 0' }, () => ({
      confirmed: 1,
    }))('insert.public.users.confirmed');
    assert.deepEqual([certainty, value], ['likely', { constant: 1 }]);
  });

  it('is left to the default where people choose it, or where it counts', () => {
    const one = proposed(
      { mfa_enabled: 'boolean not null default false', login_count: 'integer not null default 0' },
      () => ({ mfa_enabled: true, login_count: 4 }),
    );
    assert.throws(() => one('insert.public.users.mfa_enabled'));
    assert.throws(() => one('insert.public.users.login_count'));
  });
});

describe('which rows are people, by what applications make for themselves', () => {
  it('are not those with the login of a guest, which nobody needs to be asked', () => {
    const systemLogins = [{ login: 'guest', rows: 1 }];
    const { certainty, value } = proposed({}, undefined, { gathered: { systemLogins } })('users.where');
    assert.deepEqual(
      [certainty, value],
      ['likely', { not: { column: 'login', in: ['guest'], ignoreCase: true } }],
    );
  });

  it('are asked about where a key is zero or below', () => {
    const { certainty, choices } = proposed({}, undefined, { gathered: { oddKeys: [-1] } })('users.where');
    assert.equal(certainty, 'ask');
    assert.ok(choices?.some(({ value }) => JSON.stringify(value) === '{"column":"id","above":0}'));
  });
});
