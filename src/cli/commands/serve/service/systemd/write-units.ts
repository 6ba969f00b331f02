import { access, constants, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { operationProblem } from '../../../../../problem.js';
import type { World } from '../../../../../world.js';
import { beginReplacement, type Replacement } from '../../../../output/files/replacement.js';
import type { UnitChange } from './unit-files.js';

/**
 * Writes the files of units, removes those that are no longer wanted, and keeps edited ones beside them; all or nothing.
 * systemd does not know of it yet.
 * @returns what puts the old files back.
 * @throws Problem `service-units-unwritable`.
 */
export async function writeUnits(
  directory: string,
  changes: readonly UnitChange[],
  world: World,
): Promise<() => Promise<void>> {
  const place = (unit: string) => join(directory, unit);
  const begin = async (unit: string, text: string): Promise<Replacement> => {
    const file = await beginReplacement(place(unit), { isPrivate: false }, world);
    // Whatever the umask of root is.
    await file.handle.chmod(0o644);
    await file.handle.writeFile(text);
    return file;
  };
  const restore = async () => {
    for (const { unit, old, kept } of changes) {
      if (old === undefined) await unlink(place(unit)).catch(() => undefined);
      else await begin(unit, old).then((file) => file.finish());
      if (kept !== undefined) await unlink(place(kept)).catch(() => undefined);
    }
  };
  const begun: Replacement[] = [];
  try {
    // All of them are on the disk before the first takes its place.
    for (const { unit, text, old = '', kept } of changes) {
      if (kept !== undefined) begun.push(await begin(kept, old));
      if (text !== undefined) begun.push(await begin(unit, text));
    }
  } catch (error) {
    for (const { discard } of begun) await discard();
    throw unwritable(directory, error);
  }
  try {
    for (const { finish } of begun) await finish();
    for (const { unit, change } of changes) if (change === 'removed') await unlink(place(unit));
  } catch (error) {
    for (const { discard } of begun) await discard();
    await restore().catch(() => undefined);
    throw unwritable(directory, error);
  }
  return restore;
}

/** Before anything is read that only root can read. @throws Problem `service-units-unwritable`. */
export const assertWritable = (directory: string): Promise<void> =>
  access(directory, constants.W_OK).catch((error) => {
    throw unwritable(directory, error);
  });

function unwritable(directory: string, cause: unknown) {
  const { code = 'error' } = cause as NodeJS.ErrnoException;
  return operationProblem(
    'service-units-unwritable',
    `The units cannot be written to ${directory} (${code}).`,
    {
      hint: 'Run the command as root.',
      cause,
    },
  );
}
