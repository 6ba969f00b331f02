import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_GATHERED } from '../../../src/core/scaffold/gathered.js';
import { proposeUsersTable, rankedCandidates } from '../../../src/core/scaffold/people/users-table.js';
import type { Proposal } from '../../../src/core/scaffold/proposal.js';
import { proposeAll } from '../../../src/core/scaffold/propose.js';
import { collapsed, columnWords, sharedPrefix, wordsOf } from '../../../src/core/scaffold/words/names.js';
import { type ColumnWords, type Row, tableFacts } from '../../support/scaffold-facts.js';
import { PLAIN, proposed } from '../../support/scaffold-proposals.js';

const shown = ({ certainty, value }: Proposal) => [certainty, value];

describe('names', () => {
  for (const [name, expected] of [
    ['E_Mail', 'email'],
    ['Prénom', 'prenom'],
    ['straße', 'strasse'],
    ['用户名', '用户名'],
  ] as const) {
    it(`collapse: ${name}`, () => assert.equal(collapsed(name), expected));
  }

  it('part into words by case, by underscores and by both', () => {
    assert.deepEqual(['userName', 'USER_NAME', 'HTTPServerID', 'ent_user_id'].map(wordsOf), [
      ['user', 'name'],
      ['user', 'name'],
      ['http', 'server', 'id'],
      ['ent', 'user', 'id'],
    ]);
  });

  it('lose what most columns begin with, and whose they are', () => {
    const columns = ['us_id', 'us_username', 'us_email', 'us_active', 'us_org'];
    assert.deepEqual(sharedPrefix(columns), ['us']);
    const words = columnWords({
      name: 'x',
      columns: [...columns, 'us_user_status'].map((name) => ({ name }) as never),
    });
    assert.equal(words.get('us_username')?.bare, 'username');
    assert.equal(words.get('us_user_status')?.own, 'status');
  });
});

describe('the table of people', () => {
  const people = (name: string, more: Record<string, ColumnWords> = {}) =>
    tableFacts(name, { ...PLAIN, ...more }, []);

  it('is the one whose name and columns say so', () => {
    const tables = [
      people('public.users'),
      tableFacts('public.user_roles', { user_id: 'integer', name: 'text' }),
    ];
    assert.deepEqual(shown(proposeUsersTable(rankedCandidates(tables))), ['sure', 'public.users']);
  });

  it('is asked about where two look alike', () => {
    const { certainty, choices } = proposeUsersTable(
      rankedCandidates([people('app.users'), people('shop.customers_users')]),
    );
    assert.equal(certainty, 'ask');
    assert.equal(choices?.length, 2);
  });

  it('is none of those that are about people', () => {
    const names = ['public.user_login_history', 'public.blog_users', 'public.user_tokens'];
    const [best] = rankedCandidates(names.map((name) => people(name)));
    assert.equal(best?.table.id, 'public.blog_users');
  });
});

describe('who can sign in', () => {
  const DECOYS: Record<string, ColumnWords> = {
    email_confirmed: 'boolean not null',
    two_factor_enabled: 'boolean not null',
    enable_notifications: 'boolean not null',
    is_system_user: 'boolean not null',
  };
  const decoys = (at: number): Row => ({
    email_confirmed: at > 2,
    two_factor_enabled: at > 9,
    enable_notifications: at > 5,
    is_system_user: true,
  });

  it('is a flag, whatever stands beside it', () => {
    const enabled = proposed({ ...DECOYS, is_active: 'boolean not null' }, (at) => ({
      ...decoys(at),
      is_active: at > 0,
    }))('users.enabled');
    assert.deepEqual(shown(enabled), [
      'sure',
      { yes: { column: 'is_active', in: [true] }, no: { column: 'is_active', in: [false] } },
    ]);
  });

  it('is asked about where nothing but decoys is there', () => {
    assert.equal(proposed(DECOYS, decoys)('users.enabled').certainty, 'ask');
  });

  it('is never sure from a sample alone: a number, a word', () => {
    assert.equal(
      proposed({ active: 'integer not null' }, (at) => ({ active: at > 0 ? 1 : 0 }))('users.enabled')
        .certainty,
      'likely',
    );
    assert.equal(
      proposed({ status: 'text(9)' }, (at) => ({ status: at > 2 ? 'Active' : 'Inactive' }))('users.enabled')
        .certainty,
      'likely',
    );
  });

  it('is asked about with codes, with words that are not known, and with a flag beside a suspension', () => {
    assert.equal(
      proposed({ status: 'integer' }, (at) => ({ status: at > 2 ? 1 : 3 }))('users.enabled').certainty,
      'ask',
    );
    assert.equal(
      proposed({ status: 'text(9)' }, (at) => ({ status: at > 2 ? 'active' : 'zombie' }))('users.enabled')
        .certainty,
      'ask',
    );
    const flag = proposed({ active: 'boolean not null', suspended_until: 'instant' }, () => ({
      active: true,
    }))('users.enabled');
    assert.equal(flag.certainty, 'ask');
  });

  it('is shown with the counts of each value', () => {
    const { evidence } = proposed({ status: 'integer' }, (at) => ({ status: at > 2 ? 1 : 3 }))(
      'users.enabled',
    );
    assert.equal(evidence, 'status 1: 9 rows, 3: 3');
  });

  it('is disabled by what the first sign says, where a new account gets what enables it', () => {
    const insert = proposed({ lockout_end: 'instant', lockout_enabled: 'boolean not null' }, (at) => ({
      lockout_enabled: at > 0,
    }))('insert.public.users.lockout_enabled');
    assert.deepEqual(shown(insert), ['likely', { constant: true }]);
  });
});

