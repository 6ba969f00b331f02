import { DatabaseFault, isPassing, problemOfFault } from '../../database/fault.js';
import { Problem, usageProblem } from '../../problem.js';
import { fail, skipped, } from './prerequisite.js';
import { certificate, saml, seats, token } from './provisioning.js';
import { rights } from './rights.js';
import { hosting, hostViews, schema } from './schema.js';
import { clock, reached, tls, version } from './server.js';
const DATABASE = { name: 'database', about: 'the database can be reached', needs: [] };
const REST = [
    version,
    tls,
    rights,
    clock,
    schema,
    hostViews,
    hosting,
    saml,
    certificate,
    seats,
    token,
];
/** Every prerequisite, in the order in which they build on each other. */
export const PREREQUISITES = [DATABASE, ...REST];
/**
 * Checks the prerequisites of provisioning. One that cannot be looked at because an earlier one failed is
 * skipped, and so is all that is left when the database no longer answers; nothing throws but a name that does
 * not exist.
 * @throws Problem `check-unknown`, `idp-unknown`.
 */
export async function runChecks({ connect, names = [], ...input }) {
    const wanted = closure(names);
    const checks = [];
    const { finding: first, database } = await reach(connect);
    if (wanted.has(DATABASE.name))
        checks.push({ name: DATABASE.name, ...first });
    const failed = new Set(first.status === 'fail' ? [DATABASE.name] : []);
    let silent = false;
    for (const prerequisite of REST.filter(({ name }) => wanted.has(name))) {
        const need = prerequisite.needs.find((one) => failed.has(one));
        const obstacle = obstacleOf(silent, database ? need : (need ?? DATABASE.name));
        const looked = database && obstacle === undefined
            ? await look(prerequisite, { ...input, database })
            : { finding: skipped(`not looked at, because ${obstacle}`) };
        if (looked.unanswered)
            silent = true;
        if (looked.finding.status === 'fail' || need)
            failed.add(prerequisite.name);
        checks.push({ name: prerequisite.name, ...looked.finding });
    }
    const shown = names.length === 0
        ? checks
        : checks.filter(({ name, status }) => names.includes(name) || status === 'fail');
    return { status: worst(shown), checks: shown };
}
/** A database that no longer answers is waited for once, not by every check that is left. */
const obstacleOf = (silent, failedNeed) => {
    if (silent)
        return 'the database stopped answering';
    return failedNeed === undefined ? undefined : `${failedNeed} failed`;
};
async function reach(connect) {
    try {
        const database = await connect();
        return { finding: await reached(database), database };
    }
    catch (error) {
        return { finding: asFinding(error) };
    }
}
async function look(prerequisite, input) {
    try {
        return { finding: await prerequisite.run(input) };
    }
    catch (error) {
        if (error instanceof Problem && /^idp-/.test(error.code))
            throw error;
        return { finding: asFinding(error), unanswered: isPassing(error) };
    }
}
/** A mistake of ours is not a finding and goes on up. */
function asFinding(error) {
    const problem = error instanceof DatabaseFault ? problemOfFault(error) : error;
    if (!(problem instanceof Problem))
        throw error;
    return fail(problem.message.replace(/\.$/, ''), problem.hint ?? 'Run with --verbose for more.', {
        code: problem.code,
    });
}
/** The named ones and all that they build on. */
function closure(names) {
    const known = new Map(PREREQUISITES.map((each) => [each.name, each]));
    const wanted = new Set();
    const add = (name) => {
        const found = known.get(name);
        if (!found) {
            throw usageProblem('check-unknown', `There is no check ${JSON.stringify(name)}.`, {
                hint: `There are: ${[...known.keys()].join(', ')}.`,
            });
        }
        wanted.add(name);
        found.needs.forEach(add);
    };
    (names.length > 0 ? names : [...known.keys()]).forEach(add);
    return wanted;
}
const SEVERITY = ['fail', 'warn', 'pass'];
const worst = (checks) => SEVERITY.find((status) => checks.some((check) => check.status === status)) ?? 'pass';
