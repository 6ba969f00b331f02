import { DEFAULT_LOGIN_RULES, writeLoginRules } from '../../database/queries/installation.js';
import { listServiceAccounts } from '../../database/queries/service-accounts.js';
import type { HostObject } from '../../database/scaffold/mark.js';
import { operationProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { notAsMade, runAll } from './scaffold.js';

/**
 * Takes the host views away that scimctl has made; the tables of the application stay as they are.
 * @throws Problem `host-in-use` while an IdP is enabled; `host-views-exist` for what was not made by scimctl as it is.
 */
export const removeScaffold = (core: Core, options: ChangeOptions = {}): Promise<{ removed: string[] }> =>
  change(
    core,
    { action: 'host.remove', target: { type: 'installation', name: 'host views' } },
    async (session) => {
      const { knex, dialect, schema } = session;
      await dialect.lockSchema(knex, schema);
      const enabled = (await listServiceAccounts(session)).filter(({ isEnabled }) => isEnabled);
      if (enabled.length > 0) throw inUse(enabled.map(({ name }) => name));
      await runAll(session, dialect.scaffold.begin);
      const existing = await dialect.scaffold.existing(session, schema);
      const foreign = existing.filter(({ state }) => state !== 'ours');
      if (foreign.length > 0) throw notOurs(foreign, schema);
      await runAll(session, dialect.scaffold.drop(existing, schema));
      if (existing.length > 0) await writeLoginRules(session, DEFAULT_LOGIN_RULES, core.clock());
      session.memory.forget();
      const removed = existing.map(({ name }) => name);
      return { result: { removed }, changed: removed.length > 0, details: { removed } };
    },
    options,
  );

const inUse = (names: readonly string[]) =>
  operationProblem('host-in-use', `The host views are in use by ${names.join(', ')}.`, {
    hint: 'Disable the IdP first: `scimctl idp disable NAME`.',
  });

const notOurs = (objects: readonly HostObject[], schema: string) =>
  operationProblem('host-views-exist', `${notAsMade(objects, schema)}, and must not be removed.`, {
    hint: 'Have the DBA drop them.',
  });
