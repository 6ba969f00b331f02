import type { World } from '../../../../world.js';
import type { Context } from '../../../context.js';
import { readSettings, type Settings } from '../../../settings/config-settings.js';

/** What a service or a scheduled job knows: its config file, and nothing of the environment of this shell. */
export interface Unattended {
  context: Context;
  settings: Settings;
}

/**
 * Reads a config file as the service will.
 * @param config absolute path.
 * @param mayBeMissing whether to go on without the file.
 * @throws Problem `config-…`, `schema-name-invalid`.
 */
export async function readUnattended(
  context: Context,
  config: string,
  { mayBeMissing }: { mayBeMissing: boolean },
): Promise<Unattended> {
  // Inherited, since a world and a context look at some things only when they are asked.
  const world: World = Object.create(context.world, { env: { value: {} } });
  const globals = { ...context.globals, config, database: undefined, timeoutMs: undefined };
  const settings = await readSettings(globals, world, { configMayBeMissing: mayBeMissing });
  return {
    settings,
    context: Object.create(context, { world: { value: world }, settings: { value: async () => settings } }),
  };
}
