import { migrate as applyMigrations, schemaStatus } from '../../../database/migrator/migrate.js';
import { assertKnown } from '../../../database/migrator/plan.js';
import { toolVersion } from '../../../version.js';
const FIELDS = [
    { key: 'version', label: 'SCHEMA VERSION' },
    {
        key: 'applied',
        label: 'APPLIED',
        show: ({ applied }) => applied.map(({ version, name }) => `${version} ${name}`).join(', ') || 'nothing',
    },
];
export const migrate = {
    name: 'migrate',
    summary: 'Install the schema, or bring it up to date',
    description: 'Applies the numbered SQL files that are not applied yet, all in one transaction under a lock: of several at once one applies and the others wait and find nothing to do.',
    options: [{ flags: '--dry-run', description: 'only say what would be applied' }],
    examples: [
        { does: 'apply', command: 'db migrate' },
        { does: 'look first', command: 'db migrate --dry-run' },
    ],
    rights: { schema: 'change' },
    async run({ dryRun }, context) {
        const database = await context.database();
        if (dryRun) {
            const plan = await schemaStatus(database);
            assertKnown(plan);
            const applied = plan.pending.map(({ version, name, checksum }) => ({ version, name, checksum }));
            await context.output.one({ applied, version: plan.latest, dryRun: true }, FIELDS);
            context.talk.done('Dry run, nothing was changed.');
            return;
        }
        const report = await applyMigrations(database, toolVersion());
        await context.output.one(report, FIELDS);
        context.talk.done(report.applied.length === 0 ? 'Nothing to do: the schema is current.' : 'The schema is current.');
    },
};
