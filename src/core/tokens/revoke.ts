import { lockServiceAccount } from '../../database/queries/service-accounts.js';
import { listTokens } from '../../database/queries/tokens.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { readServiceAccounts } from '../service-accounts/service-account.js';
import { endToken } from './end.js';
import { pickToken } from './find.js';
import { isLive } from './status.js';
import { summarise, type TokenSummary } from './token.js';

/**
 * Ends a token at once. One that has ended already stays as it is.
 * @throws Problem `token-unknown` or `token-ambiguous`.
 */
export function revokeToken(core: Core, reference: string, options?: ChangeOptions): Promise<TokenSummary> {
  return change(
    core,
    { action: 'token.revoke', target: { type: 'token', id: reference.slice(0, 12) } },
    async (session) => {
      const now = core.clock();
      const accounts = await readServiceAccounts(session, now);
      const names = new Map(accounts.map(({ id, name }) => [id, name]));
      const owned = (await listTokens(session)).filter(({ serviceAccountId }) => names.has(serviceAccountId));
      const { publicId, serviceAccountId } = pickToken(owned, reference);
      await lockServiceAccount(session, serviceAccountId);
      const read = async () => pickToken(await listTokens(session, serviceAccountId), publicId);
      const changed = isLive(await read(), now);
      if (changed) await endToken(session, publicId, now);
      const idp = names.get(serviceAccountId) ?? '';
      return { result: summarise(await read(), idp, now), changed, target: { id: publicId, name: idp } };
    },
    options,
  );
}
