import { listTokens, type TokenRow, updateToken } from '../../database/queries/tokens.js';
import { operationProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { lockAccount } from '../service-accounts/service-account.js';
import { endToken, freeEndedSlots } from './end.js';
import { pickToken } from './find.js';
import { generateToken } from './format.js';
import { enter, freeSlot, type IssuedToken, type IssueOptions, issue, newRow } from './issue.js';
import { endedAtOnce, endOfOverlap, tokenToRotate } from './overlap.js';
import { tokenStatus } from './status.js';
import { summarise, type TokenSummary } from './token.js';

export interface RotateOptions extends IssueOptions {
  /** Milliseconds the old token still works; 0 for a leak: it ends with this very change. */
  overlapMs: number;
  /** The old token, where the account has more than one. */
  token?: string;
}

/**
 * Issues a successor. The old token works until the end of the overlap, or of its own expiry if that is
 * sooner; both in one transaction, so that at any moment at least one token works.
 * @throws Problem `idp-unknown`, `token-none`, `token-ambiguous`, `token-limit`; nothing is changed.
 */
export async function rotateToken(core: Core, idp: string, options: RotateOptions): Promise<IssuedToken> {
  const fresh = generateToken(core.random);
  await options.deliver?.(fresh.text);
  return change(
    core,
    { action: 'token.rotate', target: { type: 'token', id: fresh.publicId, name: idp } },
    async (session) => {
      const { account, live, now } = await enter(core, session, idp);
      const { token, overlapMs } = options;
      const isNamed = token !== undefined;
      const old = isNamed ? pickToken(live, token) : tokenToRotate(live, account, now, overlapMs);
      const ending = endedAtOnce(live, old, { overlapMs, isNamed });
      const slot = freeSlot(
        live.filter((token) => !ending.includes(token)),
        account,
      );
      for (const { publicId } of ending) await endToken(session, publicId, now);
      const end = ending.length > 0 ? now : endOfOverlap(old, now, overlapMs);
      if (ending.length === 0) await updateToken(session, old.publicId, { retiresAt: end });
      const row = newRow(core, account, fresh, now, options, { slot, replaces: old.publicId });
      return issue(session, account, fresh, row, { id: old.publicId, validUntil: end });
    },
    options,
  );
}

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

export const unused = (name: string) =>
  operationProblem('token-unused', `The new token of IdP ${JSON.stringify(name)} has never been used.`, {
    hint: 'Enter the new token in the IdP and test the connection first. If the old token is no longer needed, add --force.',
  });
