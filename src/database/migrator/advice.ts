import type { Difference } from './compare.js';
import type { Migration } from './files.js';
import type { AppliedMigration } from './history.js';
import { type Drift, fileName } from './plan.js';

/** What to do about a file of the history that is not as it was applied. */
export function adviceOnFile(
  { version, kind }: Drift,
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): string {
  const by = applied.find((row) => row.version === version)?.toolVersion;
  if (kind === 'edited') {
    return `Install scimctl ${by ?? ''} again, which applied this file, or a later release. Never edit the files of a release; put your own additions into a separate schema.`;
  }
  if (kind === 'unknown') {
    return `Use scimctl ${by ?? ''}, which applied this file, or a later release. This copy does not have the file.`;
  }
  const newest = applied.findLast((row) => migrations.some((file) => file.version === row.version));
  return `Files of different releases were mixed. Continue with scimctl ${newest?.toolVersion ?? ''} or a later release, and contact its maintainers before you apply anything manually.`;
}

const AUDIT = 'then run `scimctl audit verify` to see what happened in the meantime';

/** What to do about an object that is not as it was made. */
export function adviceOnObject(difference: Difference, migrations: readonly Migration[]): string {
  const { kind, object, right } = difference;
  if (kind === 'hidden') {
    return `This login cannot see whether the object exists. Have the DBA grant ${right}, or run the command with a login that has this right.`;
  }
  const isTrigger = object.startsWith('trigger ');
  if (kind === 'unexpected') return adviceOnAddition(object);
  const as = `as in ${sourceOf(object, migrations)}`;
  if (/ disabled\b/.test(difference.found ?? '') && isTrigger) return `Enable it immediately, ${AUDIT}.`;
  const verb = kind === 'changed' ? 'Create it again' : 'Create it';
  if (isTrigger || object.startsWith('function ')) return `${verb} immediately, ${as}, ${AUDIT}.`;
  if (/^(check|constraint|foreign key|primary key|unique)/.test(object)) {
    return `Correct the rows that violate it, then ${verb.toLowerCase()} ${as}.`;
  }
  if (/^column/.test(object)) {
    return kind === 'changed'
      ? `Change the column ${as}.`
      : `Restore the table from a backup, or add the column ${as} and its values manually.`;
  }
  return `${verb} ${as}.`;
}

function adviceOnAddition(object: string): string {
  if (object.startsWith('trigger ')) {
    return 'Find out what it does, because it runs inside the transactions of scimctl, and drop it.';
  }
  if (/^(column|view)/.test(object)) {
    return 'Move it to a separate schema: upgrades do not take it into account and may fail because of its name.';
  }
  return 'Drop it if you do not need it: upgrades do not take it into account.';
}

/**
 * The file that makes an object: the last one that names all of it (of a column the first, since later ones may use
 * it), or the first that names its table.
 */
function sourceOf(object: string, migrations: readonly Migration[]): string {
  const [, named = ''] = /^[a-z ]*? ?(\w+(?:\.\w+)?(?: ?\([^)]*\))?)(?: where .*)?$/.exec(object) ?? [];
  const words = named.match(/\w+/g) ?? [];
  const names =
    ({ sql }: Migration) =>
    (word: string) =>
      new RegExp(`\\b${word}\\b`, 'i').test(sql);
  const isAll = (each: Migration) => words.every(names(each));
  const file =
    (object.startsWith('column ') ? migrations.find(isAll) : migrations.findLast(isAll)) ??
    migrations.find((each) => words.slice(0, 1).every(names(each)));
  return file ? fileName(file) : 'history.sql';
}
