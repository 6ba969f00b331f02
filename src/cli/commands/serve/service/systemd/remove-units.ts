import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { propertiesOf, type Systemctl } from './systemctl.js';

/**
 * Stops units and disables them.
 * @param units their names; they are there.
 * @throws Problem `service-manager-failed`.
 */
export async function stopUnits(units: readonly string[], run: Systemctl): Promise<void> {
  const known = await propertiesOf(units, run);
  const inState = (test: (state: string) => boolean, property: string) =>
    units.filter((unit) => test(known.get(unit)?.[property] ?? ''));
  const enabled = inState((state) => state.startsWith('enabled'), 'UnitFileState');
  // What starts others first: a timer must not start a job that is being removed.
  const running = inState((state) => !['', 'inactive', 'failed'].includes(state), 'ActiveState').sort(
    (a, b) => Number(a.endsWith('.service')) - Number(b.endsWith('.service')),
  );
  if (enabled.length > 0) await run('disable', ...enabled);
  for (const unit of running) await run('stop', unit);
  // Of a unit that has failed, systemd goes on knowing.
  const failed = inState((state) => state === 'failed', 'ActiveState');
  if (failed.length > 0) await run('reset-failed', ...failed).catch(() => undefined);
}

/** A file that a unit hands over, and the name by which it does so. */
export interface HandedFile {
  id: string;
  path: string;
}

/** The files that units hand over as credentials, each once. */
export function credentialsIn(texts: Iterable<string>): HandedFile[] {
  const found = [...texts].flatMap((text) =>
    [...text.matchAll(/^LoadCredential=([^:\n]+):(.+)$/gm)].map(
      ([, id = '', path = '']) => [path.replaceAll('%%', '%'), id] as const,
    ),
  );
  return [...new Map(found)].map(([path, id]) => ({ id, path }));
}

/** The files that units of other installations use. */
export async function credentialsOfOthers(directory: string, ours: readonly string[]): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const others = names.filter((name) => name.endsWith('.service') && !ours.includes(name));
  const bytes = await Promise.all(others.map((name) => readFile(join(directory, name)).catch(() => '')));
  return credentialsIn(bytes.map((each) => each.toString())).map(({ path }) => path);
}

/** What administrators have added to units with `systemctl edit`, and edited units that were replaced. */
export async function additionsTo(directory: string, units: readonly string[]): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const isOne = (name: string) =>
    units.some((unit) => name === `${unit}.d` || name.startsWith(`${unit}.replaced-`));
  return names.filter(isOne).map((name) => join(directory, name));
}
