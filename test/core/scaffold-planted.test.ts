import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, it } from 'node:test';
import type { Knex } from 'knex';
import type { Binding } from '../../src/binding/binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { removeScaffold } from '../../src/core/host/scaffold-removal.js';
import { installProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';

/** An application whose tables are in public, where others may create what they like. */
const binding: Binding = {
  format: 1,
  users: {
    table: 'public.staff',
    key: { column: 'id', made: 'database' },
    where: { column: 'kind', in: ['person'], ignoreCase: true },
    login: {
      read: { column: 'login' },
      unique: 'ignoring-case',
      allowed: 'A-Za-z0-9@.-',
      maxLength: 60,
      required: true,
    },
    email: { read: { column: 'mail' }, shape: 'email' },
    displayName: {
      read: { template: '{a} {b}', with: { a: { column: 'given' }, b: { column: 'family' } } },
    },
    givenName: {
      read: { column: 'given' },
      write: {
        firstNonEmpty: [{ field: 'givenName' }, { part: 'first-word', value: { field: 'displayName' } }],
      },
    },
    familyName: { read: { column: 'family' }, write: { capitalised: { field: 'familyName' } } },
    enabled: {
      yes: { column: 'state', in: ['on'] },
      no: {
        any: [
          { column: 'state', like: 'off%' },
          { column: 'state', in: ['gone'] },
        ],
      },
    },
    insert: {
      kind: { constant: 'person' },
      folded: { lower: { normalised: { field: 'login' } } },
      stamp: { cut: { random: { length: 20, alphabet: 'abc' } }, length: 9 },
    },
    update: { changed: { now: 'instant' }, seen: { now: 'epoch-milliseconds' } },
    enable: { state: { constant: 'on' } },
    disable: {
      state: {
        // biome-ignore lint/suspicious/noThenProperty: the format has it beside `if`
        case: [{ if: { column: 'kind', in: ['robot'] }, then: { constant: 'gone' } }],
        else: { constant: 'off' },
      },
    },
  },
  providers: { declared: { name: 'SAML' } },
  seats: { none: {} },
};

/** Each of them would be chosen before the system's own for arguments of just these types. */
const PLANTED = [
  ...['lower', 'upper', 'btrim', 'normalize'].map((name) => `${name}(a varchar) returns text`),
  'left(a varchar, b integer) returns text',
  'substr(a varchar, b integer) returns text',
  'substring(a varchar, b varchar) returns text',
  'char_length(a varchar) returns integer',
  'format(a text, b text, c text, d text, e text) returns text',
  'obj_description(a oid, b text) returns text',
  'timezone(a varchar, b timestamptz) returns timestamp',
];
const OPERATORS = ['=', '<>', '||', '~~', '~', '!~'];

forEachEngine(
  'what others have planted in a schema of the search path',
  (engine) => {
    const owner = `app_${randomBytes(4).toString('hex')}`;
    const intruder = `intruder_${owner}`;
    let product: Product;
    const users = (knex: Knex) => knex('host_user').withSchema('scim');

    before(async () => {
      const test = await engine.freshDatabase();
      product = await installProduct(test, { host: false });
      for (const statement of [
        `create role ${owner}`,
        `create role ${intruder}`,
        `grant create on schema public to ${owner}`,
        `create table public.staff (id serial primary key, login varchar(60) not null, folded varchar(60), kind varchar(10),
           mail varchar(60), given varchar(60), family varchar(60), state varchar(10), stamp varchar(20),
           changed timestamp, seen bigint)`,
        `alter table public.staff owner to ${owner}`,
        `insert into public.staff (login, folded, kind, mail, given, family, state)
           values ('ann', 'ann', 'Person', 'ann@x.example', 'Ann', 'Able', 'on')`,
        'create table public.leak (what text, who text)',
        'grant insert on public.leak to public',
        ...PLANTED.map((signature) => {
          const name = signature.replace(/\(.*/, '');
          const type = signature.replace(/.* returns /, '');
          const value = type === 'text' ? "'x'" : type === 'integer' ? '1' : 'null';
          return `create function public.${signature} language plpgsql as $p$
            begin insert into public.leak values ('${name}', current_user); return ${value}; end $p$`;
        }),
        ...OPERATORS.flatMap((sign, at) => {
          const type = sign === '||' ? 'text' : 'boolean';
          return [
            `create function public.planted_${at}(a varchar, b varchar) returns ${type} language plpgsql as $p$
              begin insert into public.leak values ('${sign}', current_user); return ${type === 'text' ? "'x'" : 'true'}; end $p$`,
            `create operator public.${sign} (leftarg = varchar, rightarg = varchar, function = public.planted_${at})`,
          ];
        }),
      ])
        await test.query(statement);
    });

    after(async () => {
      await product.test.query(`drop owned by ${owner} cascade`);
      await product.test.query(`drop owned by ${intruder}`);
      await product.test.query(`drop role ${owner}, ${intruder}`);
      await product.close();
    });

    it('is not run by the views, the triggers, or who makes them', async () => {
      const applied = await applyScaffold(product.core, binding);
      assert.deepEqual([applied.owner, applied.warnings], [owner, []]);
      await product.database.transaction(async ({ knex }) => {
        await users(knex).insert({
          ...{ login_name: 'Bob', email: 'bob@x.example', display_name: 'Bob B' },
          ...{ family_name: 'berg', is_enabled: true },
        });
        await users(knex).where({ user_id: 1 }).update({ login_name: 'Anna', is_enabled: false });
        await users(knex).where({ user_id: 1 }).update({ is_enabled: true, email: 'anna@x.example' });
      });
      assert.deepEqual(
        (await rowsOf(product, 'scim.host_user'))
          .map(({ login_name, display_name, is_enabled }) => [login_name, display_name, is_enabled])
          .sort(),
        [
          ['Anna', 'Ann Able', true],
          ['Bob', 'Bob Berg', true],
        ],
      );
      await applyScaffold(product.core, binding);
      assert.deepEqual(await product.test.query('select * from public.leak'), []);
    });

    it('would be run by what is not qualified: the trap works', async () => {
      await product.test.query("select lower('x'::varchar) where 'a'::varchar = 'b'::varchar");
      assert.ok((await product.test.query('select * from public.leak')).length > 0);
      await product.test.query('delete from public.leak');
    });

    it('is of no use to another who would attach the function to a table of his own', async () => {
      const [made] = await product.test.query(
        `select p.prosecdef as definer, pg_get_userbyid(p.proowner) as owner,
                coalesce(p.proacl::text, 'PUBLIC') as rights, p.proconfig::text as config
           from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where n.nspname = 'scim' and p.proname = 'host_user_write'`,
      );
      assert.deepEqual([made?.definer, made?.owner], [true, owner]);
      assert.doesNotMatch(String(made?.rights), /[{,]=|PUBLIC/);
      assert.match(String(made?.config), /search_path=pg_catalog, (\\")?public(\\")?, pg_temp/);
      await removeScaffold(product.core);
      const left = await product.test.query(
        `select has_schema_privilege('${owner}', 'scim', 'CREATE') as may`,
      );
      assert.deepEqual(left, [{ may: false }]);
    });

    it('is not run by a trigger of the application either, where others may create in its schema', async () => {
      for (const statement of [
        `grant create on schema public to ${intruder}`,
        `create function public.fold() returns trigger language plpgsql as $f$
           begin new.folded := lower(new.login); return new; end $f$`,
        'create trigger fold before insert or update on public.staff for each row execute function public.fold()',
      ])
        await product.test.query(statement);

      const { warnings } = await applyScaffold(product.core, binding);
      await product.database.transaction(({ knex }) =>
        users(knex).where({ user_id: 1 }).update({ login_name: 'Anne' }),
      );

      assert.match(warnings.join(), /Roles other than .* can create objects in the schema of public\.staff/);
      assert.deepEqual(await product.test.query('select * from public.leak'), []);
      const [row] = await product.test.query('select folded from public.staff where id = 1');
      assert.equal(row?.folded, 'anne');
    });

    it('is warned of wherever a bound table is, also where a trigger then misses its schema', async () => {
      const side = `side_${randomBytes(4).toString('hex')}`;
      for (const statement of [
        `create schema ${side} authorization ${owner}`,
        `create table ${side}.tokens (person int)`,
        `alter table ${side}.tokens owner to ${owner}`,
        `grant create on schema ${side} to ${intruder}`,
      ])
        await product.test.query(statement);
      const wider: Binding = {
        ...binding,
        users: {
          ...binding.users,
          endSessions: [{ table: `${side}.tokens`, match: { person: { column: 'id' } } }],
        },
      };
      const warning = new RegExp(`can create objects in the schema of ${side}\\.tokens\\.`);

      const { warnings } = await applyScaffold(product.core, wider);
      assert.match(warnings.join(), warning);
      assert.equal(warnings.filter((one) => /can create objects/.test(one)).length, 2);

      for (const statement of [
        `create function ${side}.strict() returns trigger language plpgsql as $f$
           begin perform count(*) from tokens; return new; end $f$`,
        `create trigger strict before update on public.staff for each row execute function ${side}.strict()`,
      ])
        await product.test.query(statement);
      const problem = await problemOf(applyScaffold(product.core, wider));
      assert.equal(problem.code, 'host-rehearsal-failed');
      assert.match(problem.hint ?? '', warning);
      await product.test.query('drop trigger strict on public.staff');
    });
  },
  { only: ['postgres', 'embedded'] },
);
