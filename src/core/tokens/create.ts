import type { Session } from '../../database/database.js';
import { insertToken, type TokenRow, updateToken } from '../../database/queries/tokens.js';
import { operationProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Done } from '../audit/intent.js';
import type { Core } from '../core.js';
import { assertOnPremises } from '../host/installation.js';
import { lockAccount, type ServiceAccount } from '../service-accounts/service-account.js';
import { digestForStorage } from './digest.js';
import { endToken, freeEndedSlots } from './end.js';
import { pickToken, tokenToRotate } from './find.js';
import { generateToken, type NewToken } from './format.js';
import { NO_KEYS } from './keys.js';
import { validUntil } from './status.js';

/** A token just made: the only time its text is to be had. */
export interface IssuedToken {
  id: string;
  idp: string;
  token: string;
  createdAt: Date;
  expiresAt: Date | null;
  replaces?: { id: string; validUntil: Date };
}

export interface IssueOptions extends ChangeOptions {
  /** Milliseconds from now; null for a token that never expires. */
  expiresInMs: number | null;
  /**
   * Called with the token before anything is committed, so that it is safely delivered or the change does
   * not happen. May be called once only.
   */
  deliver?: (token: string) => Promise<void>;
}

export interface RotateOptions extends IssueOptions {
  /** Milliseconds the old token still works; 0 for a leak: it ends with this very change. */
  overlapMs: number;
  /** The old token, where the account has more than one. */
  token?: string;
}

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
      const old =
        options.token === undefined
          ? tokenToRotate(live, account, now, options.overlapMs)
          : pickToken(live, options.token);
      const ending = options.overlapMs > 0 ? [] : options.token === undefined ? live : [old];
      const slot = freeSlot(
        live.filter((token) => !ending.includes(token)),
        account,
      );
      for (const token of ending) await endToken(session, token.publicId, now);
      const end = ending.length > 0 ? now : endOfOverlap(old, now, options.overlapMs);
      if (ending.length === 0) await updateToken(session, old.publicId, { retiresAt: end });
      const row = newRow(core, account, fresh, now, options, { slot, replaces: old.publicId });
      return issue(session, account, fresh, row, { id: old.publicId, validUntil: end });
    },
    options,
  );
}

/** An overlap never makes a token last longer than it would have. */
function endOfOverlap(old: TokenRow, now: Date, overlapMs: number): Date {
  const end = new Date(now.getTime() + overlapMs);
  const before = validUntil(old);
  return before && before < end ? before : end;
}

/** Finds the account, takes its lock, and clears away what has run out. */
export async function enter(core: Core, session: Session, idp: string) {
  await assertOnPremises(session);
  const now = core.clock();
  const account = await lockAccount(session, idp, now);
  return { account, live: await freeEndedSlots(session, account.id, now), now };
}

function freeSlot(live: readonly TokenRow[], { name }: ServiceAccount): 1 | 2 {
  const slot = ([1, 2] as const).find((candidate) => !live.some((token) => token.slot === candidate));
  if (slot) return slot;
  throw operationProblem(
    'token-limit',
    `IdP ${JSON.stringify(name)} already has two live tokens, which is the maximum.`,
    {
      hint: `Run \`scimctl token list --idp ${name}\` and end one with \`scimctl token revoke ID\`, or wait until the retiring token expires.`,
    },
  );
}

export function newRow(
  core: Core,
  account: ServiceAccount,
  { publicId, text }: NewToken,
  now: Date,
  { expiresInMs }: IssueOptions,
  { slot, replaces }: Pick<TokenRow, 'slot' | 'replaces'>,
): TokenRow & { digest: Uint8Array } {
  return {
    publicId,
    serviceAccountId: account.id,
    slot,
    ...digestForStorage(text, core.tokenKeys ?? NO_KEYS),
    createdAt: now,
    createdBy: core.actor,
    expiresAt: expiresInMs === null ? null : new Date(now.getTime() + expiresInMs),
    retiresAt: null,
    revokedAt: null,
    endedAt: null,
    lastUsedAt: null,
    replaces,
  };
}

export async function issue(
  session: Session,
  { name }: ServiceAccount,
  fresh: NewToken,
  row: TokenRow & { digest: Uint8Array },
  replaces?: { id: string; validUntil: Date },
): Promise<Done<IssuedToken>> {
  await insertToken(session, row);
  const { publicId: id, createdAt, expiresAt } = row;
  return {
    result: { id, idp: name, token: fresh.text, createdAt, expiresAt, ...(replaces && { replaces }) },
    target: { id, name },
    details: { expiresAt, hashScheme: row.hashScheme, keyId: row.keyId, ...(replaces && { replaces }) },
  };
}
