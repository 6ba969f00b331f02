import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { DEVIATIONS } from '../../src/scim/probe/deviations/deviation.js';
import { IDP_NAMES } from '../../src/scim/probe/names.js';
import { connectionPlan, lifePlan } from '../../src/scim/probe/plan.js';
import { runProbe } from '../../src/scim/probe/run.js';
import { FAULTS } from '../support/scim/faults.js';
import { startScimServer } from '../support/scim/server.js';
const PEOPLE = ['anna', 'maria', 'zoe', 'eleni'].map((name) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${name}@contoso.example`,
    externalId: name,
    displayName: name,
}));
/** Probes a server with these faults. */
async function probed(options) {
    const { idps = IDP_NAMES, write = true, clock = () => new Date() } = options;
    const server = await startScimServer({ users: PEOPLE, ...options });
    try {
        const url = new URL(options.url?.(server) ?? server.url);
        const plan = write ? lifePlan(url, idps, randomBytes) : connectionPlan(url, idps, randomBytes);
        const endpoint = { url, token: server.token, timeoutMs: 5000 };
        const signal = new AbortController().signal;
        const report = await runProbe({ endpoint, plan, idps, clock, random: randomBytes, signal });
        return { report, server };
    }
    finally {
        await server.close();
    }
}
/** `entra deactivate deactivate-ignored` for each deviation that was named. */
const named = ({ checks }) => checks.flatMap(({ idp, name, deviations = [] }) => deviations.map(({ code }) => `${idp} ${name} ${code}`));
/** For each fault, where the probe has to name it first, and as what. */
const EXPECTED = {
    'active-ignored': ['entra deactivate', 'deactivate-ignored', 'fail'],
    'active-refused': ['entra deactivate', 'deactivate-refused', 'fail'],
    'active-as-text': ['okta test-connection', 'boolean-as-text', 'fail'],
    'all-members-removed': ['entra group-remove', 'removed-all', 'fail'],
    'any-token': ['any wrong-token', 'token-not-checked', 'fail'],
    'attributes-ignored': ['any attributes', 'attributes-ignored', 'warn'],
    'base-url-wrong': ['any reach', 'not-found', 'fail'],
    'body-broken': ['any reach', 'not-json', 'fail'],
    'case-matters': ['entra lookup', 'lookup-case', 'warn'],
    'challenge-missing': ['any wrong-token', 'token-challenge', 'warn'],
    'conflict-on-update': ['okta update', 'conflict-unexpected', 'fail'],
    'count-ignored': ['okta test-connection', 'page-size', 'fail'],
    'counts-as-text': ['okta test-connection', 'count-not-integer', 'fail'],
    'create-200': ['okta create', 'create-status', 'warn'],
    'create-empty': ['okta create', 'create-empty', 'fail'],
    'create-refused': ['entra create', 'create-refused', 'fail'],
    'delete-200': ['entra delete', 'delete-status', 'warn'],
    'delete-ignored': ['entra delete', 'delete-ignored', 'fail'],
    'delete-refused': ['entra delete', 'delete-refused', 'fail'],
    'display-name-lost': ['entra create', 'profile-lost', 'warn'],
    'duplicate-400': ['entra duplicate', 'duplicate-status', 'fail'],
    'duplicate-created': ['entra duplicate', 'duplicate-created', 'fail'],
    'empty-is-404': ['entra test-connection', 'empty-not-200', 'fail'],
    'error-body-missing': ['any wrong-token', 'error-body', 'fail'],
    'error-detail-missing': ['any wrong-token', 'error-detail', 'warn'],
    'error-status-missing': ['any wrong-token', 'error-status', 'warn'],
    'excluded-ignored': ['entra group-excluded', 'excluded-ignored', 'warn'],
    'external-id-lost': ['entra create', 'external-id-lost', 'fail'],
    'filter-ignored': ['entra test-connection', 'filter-ignored', 'fail'],
    'filter-refused': ['entra filters', 'filter-refused', 'fail'],
    'flag-refused': ['entra test-connection-flag', 'parameter-refused', 'fail'],
    'group-not-found': ['entra group-lookup', 'group-lookup', 'fail'],
    'group-patch-refused': ['okta group-add', 'group-update-refused', 'fail'],
    'group-refused': ['entra group-create', 'group-refused', 'fail'],
    'inactive-hidden': ['entra deactivate', 'inactive-hidden', 'fail'],
    'json-type': ['any reach', 'content-type', 'warn'],
    'list-bare': ['entra test-connection', 'list-shape', 'fail'],
    'list-refused': ['any reach', 'list-refused', 'fail'],
    'location-missing': ['entra create', 'create-location', 'warn'],
    'lookup-empty': ['okta lookup', 'lookup-missed', 'fail'],
    'manager-as-text': ['entra manager', 'manager-as-text', 'fail'],
    'manager-refused': ['entra manager', 'manager-refused', 'warn'],
    'member-lost': ['okta group-add', 'member-missing', 'fail'],
    'meta-missing': ['entra create', 'resource-shape', 'fail'],
    'no-discovery': ['any discovery', 'discovery-missing', 'warn'],
    'no-groups': ['okta groups', 'groups-missing', 'warn'],
    'order-unstable': ['okta paging', 'order-unstable', 'fail'],
    'patch-500': ['okta deactivate-patch', 'server-error', 'fail'],
    'reactivate-ignored': ['okta reactivate', 'reactivate-ignored', 'fail'],
    'reactivate-refused': ['entra reactivate', 'reactivate-refused', 'fail'],
    redirects: ['any reach', 'redirect', 'fail'],
    'removal-ignored': ['okta group-remove', 'remove-ignored', 'fail'],
    'rename-ignored': ['okta group-rename', 'group-update-ignored', 'fail'],
    'scim-type-missing': ['entra duplicate', 'duplicate-scim-type', 'fail'],
    'seats-400': ['entra create', 'no-seat', 'warn'],
    'seats-403': ['entra create', 'forbidden', 'fail'],
    'sign-in-page': ['any reach', 'not-scim', 'fail'],
    throttles: ['okta update', 'throttled', 'warn'],
    'token-refused': ['any reach', 'token-refused', 'fail'],
    'total-wrong': ['okta test-connection', 'count-wrong', 'fail'],
    'unquoted-refused': ['entra filters', 'filter-unquoted', 'warn'],
    'update-empty': ['okta update', 'update-body', 'warn'],
    'update-ignored': ['entra update-flag', 'update-ignored', 'fail'],
    'user-gone': ['entra create', 'read-refused', 'fail'],
    'user-name-changed': ['okta create', 'user-name-changed', 'fail'],
    'wrong-token-403': ['any wrong-token', 'token-status', 'fail'],
};
describe('the probe against an endpoint without a fault', () => {
    for (const idps of [IDP_NAMES, ['entra'], ['okta']]) {
        it(`finds none, as ${idps.join(' and ')}, and leaves nothing behind`, async () => {
            const { report, server } = await probed({ idps });
            assert.deepEqual(report.checks.filter(({ status }) => status !== 'pass'), []);
            assert.equal(report.status, 'pass');
            assert.equal(report.checks.at(-1)?.name, 'clean-up');
            assert.deepEqual([server.users.length, server.groups.length], [PEOPLE.length, 0]);
        });
    }
    it('changes nothing without --write', async () => {
        const { report, server } = await probed({ write: false });
        assert.equal(report.status, 'pass');
        assert.ok(report.checks.length >= 12);
        assert.deepEqual(server.requests.filter(({ line }) => !line.startsWith('GET ')), []);
    });
});
describe('the probe against an endpoint with one fault', () => {
    for (const [fault, [check, code, status]] of Object.entries(EXPECTED)) {
        it(`names it: ${FAULTS[fault]}`, async () => {
            const idps = [check.startsWith('entra') ? 'entra' : 'okta'];
            const { report, server } = await probed({ faults: [fault], idps });
            assert.ok(named(report).includes(`${check} ${code}`), `${check} ${code} is not among ${named(report).join('; ')}`);
            const result = report.checks.find(({ idp, name }) => `${idp} ${name}` === check);
            const deviation = result?.deviations?.find((each) => each.code === code);
            assert.equal(deviation?.status, status);
            assert.ok(deviation.seen.length > 10);
            assert.match(deviation.standard ?? '', /^(RFC \d{4} §\d|Entra's guide)/);
            assert.ok(status === 'warn' || report.status === 'fail');
            // Whatever went wrong, nothing is left behind.
            if (fault !== 'delete-refused' && fault !== 'delete-ignored') {
                assert.deepEqual([server.users.length, server.groups.length], [PEOPLE.length, 0]);
            }
        });
    }
    it('names nothing else where it is only one thing', async () => {
        for (const fault of [
            'scim-type-missing',
            'challenge-missing',
            'unquoted-refused',
            'manager-refused',
        ]) {
            const { report } = await probed({ faults: [fault], idps: ['entra'] });
            const [check, code] = EXPECTED[fault];
            assert.deepEqual(named(report), [`${check} ${code}`]);
        }
    });
    it('knows a fault for every deviation it can name', () => {
        const provoked = Object.values(EXPECTED).map(([, code]) => code);
        // What has a test of its own, here or where the command is tested.
        const apart = ['plain-http', 'slow', 'update-refused', 'user-there', 'user-missing'];
        assert.deepEqual(Object.keys(DEVIATIONS).filter((code) => !provoked.includes(code) && !apart.includes(code)), []);
    });
    it('says which IdP would mind, and how', async () => {
        const { report } = await probed({ faults: ['conflict-on-update'], idps: ['okta'] });
        const update = report.checks.find(({ name }) => name === 'update');
        assert.match(update?.advice ?? '', /\(RFC 7644 §3\.12\)\. Okta: stops the job at a 409\./);
        assert.match(update?.summary ?? '', /409 \(the version does not match\)/);
        assert.ok(named(report).includes('okta update update-refused'));
    });
    it('only warns where it would break an IdP that is not played', async () => {
        const entra = await probed({ faults: ['counts-as-text', 'order-unstable'], idps: ['entra'] });
        const okta = await probed({ faults: ['scim-type-missing', 'manager-as-text'], idps: ['okta'] });
        assert.equal(entra.report.status, 'warn');
        assert.equal(okta.report.status, 'warn');
    });
    it('says once what is the same with every answer', async () => {
        const { report } = await probed({ faults: ['json-type', 'counts-as-text', 'external-id-lost'] });
        const times = (code) => named(report).filter((each) => each.endsWith(` ${code}`)).length;
        assert.equal(times('content-type'), 1);
        assert.ok(times('counts-as-text') <= 3);
        assert.equal(times('external-id-lost'), 2); // Once for each IdP.
    });
    it('finds that answers are slow', async () => {
        let now = 0;
        const clock = () => {
            now += 6000;
            return new Date(now);
        };
        const { report } = await probed({ write: false, clock });
        assert.deepEqual(named(report), ['any reach slow']);
    });
    it('finds that the token would travel in plain text', async () => {
        // Every address of this machine that is not loopback by name.
        const { report } = await probed({ write: false, url: ({ url }) => url.replace('127.0.0.1', '0.0.0.0') });
        assert.deepEqual(named(report), ['any reach plain-http']);
        assert.ok(report.checks.every(({ status }) => status !== 'skipped'));
    });
});
describe('what the probe has made', () => {
    const left = ({ users, groups }) => [users.length - PEOPLE.length, groups.length];
    it('is named where it cannot be cleared away', async () => {
        const { report, server } = await probed({ faults: ['delete-refused'] });
        const last = report.checks.at(-1);
        assert.deepEqual([last?.name, last?.status], ['clean-up', 'fail']);
        assert.match(last?.summary ?? '', /scimctl-probe-[0-9a-f]{10}@example\.invalid \(\/Users\/[0-9a-f-]{36}\)/);
        assert.deepEqual(left(server), [2, 2]);
    });
    it('is all it touches: others with the same name stay', async () => {
        // A create without an answer, at an endpoint that returns everybody whatever is searched for.
        const { server } = await probed({ faults: ['create-empty', 'filter-ignored'] });
        const names = server.users.map(({ userName }) => userName);
        assert.deepEqual(names.slice(0, PEOPLE.length), PEOPLE.map(({ userName }) => userName));
    });
});
