import assert from 'node:assert/strict';
import { it } from 'node:test';
import { verifySchema } from '../../src/database/migrator/verify.js';
import { forEachEngine } from '../support/engines.js';
import { execute, openMigrated } from './open-test-database.js';

/** Check constraints as PostgreSQL writes them, each with the statements with which pg_dump and a restore make it again. */
const MADE_AGAIN = `
select format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname) as dropping,
       format('alter table %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) as making
  from pg_constraint k join pg_namespace n on n.oid = k.connamespace
 where n.nspname = 'scim' and k.contype = 'c'`;

forEachEngine(
  'a schema that was restored from a dump',
  (engine) => {
    it('is the same, although the server writes its constraints in another way', async (context) => {
      const { database } = await openMigrated(context, engine);
      const written = () => database.read(async ({ knex }) => (await knex.raw(MADE_AGAIN)).rows);
      const before: { dropping: string; making: string }[] = await written();
      for (const { dropping, making } of before) {
        await execute(database, dropping);
        await execute(database, making);
      }
      const making = (rows: { making: string }[]) => rows.map((row) => row.making).sort();

      assert.notDeepEqual(making(await written()), making(before));
      assert.deepEqual(await verifySchema(database), { ok: true, findings: [] });
    });

    it('is another where a constraint allows something else', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(database, 'alter table scim.token drop constraint token_hash_scheme_check');
      const more = `check (hash_scheme::text = any (array['sha256'::varchar::text, 'none'::varchar::text]))`;
      await execute(
        database,
        `alter table scim.token add constraint token_hash_scheme_check ${more} not valid`,
      );

      const { findings } = await verifySchema(database);

      assert.deepEqual(
        findings.map(({ kind, object }) => `${kind} ${object}`),
        ['changed constraint token.token_hash_scheme_check'],
      );
    });
  },
  { only: ['postgres', 'embedded'] },
);
