import { randomBytes } from 'node:crypto';
/** What the names of all databases of one run begin with. */
export function runPrefix(environment) {
    return `scimctl_test_${environment.SCIMCTL_TEST_RUN ?? 'alone'}_`;
}
/** A database name that no other test, process or run uses. */
export function uniqueName(environment) {
    return runPrefix(environment) + randomBytes(6).toString('hex');
}
