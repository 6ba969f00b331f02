import { hostUserShape } from '../../database/queries/host/host-user-shape.js';
import { accountLinks } from '../../database/queries/links/account-links.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { aloneWithClaims } from '../provisioning/transactions/locks.js';
import { accountNamed } from './named-account.js';
import { unlinkForGood } from './unlink.js';

/** An account that no user of an IdP has any more. */
export interface DisownedAccount {
  userId: string;
  loginName: string;
  /** False where no link to the account was doubtful. */
  changed: boolean;
  /** The links that have ended for good. */
  unlinked: { idp: string; userName: string }[];
}

/**
 * Says that an account belongs to none of the users whose links to it are doubtful: the host application has given its
 * key to a person whom no IdP provisions. The links end for good, and nothing is written to the host application.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `user-protected`, `host-views-missing`.
 */
export function disownAccount(
  core: Core,
  reference: string,
  options?: ChangeOptions,
): Promise<DisownedAccount> {
  const intent = { action: 'user.unlink', target: { type: 'user', name: reference } };
  return change(
    core,
    intent,
    async (session) => {
      const { userId, loginName } = await accountNamed(session, reference);
      const links = await accountLinks(session, await hostUserShape(session), userId);
      const doubtful = links.filter(({ agrees }) => !agrees);
      await unlinkForGood(session, doubtful, core.clock());
      const unlinked = doubtful.map(({ idp, userName }) => ({ idp, userName }));
      const changed = unlinked.length > 0;
      const result = { userId, loginName, changed, unlinked };
      return { result, changed, target: { id: userId, name: loginName }, details: { unlinked } };
    },
    // Nobody makes or brings back a link meanwhile.
    { ...options, locks: aloneWithClaims },
  );
}