describe('which rows are people', () => {
  it('are all of them, where nothing sets some apart', () => {
    assert.deepEqual(shown(proposed({})('users.where')), ['likely', 'all']);
  });

  it('are not the deleted ones, which nobody needs to be asked', () => {
    const where = proposed({ is_active: 'boolean not null', deleted_at: 'instant' }, () => ({
      is_active: true,
    }))('users.where');
    assert.deepEqual(shown(where), ['likely', { column: 'deleted_at', null: true }]);
  });

  for (const [what, columns, row, value] of [
    [
      'a kind',
      { type: 'text(20)' },
      (at: number) => ({ type: at > 2 ? 'User' : 'Group' }),
      { column: 'type', in: ['User'] },
    ],
    [
      'a flag',
      { is_bot: 'boolean not null' },
      (at: number) => ({ is_bot: at < 2 }),
      { column: 'is_bot', in: [false] },
    ],
    [
      'a tenant',
      { tenant_id: 'integer not null' },
      (at: number) => ({ tenant_id: at > 3 ? 1 : 2 }),
      { column: 'tenant_id', in: [1] },
    ],
  ] as const) {
    it(`are asked about by ${what}`, () => {
      const where = proposed(columns, row)('users.where');
      assert.deepEqual(shown(where), ['ask', value]);
      assert.deepEqual(where.choices?.at(-1)?.value, 'all');
    });
  }

  it('get the tenant of the answer without another question', () => {
    const all = proposed({ tenant_id: 'integer not null' }, (at) => ({ tenant_id: at > 3 ? 1 : 2 }));
    assert.throws(() => all('insert.public.users.tenant_id'), /nothing is proposed/);
  });
});

describe('the e-mail address', () => {
  const addresses = (more: Record<string, ColumnWords>) =>
    tableFacts('public.addresses', {
      id: 'integer key identity',
      user_id: 'integer not null -> public.users.id',
      email: 'text(99) not null',
      ...more,
    });

  it('is asked about where a table of addresses, of which one counts, stands beside a column', () => {
    const { certainty, choices } = proposed({}, undefined, {
      others: [addresses({ is_primary: 'boolean not null' })],
    })('users.email');
    assert.equal(certainty, 'ask');
    assert.deepEqual(
      choices?.map(({ value }) => value),
      [
        { read: { column: 'email' }, maxLength: 99 },
        { read: { column: 'email', of: 'addresses' }, maxLength: 99 },
      ],
    );
  });

  it('is the column where none of the other addresses counts more than another', () => {
    const { certainty } = proposed({}, undefined, { others: [addresses({})] })('users.email');
    assert.equal(certainty, 'sure');
  });
});

describe('who is protected', () => {
  it('is whom a flag calls an administrator, and not a user of the system', () => {
    const one = proposed({ is_system_user: 'boolean not null', is_admin: 'boolean not null' }, (at) => ({
      is_system_user: true,
      is_admin: at === 0,
    }));
    assert.deepEqual(shown(one('users.protected')), [
      'sure',
      { yes: { column: 'is_admin', in: [true] }, no: { column: 'is_admin', in: [false] } },
    ]);
  });

  const groups = [
    {
      through: 'public.user_roles',
      user: 'user_id',
      group: 'role_id',
      groups: 'public.roles',
      key: 'id',
      name: 'name',
      people: 12,
      members: [{ name: 'Administrators', people: 1, all: 1, rows: [] }],
    },
  ];

  it('is also who is in their group, where a flag says it of others', () => {
    const flag = { is_admin: 'boolean not null' };
    const { certainty, value } = proposed(flag, (at) => ({ is_admin: at === 0 }), { gathered: { groups } })(
      'users.protected',
    );
    assert.equal(certainty, 'likely');
    assert.match(JSON.stringify(value), /"column":"is_admin","in":\[true\]\}.*memberOf.*Administrators/);
  });

  it('is likely who has the login of administrators, or is in their group', () => {
    const { certainty, value } = proposed({}, undefined, {
      gathered: { groups, knownLogins: [{ login: 'admin', rows: 1 }] },
    })('users.protected');
    assert.equal(certainty, 'likely');
    assert.match(JSON.stringify(value), /memberOf.*Administrators.*"in":\["admin"\]/);
  });
});

