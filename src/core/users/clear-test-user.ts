import { hostUserShape } from '../../database/queries/host/host-user-shape.js';
import { hostUsersNamed } from '../../database/queries/host/named-host-users.js';
import { accountMadeFor } from '../../database/queries/links/identities.js';
import { listPending } from '../../database/queries/links/pending.js';
import { change } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { aloneWithClaims } from '../provisioning/transactions/locks.js';
import { disabling } from './disable.js';
import { unlinkForGood } from './unlink.js';

/**
 * Clears away what a test of the endpoint leaves in the host application: the account that was made for a test user,
 * whom the test has deleted since, is disabled, and the link ends for good. An account that was there before the test
 * is left as it is.
 * @param identityId the SCIM id of the test user.
 * @returns the login name of the account; nothing where the database has no such user, as of another endpoint.
 * @throws Problem `host-views-missing`, `host-refused`, `host-broken`, `host-write-ignored`.
 */
export function clearTestUser(core: Core, identityId: string): Promise<string | undefined> {
  const intent = { action: 'user.unlink', target: { type: 'user', id: identityId } };
  return change<string | undefined>(
    core,
    intent,
    async (session) => {
      await assertHostViews(session, ['host_user']);
      const hostUserId = await accountMadeFor(session, identityId);
      const found = hostUserId === undefined ? [] : await hostUsersNamed(session, hostUserId);
      const host = found.find(({ userId, isProtected }) => userId === hostUserId && !isProtected);
      if (!host) return { result: undefined, changed: false };
      const [pending] = await listPending(session, { hostUserId: host.userId });
      const details = { hostUserId: host.userId, test: true };
      const links = [{ identityId }];
      if (!pending || pending.reason === 'doubtful') {
        await unlinkForGood(session, links, core.clock());
        return { result: host.loginName, target: { name: host.loginName }, details };
      }
      const done = disabling(session, await hostUserShape(session), host, pending);
      return {
        ...done,
        action: 'user.disable',
        details: { ...done.details, test: true },
        result: undefined,
        write: async (event) => {
          await done.write?.(event);
          await unlinkForGood(session, links, core.clock());
          return host.loginName;
        },
      };
    },
    { locks: aloneWithClaims },
  );
}
