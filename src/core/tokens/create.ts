import { change } from '../audit/change.js';
import type { Core } from '../core.js';
import { generateToken } from './format.js';
import { enter, freeSlot, type IssuedToken, type IssueOptions, issue, newRow } from './issue.js';

/**
 * Issues a token for an IdP's service account.
 * @throws Problem `idp-unknown`, `token-limit` (two are live), `hosting-cloud`; nothing is changed.
 */
export async function createToken(core: Core, idp: string, options: IssueOptions): Promise<IssuedToken> {
  const fresh = generateToken(core.random);
  await options.deliver?.(fresh.text);
  return change(
    core,
    { action: 'token.create', target: { type: 'token', id: fresh.publicId, name: idp } },
    async (session) => {
      const { account, live, now } = await enter(core, session, idp);
      const row = newRow(core, account, fresh, now, options, {
        slot: freeSlot(live, account),
        replaces: null,
      });
      return issue(session, account, fresh, row);
    },
    options,
  );
}

/**
 * Issues a token where the service account has no live one; of several callers at once only one does.
 * `deliver` is called within the transaction, once, and only when a token is issued.
 * @returns nothing where there was a live token already.
 * @throws Problem `idp-unknown`, `hosting-cloud`; nothing is changed.
 */
export function createFirstToken(
  core: Core,
  idp: string,
  { deliver, ...options }: IssueOptions,
): Promise<IssuedToken | undefined> {
  const fresh = generateToken(core.random);
  let delivered: Promise<void> | undefined;
  return change<IssuedToken | undefined>(
    core,
    { action: 'token.create', target: { type: 'token', id: fresh.publicId, name: idp } },
    async (session) => {
      const { account, live, now } = await enter(core, session, idp);
      if (live.length > 0) return { result: undefined, changed: false };
      delivered ??= deliver?.(fresh.text);
      await delivered;
      const row = newRow(core, account, fresh, now, options, { slot: 1, replaces: null });
      return issue(session, account, fresh, row);
    },
    options,
  );
}
