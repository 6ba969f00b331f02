import { listPending } from '../../database/queries/pending.js';
import { assertHostViews } from '../host/views.js';
import { findAccount } from '../service-accounts/service-account.js';
export const DEPROVISION_REASONS = ['disabled', 'deleted', 'missing'];
const DAY_MS = 86_400_000;
/**
 * The audit list: users deprovisioned in an IdP whose account in the host application is still enabled. A
 * query over live data, so it empties itself as administrators disable the accounts.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function pendingUsers(core, { idp, reason, olderThanMs } = {}) {
    return core.database.read(async (session) => {
        await assertHostViews(session, ['host_user']);
        const now = core.clock();
        const account = idp === undefined ? undefined : await findAccount(session, idp, now);
        const before = olderThanMs === undefined ? undefined : new Date(now.getTime() - olderThanMs);
        const rows = await listPending(session, { serviceAccountId: account?.id, reason, before });
        return rows.map((row) => ({
            ...row,
            days: Math.max(0, Math.floor((now.getTime() - row.since.getTime()) / DAY_MS)),
        }));
    });
}
