import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { loadDialect } from '../../../src/database/open.js';
import { parseConnectionSetting } from '../../../src/database/settings/parse.js';
import type { ConnectionUse, ServerSettings } from '../../../src/database/settings/settings.js';
import type { Problem } from '../../../src/problem.js';

const silent = () => undefined;
const log = { warn: silent, error: silent, debug: silent, deprecate: silent };

/** The settings of a server that a text means, with nothing of this machine mixed in. */
export async function serverSettings(text: string): Promise<ServerSettings> {
  const options = { cwd: '/base', env: {}, homeDirectory: '/nowhere' };
  const { settings } = await parseConnectionSetting(text, options);
  assert.notEqual(settings.engine, 'embedded');
  return settings as ServerSettings;
}

/** Runs `work` on a pool for the setting, made as the product makes it. */
export async function withConnection<T>(
  text: string,
  work: (knex: Knex) => Promise<T>,
  use: ConnectionUse = {},
): Promise<T> {
  const settings = await serverSettings(text);
  const config =
    settings.engine === 'mssql'
      ? await (await import('../../../src/database/mssql/driver/connect.js')).mssqlKnexConfig(settings, use)
      : await (await import('../../../src/database/postgres/driver/connect.js')).postgresKnexConfig(
          settings,
          use,
        );
  const { default: knexFactory } = await import('knex');
  const knex = knexFactory({ ...config, log });
  try {
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}

/** The problem that connecting ends with. */
export async function connectionFailure(text: string): Promise<Problem> {
  const settings = await serverSettings(text);
  const dialect = await loadDialect(settings.engine === 'mssql' ? 'mssql' : 'postgres');
  try {
    await withConnection(text, (knex) => knex.raw('select 1 as one'));
  } catch (error) {
    return dialect.connectionProblem(error, settings) as Problem;
  }
  assert.fail('the connection was made');
}
