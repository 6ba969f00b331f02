import { configurationProblem, prerequisiteProblem } from '../../problem.js';
/** Holds what was applied against our files. Pure. */
export function planSchema(files, applied) {
    const version = applied.at(-1)?.version ?? 0;
    const latest = files.at(-1)?.version ?? 0;
    const byVersion = new Map(applied.map((row) => [row.version, row]));
    const pending = files.filter((file) => !byVersion.has(file.version));
    const drift = [];
    for (const row of applied) {
        const file = files.find((candidate) => candidate.version === row.version);
        const about = { version: row.version, name: row.name };
        if (!file && row.version <= latest)
            drift.push({ ...about, kind: 'unknown' });
        else if (file && file.checksum !== row.checksum)
            drift.push({ ...about, kind: 'edited' });
    }
    for (const file of pending) {
        if (file.version < version)
            drift.push({ version: file.version, name: file.name, kind: 'out-of-order' });
    }
    return { state: stateOf(version, latest, pending.length, drift.length), version, latest, pending, drift };
}
function stateOf(version, latest, pending, drift) {
    if (version > latest)
        return 'newer';
    if (drift > 0)
        return 'drifted';
    if (version === 0)
        return 'missing';
    return pending > 0 ? 'outdated' : 'current';
}
/** Refuses to touch a schema that this version of the tool does not fully know. */
export function assertKnown(plan) {
    if (plan.state === 'newer')
        throw newerProblem(plan);
    const [first] = plan.drift;
    if (first) {
        throw prerequisiteProblem('schema-drift', `The schema's history does not match this version's files: ${describeDrift(first)}.`, {
            hint: 'Run `scimctl db verify` for all differences. Never edit a file that was applied; put the original back.',
        });
    }
}
/** Refuses unless the schema is exactly the one this version works with. */
export function assertCurrent(plan) {
    if (plan.state === 'newer')
        throw newerProblem(plan);
    if (plan.state === 'missing') {
        throw configurationProblem('schema-missing', 'The scimctl schema is not installed in this database.', {
            hint: 'Run `scimctl db migrate`, or hand the DBA the output of `scimctl db script`.',
        });
    }
    if (plan.pending.length > 0) {
        throw configurationProblem('schema-outdated', `The schema is at version ${plan.version}; this version needs ${plan.latest}.`, {
            hint: 'Run `scimctl db migrate`, or hand the DBA the output of `scimctl db script`.',
        });
    }
}
const newerProblem = (plan) => configurationProblem('schema-newer', `The schema is at version ${plan.version}, newer than version ${plan.latest}, the newest this scimctl knows.`, {
    hint: 'Use the newer scimctl that installed it. Nothing was changed.',
});
/** `0001_initial.sql` */
export const fileName = ({ version, name }) => `${String(version).padStart(4, '0')}_${name}.sql`;
export function describeDrift(drift) {
    const { kind } = drift;
    const file = fileName(drift);
    if (kind === 'edited')
        return `${file} was edited after it was applied`;
    if (kind === 'unknown')
        return `${file} was applied but is missing here`;
    return `${file} has a number below what is already applied`;
}
