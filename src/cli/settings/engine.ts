import type { EngineName } from '../../database/dialect/dialect.js';
import type { Context } from '../context.js';
import type { OptionSpec } from '../option.js';
import { resolveEngine } from './connection.js';

const ENGINES: Readonly<Record<string, EngineName>> = {
  postgres: 'postgres',
  embedded: 'postgres',
  mssql: 'mssql',
};

/** For commands that write SQL and need no database. */
export const ENGINE_OPTION: OptionSpec = {
  flags: '--engine <engine>',
  description: 'postgres or mssql (default: the engine of --database)',
  choices: Object.keys(ENGINES),
};

/** The dialect that is meant, by flag or by the connection setting; nothing is connected. */
export async function chosenDialect(engine: string | undefined, context: Context) {
  const { loadDialect } = await import('../../database/open.js');
  return loadDialect(ENGINES[engine ?? (await resolveEngine(context))] ?? 'postgres');
}
