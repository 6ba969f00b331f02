import { resolve } from 'node:path';
import { configurationProblem, Problem } from '../../../problem.js';
import { DEFAULT_LIMITS } from '../../../scim/server/fairness/limits.js';
import type { Context } from '../../context.js';
import { asTyped } from '../../input/quantity.js';
import type { OptionSpec } from '../../option.js';
import { DEFAULT_PORT } from '../../shared/default-port.js';
import { SERVE_SETTINGS, type ServeSetting, type ServeSettings } from './declared.js';

export const SERVE_OPTIONS: readonly OptionSpec[] = SERVE_SETTINGS.map(
  ({ flags, description, parse, choices }) => ({
    flags,
    description,
    ...(flags.includes('<') && !choices && { parse }),
    ...(choices && { choices }),
  }),
);

const DEFAULTS = {
  port: DEFAULT_PORT,
  host: '127.0.0.1',
  behindProxy: false,
  metricsHost: '127.0.0.1',
  maxBody: DEFAULT_LIMITS.maxBody,
  maxConcurrency: DEFAULT_LIMITS.maxConcurrency,
  maxQueue: DEFAULT_LIMITS.maxQueue,
  maxConnectionsPerAddress: DEFAULT_LIMITS.maxConnectionsPerAddress,
  databaseConnections: 10,
  requestTimeout: DEFAULT_LIMITS.handlerMs,
  stopTimeout: 30_000,
  wait: 0,
  sealEvery: 5000,
  logLevel: 'info',
} as const;

/**
 * Flags beat the environment beats the config file beats the defaults.
 * @throws Problem `setting-invalid` for what stands in the environment or the config file and is not understood.
 */
export async function readServeSettings(
  flags: Partial<ServeSettings>,
  context: Context,
): Promise<ServeSettings> {
  const { world } = context;
  const { serve = {}, configFile } = await context.settings();
  const unknown = Object.keys(serve).find((name) => !SERVE_SETTINGS.some((setting) => setting.name === name));
  if (unknown !== undefined) {
    throw configurationProblem(
      'config-invalid',
      `"serve" in ${configFile} has no field ${JSON.stringify(unknown)}.`,
      {
        hint: `Valid fields are ${SERVE_SETTINGS.map(({ name }) => name).join(', ')}.`,
      },
    );
  }
  const given = SERVE_SETTINGS.flatMap((setting) => {
    const { name, env, isPath } = setting;
    const place = (value: unknown, directory: string) =>
      isPath && typeof value === 'string' ? resolve(directory, value) : value;
    if (flags[name] !== undefined) return [[name, place(flags[name], world.cwd)]];
    const inEnvironment = world.env[env];
    if (inEnvironment) return [[name, place(understood(setting, inEnvironment, env), world.cwd)]];
    const inFile = serve[name];
    if (inFile === undefined) return [];
    const value = understood(
      setting,
      asTyped(inFile, setting.parse),
      `serve.${name} in ${configFile}`,
      inFile,
    );
    return [[name, place(value, resolve(configFile ?? world.cwd, '..'))]];
  });
  const logFormat = world.stderr.isTTY === true ? 'text' : 'json';
  return { ...DEFAULTS, logFormat, ...(Object.fromEntries(given) as Partial<ServeSettings>) };
}

/** @param written what stands there, for the message. */
function understood(
  { parse, choices, isSecret }: ServeSetting,
  value: string,
  where: string,
  written: unknown = value,
): unknown {
  const given = isSecret ? 'The text' : JSON.stringify(written);
  const complain = (hint: string | undefined) =>
    configurationProblem('setting-invalid', `${given} is not a valid value for ${where}.`, {
      hint,
    });
  // An empty address, for one, would be every address of the machine.
  if (value.trim() === '') throw complain('Give it a value, or leave it out.');
  if (choices && !choices.includes(value)) throw complain(`Use one of ${choices.join(', ')}.`);
  try {
    return parse(value);
  } catch (error) {
    throw error instanceof Problem ? complain(error.hint) : error;
  }
}
