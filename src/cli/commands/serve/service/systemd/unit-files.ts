import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markOf } from '../../../../../installation/service/mark.js';
import type { ServiceFile } from '../../../../../installation/service/plan.js';
import { unitNames } from '../../../../../installation/service/systemd/unit-names.js';
import { operationProblem } from '../../../../../problem.js';

/** Where administrators' units are; those of packages are elsewhere. */
export const UNIT_DIRECTORY = '/etc/systemd/system';

/** The unit files of an installation that are there, by their names. */
export async function presentUnits(directory: string, name: string): Promise<Map<string, string>> {
  const found = await Promise.all(
    unitNames(name).map(async (unit) => {
      const bytes = await readFile(join(directory, unit)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return bytes === undefined ? [] : [[unit, bytes.toString()] as const];
    }),
  );
  return new Map(found.flat());
}

/** What becomes of a unit file. */
export interface UnitChange {
  unit: string;
  change: 'created' | 'changed' | 'unchanged' | 'removed';
  /** What was there, and what is there after it. */
  old?: string;
  text?: string;
  /** Where the edited file that was there is kept. */
  kept?: string;
}

/**
 * What has to be done for the wanted units to be there, and no others of this installation.
 * @throws Problem `service-unit-foreign`, `service-unit-edited`.
 */
export function unitChanges(
  wanted: readonly ServiceFile[],
  present: ReadonlyMap<string, string>,
  { directory, replace, stamp }: { directory: string; replace: boolean; stamp: string },
): UnitChange[] {
  assertOurs(present, directory);
  const isEdited = (unit: string) => markOf(present.get(unit) ?? '')?.isEdited === true;
  const edited = [...present.keys()].filter(isEdited);
  if (edited.length > 0 && !replace) {
    throw operationProblem(
      'service-unit-edited',
      `These units in ${directory} were edited since scimctl wrote them: ${edited.join(', ')}.`,
      {
        hint: 'Move the changes to a drop-in with systemctl edit, which stays as it is. Then add --replace, which keeps the edited file beside the new one.',
      },
    );
  }
  const kept = (unit: string) => (isEdited(unit) ? { kept: `${unit}.replaced-${stamp}` } : {});
  return [
    ...wanted.map(({ name: unit, text }): UnitChange => {
      const old = present.get(unit);
      const change = old === undefined ? 'created' : old === text ? 'unchanged' : 'changed';
      return { unit, change, text, ...(old !== undefined && { old }), ...kept(unit) };
    }),
    ...[...present]
      .filter(([unit]) => !wanted.some(({ name }) => name === unit))
      .map(([unit, old]): UnitChange => ({ unit, change: 'removed', old, ...kept(unit) })),
  ];
}

/** What a changed unit started before, and starts now; nothing where that stays the same. */
export function commandChange({
  change,
  old,
  text,
}: UnitChange): { before: string; after: string } | undefined {
  const commandOf = (unit: string | undefined) => /^ExecStart=(.*)$/m.exec(unit ?? '')?.[1] ?? '';
  const [before, after] = [commandOf(old), commandOf(text)];
  return change === 'changed' && before !== after ? { before, after } : undefined;
}

/** @throws Problem `service-unit-foreign`. */
export function assertOurs(present: ReadonlyMap<string, string>, directory: string): void {
  const foreign = [...present].filter(([, text]) => !markOf(text)).map(([unit]) => unit);
  if (foreign.length === 0) return;
  throw operationProblem(
    'service-unit-foreign',
    `These units in ${directory} were not written by scimctl: ${foreign.join(', ')}.`,
    {
      hint: 'Remove or rename them if you no longer need them, or choose another name for the service with --name.',
    },
  );
}
