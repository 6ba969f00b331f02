import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { freshProduct, openTestDatabase, type Product } from '../support/databases/product.js';
import { uniqueName } from '../support/engines/database.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';

/** Each would be chosen before the system's own for arguments of just these types. */
const OPERATORS = ['=', '<>', '||', '~~', '~'];
const FUNCTIONS = ['lower', 'upper', 'btrim', 'length'];

forEachEngine(
  'a command on a database in whose public schema everybody may create objects',
  (engine) => {
    let product: Product;
    const trapped = () => product.test.query('select distinct what from public.trap order by what');

    before(async () => {
      product = await freshProduct(engine);
      const trap = (what: string) =>
        `language plpgsql as $p$ begin insert into public.trap values ('${what}'); return`;
      for (const statement of [
        // As until PostgreSQL 14, and in databases that were upgraded from it.
        'grant create on schema public to public',
        'create table public.trap (what text)',
        'grant insert on public.trap to public',
        ...FUNCTIONS.map(
          (name) => `create function public.${name}(a varchar) returns text ${trap(name)} 'x'; end $p$`,
        ),
        ...OPERATORS.flatMap((sign, at) => {
          const [type, value] = sign === '||' ? ['text', "'x'"] : ['boolean', 'true'];
          return [
            `create function public.trap_${at}(a varchar, b varchar) returns ${type} ${trap(sign)} ${value}; end $p$`,
            `create operator public.${sign} (leftarg = varchar, rightarg = varchar, function = public.trap_${at})`,
          ];
        }),
      ])
        await product.test.query(statement);
    });
    after(() => product.close());

    it('runs nothing that somebody has planted there', async () => {
      for (const words of [
        ['check'],
        ['db', 'verify'],
        ['idp', 'add', 'entra', '--sso-provider', 'Contoso SAML'],
        ['idp', 'update', 'entra', '--display-name', 'Entra'],
        ['token', 'create', '--idp', 'entra'],
        ['users', 'pending'],
        ['users', 'list', '--idp', 'entra'],
        ['users', 'show', 'ada@contoso.example'],
        ['audit', 'list', '--target', 'entra'],
        ['audit', 'seal'],
        ['host', 'status'],
      ]) {
        const { stderr } = await runHere([...words, '--yes'], { env: { SCIMCTL_DATABASE: product.url } });
        assert.deepEqual(await trapped(), [], `${words.join(' ')}: ${stderr}`);
      }
    });

    it('runs nothing of it in a script that is printed, either', async () => {
      const rotate = ['token', 'rotate', '--idp', 'entra', '--script', '--engine', 'postgres', '-o', 'json'];
      await product.test.query(JSON.parse((await runHere(rotate, {})).stdout).script);
      assert.deepEqual(await trapped(), []);
      // Roles are of the whole server: what these two do is in other tests.
      for (const words of [
        ['db', 'script'],
        ['db', 'grants'],
      ]) {
        const { stdout } = await runHere([...words, '--engine', 'postgres'], {});
        const lines = stdout.split('\n');
        const begins = lines.findIndex((line) => /^begin\b/.test(line));
        assert.equal(lines[begins + 1], 'set local search_path = pg_catalog;', words.join(' '));
      }
    });

    it('needs one connection, and has none with the open path', async () => {
      const login = uniqueName(process.env);
      await product.test.query(`create role ${login} login password 'pw' connection limit 1`);
      try {
        const url = Object.assign(new URL(product.url), { username: login, password: 'pw' });
        for (const [use, path] of [
          [{ maxConnections: 1 }, 'pg_catalog'],
          [{ maxConnections: 1, keepsSearchPath: true }, '"$user", public'],
        ] as const) {
          const database = await openTestDatabase(url.href, undefined, use);
          const { rows } = await database.read(({ knex }) => knex.raw('show search_path'));
          await database.close();
          assert.deepEqual(rows, [{ search_path: path }]);
        }
      } finally {
        await product.test.query(`drop role ${login}`);
      }
    });

    it('says why a trigger that needs what is there fails, and what to do', async () => {
      const other = await freshProduct(engine);
      const idp = await addIdp(other, 'hr');
      const gone = await addHostUser(other, 'gone@contoso.example');
      const left = { deprovisionedAt: other.now, deprovisionReason: 'deleted' } as const;
      await link(other, idp, gone, { userName: 'gone@contoso.example', ...left });
      for (const statement of [
        'grant create on schema public to public',
        'create table public.changes (of_user integer)',
        `create function app.note_change() returns trigger language plpgsql as
           $f$ begin insert into changes values (new.id); return new; end $f$`,
        'create trigger note_change after update on app.users for each row execute function app.note_change()',
      ])
        await other.test.query(statement);
      await other.close();
      const disable = () =>
        runHere(['users', 'disable', 'gone@contoso.example', '--yes'], {
          env: { SCIMCTL_DATABASE: other.url },
        });

      const { code, stderr } = await disable();
      assert.equal(code, 1, stderr);
      assert.match(stderr, /relation "changes" does not exist.*\[host-broken\]/);
      assert.match(stderr, /set the path at the function of the trigger/);

      await other.test.query('alter function app.note_change() set search_path = public');
      const again = await disable();
      assert.equal(again.code, 0, again.stderr);
    });

    it('would run it if it searched there: the trap works', async () => {
      await product.test.query("select lower('x'::varchar) where 'a'::varchar = 'b'::varchar");
      assert.deepEqual(await trapped(), [{ what: '=' }, { what: 'lower' }]);
    });
  },
  { only: ['postgres'] },
);
