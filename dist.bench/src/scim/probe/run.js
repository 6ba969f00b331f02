import { cleanUp, cleanUpResult } from './clean-up.js';
import { Client } from './client.js';
import { perform } from './step.js';
/** A request of clearing up waits so long at most. Milliseconds. */
const CLEAN_UP_REQUEST_MS = 4000;
/**
 * Does the steps of a plan one after another, and clears away what they have made, however they end.
 * @throws the signal's reason, after clearing up.
 */
export async function runProbe(options) {
    const { endpoint, plan, idps, clock, random, signal, onResult } = options;
    const client = new Client(endpoint, clock, signal);
    const run = { client, idps, random, said: new Set() };
    const checks = [];
    const add = (result) => {
        checks.push(result);
        onResult?.(result);
    };
    let isComplete = false;
    try {
        for (const step of plan.steps) {
            const isUseless = checks[0]?.status === 'fail' && checks[0].deviations?.some(isFatal);
            add(isUseless ? skipped(step.name, step.idp) : await perform(step, run));
        }
        isComplete = true;
    }
    finally {
        client.close();
        const mayMake = plan.users.length + plan.groups.length > 0;
        const left = mayMake ? await clearUp(options) : [];
        if (!isComplete)
            options.onInterrupted?.(left);
        else if (plan.users.some(({ uncertain }) => uncertain !== undefined))
            add(cleanUpResult(left));
    }
    return { status: worst(checks), url: endpoint.url.href, checks };
}
/** With a client of its own, which an interruption does not stop. */
async function clearUp({ endpoint, clock, plan }) {
    const timeoutMs = Math.min(endpoint.timeoutMs, CLEAN_UP_REQUEST_MS);
    const client = new Client({ ...endpoint, timeoutMs }, clock);
    try {
        return await cleanUp(client, plan);
    }
    finally {
        client.close();
    }
}
/** With these everything else can still be tried. */
const SURVIVABLE = ['plain-http', 'empty-not-200'];
const isFatal = ({ code, status }) => status === 'fail' && !SURVIVABLE.includes(code);
const skipped = (name, idp) => ({
    name,
    idp,
    status: 'skipped',
    summary: 'not done, because the endpoint was not reached',
});
const SEVERITY = ['fail', 'warn', 'pass'];
const worst = (checks) => SEVERITY.find((status) => checks.some((check) => check.status === status)) ?? 'pass';
