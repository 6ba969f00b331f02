import { isAbsolute, relative } from 'node:path';
import type { World } from '../../world.js';

/** As the user started it: npx finds the program where a plain `scimctl` would not be found. */
export const programOf = ({ env }: World) =>
  env.npm_command === 'exec' || env.npm_lifecycle_event === 'npx' ? 'npx scimctl' : 'scimctl';

/** Relative to where the user stands if it is below; with slashes, which all three shells and Node take. */
export function nearPath(path: string, { cwd, platform }: World): string {
  const below = relative(cwd, path);
  const near = below.startsWith('..') || isAbsolute(below) ? path : below;
  const slashed = platform === 'win32' ? near.replaceAll('\\', '/') : near;
  return slashed.startsWith('-') ? `./${slashed}` : slashed;
}
