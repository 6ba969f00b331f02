import { schemaStatus } from '../../../database/migrator/migrate.js';
import { describeDrift } from '../../../database/migrator/plan.js';
const named = (files) => files.map(({ version, name }) => `${version} ${name}`).join(', ');
const FIELDS = [
    { key: 'state', label: 'STATE' },
    { key: 'version', label: 'VERSION' },
    { key: 'latest', label: 'NEWEST KNOWN' },
    { key: 'applied', label: 'APPLIED', show: ({ applied }) => named(applied) },
    { key: 'pending', label: 'PENDING', show: ({ pending }) => named(pending) },
    { key: 'drift', label: 'DRIFT', show: ({ drift }) => drift.join('; ') },
];
export const status = {
    name: 'status',
    summary: 'What is installed and what is not',
    examples: [
        { does: 'at a glance', command: 'db status' },
        { does: 'who applied what, and when', command: 'db status -o json' },
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
        await context.output.one(report, FIELDS);
    },
};
