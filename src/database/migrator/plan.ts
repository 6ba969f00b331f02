import { configurationProblem, prerequisiteProblem } from '../../problem.js';
import type { Migration } from './files.js';
import type { AppliedMigration } from './history.js';

export type SchemaState = 'missing' | 'outdated' | 'current' | 'newer' | 'drifted';

export interface Drift {
  version: number;
  name: string;
  /** The file differs from what was applied; was applied but is not among our files; has a number below the newest applied one. */
  kind: 'edited' | 'unknown' | 'out-of-order';
}

export interface SchemaPlan {
  state: SchemaState;
  /** Newest applied version, 0 for none. */
  version: number;
  /** Newest version among our files. */
  latest: number;
  pending: Migration[];
  drift: Drift[];
}

/** Holds what was applied against our files. Pure. */
export function planSchema(files: readonly Migration[], applied: readonly AppliedMigration[]): SchemaPlan {
  const version = applied.at(-1)?.version ?? 0;
  const latest = files.at(-1)?.version ?? 0;
  const byVersion = new Map(applied.map((row) => [row.version, row]));
  const pending = files.filter((file) => !byVersion.has(file.version));
  const drift: Drift[] = [];
  for (const row of applied) {
    const file = files.find((candidate) => candidate.version === row.version);
    const about = { version: row.version, name: row.name };
    if (!file && row.version <= latest) drift.push({ ...about, kind: 'unknown' });
    else if (file && file.checksum !== row.checksum) drift.push({ ...about, kind: 'edited' });
  }
  for (const file of pending) {
    if (file.version < version) drift.push({ version: file.version, name: file.name, kind: 'out-of-order' });
  }
  return { state: stateOf(version, latest, pending.length, drift.length), version, latest, pending, drift };
}

function stateOf(version: number, latest: number, pending: number, drift: number): SchemaState {
  if (version > latest) return 'newer';
  if (drift > 0) return 'drifted';
  if (version === 0) return 'missing';
  return pending > 0 ? 'outdated' : 'current';
}

/** Refuses to touch a schema that this version of the tool does not fully know. */
export function assertKnown(plan: SchemaPlan): void {
  if (plan.state === 'newer') throw newerProblem(plan);
  const [first] = plan.drift;
  if (first) {
    throw prerequisiteProblem(
      'schema-drift',
      `The history of the schema does not match the files of this version: ${describeDrift(first)}.`,
      {
        hint: '`scimctl db verify` lists all differences. Never edit a file that was applied: restore the original file.',
      },
    );
  }
}

/** Refuses unless the schema is exactly the one this version works with. */
export function assertCurrent(plan: SchemaPlan): void {
  if (plan.state === 'newer') throw newerProblem(plan);
  if (plan.state === 'missing') {
    throw configurationProblem('schema-missing', 'The scimctl schema is not installed in this database.', {
      hint: 'Run `scimctl db migrate`, or have the DBA run the output of `scimctl db script`.',
    });
  }
  if (plan.pending.length > 0) {
    throw configurationProblem(
      'schema-outdated',
      `The schema is at version ${plan.version}; this version needs ${plan.latest}.`,
      {
        hint: 'Run `scimctl db migrate`, or have the DBA run the output of `scimctl db script`.',
      },
    );
  }
}

const newerProblem = (plan: SchemaPlan) =>
  configurationProblem(
    'schema-newer',
    `The schema is at version ${plan.version}, but this version of scimctl supports only versions up to ${plan.latest}.`,
    {
      hint: 'Nothing was changed. Use the newer version of scimctl that installed the schema.',
    },
  );

/** `0001_initial.sql` */
export const fileName = ({ version, name }: Pick<Migration, 'version' | 'name'>): string =>
  `${String(version).padStart(4, '0')}_${name}.sql`;

export function describeDrift(drift: Drift): string {
  const { kind } = drift;
  const file = fileName(drift);
  if (kind === 'edited') return `${file} was edited after it was applied`;
  if (kind === 'unknown') return `${file} was applied, but this version does not have it`;
  return `${file} has a lower number than a file that was already applied`;
}
