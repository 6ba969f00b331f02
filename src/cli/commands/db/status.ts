import { type SchemaStatus, schemaStatus } from '../../../database/migrator/migrate.js';
import { describeDrift } from '../../../database/migrator/plan.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';

interface Report {
  state: SchemaStatus['state'];
  version: number;
  latest: number;
  applied: { version: number; name: string; appliedAt: Date; appliedBy: string; toolVersion: string }[];
  pending: { version: number; name: string }[];
  drift: string[];
}

const named = (files: { version: number; name: string }[]) =>
  files.map(({ version, name }) => `${version} ${name}`).join(', ');

const FIELDS: Column<Report>[] = [
  { key: 'state', label: 'STATE' },
  { key: 'version', label: 'VERSION' },
  { key: 'latest', label: 'NEWEST KNOWN' },
  { key: 'applied', label: 'APPLIED', show: ({ applied }) => named(applied) },
  { key: 'pending', label: 'PENDING', show: ({ pending }) => named(pending) },
  { key: 'drift', label: 'DRIFT', show: ({ drift }) => drift.join('; ') },
];

export const dbStatus: Command = {
  name: 'status',
  summary: 'Show which parts of the schema are installed',
  options: [OUT],
  examples: [
    { does: 'at a glance', command: 'db status' },
    { does: 'who applied which file, and when', command: 'db status -o json' },
  ],
  rights: {},
  async run(_, context) {
    const { state, version, latest, applied, pending, drift } = await schemaStatus(await context.database());
    const report = {
      state,
      version,
      latest,
      applied: applied.map(({ checksum: _checksum, ...row }) => row),
      pending: pending.map(({ version: number, name }) => ({ version: number, name })),
      drift: drift.map(describeDrift),
    };
    await context.output.one<Report>(report, FIELDS);
  },
};