describe('what a new person needs', () => {
  const columns: Record<string, ColumnWords> = {
    created_at: 'instant not null',
    updated_unix: 'integer',
    security_stamp: 'text(40) not null',
    password: 'text(60) not null',
    language: 'text(5) not null',
    sso_source: 'text(20) not null',
    serial: 'text(9) not null',
  };
  const row = (at: number): Row => ({
    created_at: new Date('2026-01-01T00:00:00Z'),
    updated_unix: 1_700_000_000 + at,
    security_stamp: `0A3F1C52-0000-4000-8000-00000000${1000 + at}`,
    password: 'h',
    language: at > 3 ? 'en' : 'de',
    sso_source: 'local',
    serial: `K${at}`,
  });
  const named = (name: string) => shown(proposed(columns, row)(`insert.public.users.${name}`));

  it('is now, in the clock of the column', () => {
    assert.deepEqual(named('created_at'), ['likely', { now: 'instant' }]);
    assert.deepEqual(named('updated_unix'), ['likely', { now: 'epoch-seconds' }]);
  });

  it('is a stamp as the others are, renewed with what a session rests on', () => {
    assert.deepEqual(named('security_stamp'), ['likely', { guid: { case: 'upper' } }]);
    const update = proposed(columns, row)('update.public.users.security_stamp');
    assert.deepEqual((update.value as { on: string[] }).on, ['login', 'email', 'enabled']);
  });

  it('is a password that matches nothing', () => {
    const [, value] = named('password');
    assert.equal((value as { random: { length: number } }).random.length, 40);
  });

  it('is what most have, and asked about where the sign-in or a value of its own is meant', () => {
    assert.deepEqual(named('language'), ['likely', { constant: 'en' }]);
    assert.equal(named('sso_source')[0], 'ask');
    assert.equal(named('serial')[0], 'ask');
  });

  it('follows the login where a column repeats it', () => {
    const same = [{ column: 'login_lower', of: 'login', how: 'lower' as const, rows: 12, equal: 12 }];
    const one = proposed({ login_lower: 'text(60) not null' }, (at) => ({ login_lower: `person${at}` }), {
      gathered: { same },
    });
    assert.deepEqual(shown(one('insert.public.users.login_lower')), [
      'likely',
      { lower: { field: 'login' } },
    ]);
  });
});

describe('what deletes rows', () => {
  it('is always asked about', () => {
    const tokens = tableFacts(
      'public.user_tokens',
      { id: 'integer key identity', user_id: 'integer not null -> public.users.id', action: 'text(20)' },
      [
        { id: 1, user_id: 1, action: 'session' },
        { id: 2, user_id: 1, action: 'session' },
        { id: 3, user_id: 2, action: 'api' },
      ],
    );
    const sessions = proposed({}, undefined, { others: [tokens] })('end-sessions.public.user_tokens');
    assert.equal(sessions.certainty, 'ask');
    assert.deepEqual((sessions.value as { where: unknown }).where, { column: 'action', in: ['session'] });
    assert.equal(sessions.choices?.at(-1)?.value, 'none');
  });
});

describe('personal data', () => {
  it('is in no proposal, however small the table is', () => {
    const names = ['Anna', 'Bela', 'Carl', 'Dora'];
    const users = tableFacts(
      'public.users',
      {
        ...PLAIN,
        first_name: 'text(30)',
        city: 'text(30)',
        nickname: 'text(30)',
        phone: 'text(30)',
        status: 'integer',
      },
      names.map((name, at) => ({
        id: at,
        login: name,
        email: `${name}@x.example`,
        first_name: name,
        city: `${name}town`,
        nickname: `${name}chen`,
        phone: `+1 ${name}`,
        status: 1,
      })),
    );
    const all = JSON.stringify(
      proposeAll(users, { tables: [users], unseen: [] }, new Map(), NOTHING_GATHERED),
    );
    for (const name of names) assert.ok(!all.includes(name), all);
    assert.match(all, /status 1: 4 rows/);
  });
});
