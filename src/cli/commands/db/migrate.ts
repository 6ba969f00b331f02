import { untestedLevel } from '../../../core/host/compatibility-level.js';
import { migrate as applyMigrations, schemaStatus } from '../../../database/migrator/migrate.js';
import { assertKnown } from '../../../database/migrator/plan.js';
import { toolVersion } from '../../../installation/version.js';
import type { Command } from '../../command.js';
import type { Column } from '../../output/column.js';

interface Report {
  applied: { version: number; name: string }[];
  version: number;
  dryRun?: true;
}

const FIELDS: Column<Report>[] = [
  { key: 'version', label: 'SCHEMA VERSION' },
  {
    key: 'applied',
    label: 'APPLIED',
    show: ({ applied }) => applied.map(({ version, name }) => `${version} ${name}`).join(', ') || 'nothing',
  },
];

export const dbMigrate: Command<{ dryRun?: boolean }> = {
  name: 'migrate',
  summary: 'Install the schema, or upgrade it',
  description:
    'Applies all pending numbered SQL files in one transaction under a lock. If several processes run it at once, one of them applies the files; the others wait and then have nothing to do.',
  options: [{ flags: '--dry-run', description: 'only show which files would be applied' }],
  examples: [
    { does: 'apply', command: 'db migrate' },
    { does: 'look first', command: 'db migrate --dry-run' },
  ],
  rights: { schema: 'change' },
  async run({ dryRun }, context) {
    const database = await context.database();
    const untested = untestedLevel(database.dialect.compatibilityLevel);
    if (untested) context.talk.warn(untested.warning);
    if (dryRun) {
      const plan = await schemaStatus(database);
      assertKnown(plan);
      const applied = plan.pending.map(({ version, name, checksum }) => ({ version, name, checksum }));
      await context.output.one<Report>({ applied, version: plan.latest, dryRun: true }, FIELDS);
      context.talk.done('Dry run: nothing was changed.');
      return;
    }
    const report = await applyMigrations(database, toolVersion());
    await context.output.one<Report>(report, FIELDS);
    context.talk.done(
      report.applied.length === 0 ? 'Nothing to do: the schema is up to date.' : 'The schema is up to date.',
    );
  },
};
