import type { Binding, Users } from '../../src/binding/binding.js';
import type { Value } from '../../src/binding/value.js';
import { BindingFacts, type BoundKind, type ColumnFact } from '../../src/database/scaffold/facts.js';

/**
 * An application with several tenants, each of which counts its users from one: every key has two columns. A user has a
 * profile, a role and sessions.
 */
export const TENANT_TABLES: Readonly<
  Record<string, { columns: Readonly<Record<string, string>>; rules: string }>
> = {
  tenants: { columns: { id: 'int', title: 'text' }, rules: 'primary key (id)' },
  counters: {
    columns: { tenant_id: 'int', name: 'text', number: 'int' },
    rules: 'primary key (tenant_id, name)',
  },
  users: {
    columns: { tenant_id: 'int', id: 'int', login: 'text', mail: 'text', title: 'text', active: 'flag' },
    rules:
      'primary key (tenant_id, id), unique (tenant_id, login), foreign key (tenant_id) references app.tenants (id)',
  },
  profiles: {
    columns: { tenant_id: 'int', user_id: 'int', theme: 'text' },
    rules:
      'primary key (tenant_id, user_id), foreign key (tenant_id, user_id) references app.users (tenant_id, id)',
  },
  roles: { columns: { tenant_id: 'int', id: 'int', name: 'text' }, rules: 'primary key (tenant_id, id)' },
  members: {
    columns: { tenant_id: 'int', user_id: 'int', role_id: 'int' },
    rules:
      'primary key (tenant_id, user_id, role_id), foreign key (tenant_id, user_id) references app.users (tenant_id, id), foreign key (tenant_id, role_id) references app.roles (tenant_id, id)',
  },
  sessions: {
    columns: { sid: 'text', tenant_id: 'int', user_id: 'int' },
    rules: 'primary key (sid), foreign key (tenant_id, user_id) references app.users (tenant_id, id)',
  },
};

type Engine = 'postgres' | 'mssql';

const TYPES: Readonly<
  Record<string, readonly [postgres: string, mssql: string, cast: string, kind: BoundKind]>
> = {
  int: ['integer', 'int', 'pg_catalog.int4', 'number'],
  text: ['character varying(100)', 'nvarchar(100)', 'pg_catalog.varchar', 'text'],
  flag: ['boolean', 'bit', 'pg_catalog.bool', 'boolean'],
};

const typeOf = (engine: Engine, word: string): string => TYPES[word]?.[engine === 'postgres' ? 0 : 1] ?? word;

/** The statements that make it, with the same people in two tenants. */
export function tenantsApplication(engine: Engine): string[] {
  const yes = engine === 'postgres' ? 'true' : '1';
  const tenants = [1, 2].flatMap((tenant) => [
    `insert into app.tenants values (${tenant}, 'Tenant ${tenant}')`,
    `insert into app.counters values (${tenant}, 'users', 3)`,
    ...['Everybody', 'Admin'].map(
      (name, at) => `insert into app.roles values (${tenant}, ${at + 1}, '${name}')`,
    ),
    ...['ada', 'ben', 'cyd'].flatMap((login, at) => [
      `insert into app.users values (${tenant}, ${at + 1}, '${login}', '${login}@t${tenant}.example', '${login} of ${tenant}', ${yes})`,
      `insert into app.profiles values (${tenant}, ${at + 1}, 'theme ${tenant}')`,
      `insert into app.members values (${tenant}, ${at + 1}, 1)`,
      `insert into app.sessions values ('${login} ${tenant}', ${tenant}, ${at + 1})`,
    ]),
    // An administrator is another one in each tenant.
    `insert into app.members values (${tenant}, ${tenant}, 2)`,
  ]);
  return [
    'create schema app',
    ...Object.entries(TENANT_TABLES).map(
      ([name, { columns, rules }]) =>
        `create table app.${name} (${Object.entries(columns)
          .map(([column, word]) => `${column} ${typeOf(engine, word)} not null`)
          .join(', ')}, ${rules})`,
    ),
    ...tenants,
  ];
}

const ofUser = (column: string): Value => ({ column, of: 'users' });
const KEY = { tenant_id: ofUser('tenant_id'), user_id: ofUser('id') };

/** A binding of the users of one tenant. */
export const tenantsBinding = (tenant: number, more: Partial<Users> = {}): Binding => ({
  format: 1,
  users: {
    table: 'app.users',
    key: {
      column: 'id',
      with: ['tenant_id'],
      made: {
        counter: {
          ...{ table: 'app.counters', column: 'number' },
          where: { tenant_id: { column: 'tenant_id' }, name: { constant: 'users' } },
        },
      },
    },
    where: { column: 'tenant_id', in: [tenant] },
    related: {
      profile: {
        ...{ table: 'app.profiles', match: KEY, join: 'required', present: 'always' },
        insert: { theme: { constant: 'light' } },
      },
      everybody: {
        ...{ table: 'app.members', match: KEY, join: 'none', present: 'always' },
        insert: {
          role_id: {
            lookup: {
              table: 'app.roles',
              where: { tenant_id: ofUser('tenant_id'), name: { constant: 'Everybody' } },
              column: 'id',
            },
          },
        },
      },
    },
    login: { read: { column: 'login' }, unique: 'ignoring-case' },
    email: { read: { column: 'mail' } },
    displayName: { read: { column: 'title' } },
    enabled: { yes: { column: 'active', in: [true] }, no: { column: 'active', in: [false] } },
    protected: {
      yes: {
        exists: {
          ...{
            table: 'app.members',
            match: { tenant_id: { column: 'tenant_id' }, user_id: { column: 'id' } },
          },
          where: {
            exists: {
              table: 'app.roles',
              match: { tenant_id: { column: 'tenant_id' }, id: { column: 'role_id' } },
              where: { column: 'name', in: ['Admin'] },
            },
          },
        },
      },
    },
    enable: { active: { constant: true } },
    disable: { active: { constant: false } },
    endSessions: [
      { table: 'app.sessions', match: { tenant_id: { column: 'tenant_id' }, user_id: { column: 'id' } } },
    ],
    ...more,
  },
  providers: { declared: { name: 'Corp' } },
  seats: { none: {} },
});

/** What the catalogue would say of it. */
export function tenantsFacts(engine: Engine): BindingFacts {
  const fact = (word: string): ColumnFact => {
    const [, , cast = '', kind = 'other'] = TYPES[word] ?? [];
    const type = typeOf(engine, word);
    return {
      ...{ type, cast: engine === 'postgres' ? cast : type, kind },
      ...{ nullable: false, filled: false, derived: false },
    };
  };
  const tables = Object.entries(TENANT_TABLES).map(
    ([name, { columns, rules }]) =>
      [
        `app.${name}`,
        {
          owner: 'app',
          columns: new Map(Object.entries(columns).map(([column, word]) => [column, fact(word)])),
          uniques: [...rules.matchAll(/(?:primary key|unique) \(([^)]*)\)/g)].map(([, list = '']) =>
            list.split(', '),
          ),
        },
      ] as const,
  );
  return new BindingFacts(new Map(tables));
}
