import { listTokens, type TokenRow, updateToken } from '../../database/queries/tokens.js';
import { operationProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { lockAccount } from '../service-accounts/service-account.js';
import { freeEndedSlots } from './end.js';
import { tokenStatus } from './status.js';
import { summarise, type TokenSummary } from './token.js';

export interface FinishOptions extends ChangeOptions {
  /** Also while the new token has never been used. */
  force?: boolean;
}

/**
 * Ends the overlap of a rotation early: the retiring token stops working now.
 * @returns the tokens that were ended; none where nothing was retiring.
 * @throws Problem `token-unused` while no other live token has ever been used, unless forced.
 */
export function finishRotation(core: Core, idp: string, options: FinishOptions): Promise<TokenSummary[]> {
  return change(
    core,
    { action: 'token.finish', target: { type: 'idp', name: idp } },
    async (session) => {
      const now = core.clock();
      const { id, name } = await lockAccount(session, idp, now);
      const live = await freeEndedSlots(session, id, now);
      const isRetiring = (token: TokenRow) => tokenStatus(token, now) === 'retiring';
      const retiring = live.filter(isRetiring);
      const proven = live.some((token) => !isRetiring(token) && token.lastUsedAt !== null);
      if (retiring.length > 0 && !proven && !options.force) throw unused(name);
      for (const { publicId } of retiring) {
        await updateToken(session, publicId, { slot: null, retiresAt: now, endedAt: now });
      }
      const ended = new Set(retiring.map(({ publicId }) => publicId));
      const rows = (await listTokens(session, id)).filter(({ publicId }) => ended.has(publicId));
      return {
        result: rows.map((row) => summarise(row, name, now)),
        changed: rows.length > 0,
        target: { id, name },
        details: { ended: [...ended] },
      };
    },
    options,
  );
}

const unused = (name: string) =>
  operationProblem('token-unused', `The new token of IdP ${JSON.stringify(name)} has never been used.`, {
    hint: 'Enter the new token in the IdP and test the connection first. If the old token is no longer needed, add --force.',
  });
