import type { Session } from '../../database/database.js';
import { insertToken, type TokenRow } from '../../database/queries/tokens.js';
import { operationProblem } from '../../problem.js';
import type { ChangeOptions } from '../audit/change.js';
import type { Done } from '../audit/intent.js';
import type { Core } from '../core.js';
import { assertOnPremises } from '../host/installation.js';
import { lockAccount, type ServiceAccount } from '../service-accounts/service-account.js';
import { digestForStorage } from './digest.js';
import { freeEndedSlots } from './end.js';
import type { NewToken } from './format.js';
import { NO_KEYS } from './keys.js';

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

/** Finds the account, takes its lock, and clears away what has run out. */
export async function enter(core: Core, session: Session, idp: string) {
  await assertOnPremises(session);
  const now = core.clock();
  const account = await lockAccount(session, idp, now);
  return { account, live: await freeEndedSlots(session, account.id, now), now };
}

export function freeSlot(live: readonly TokenRow[], { name }: ServiceAccount): 1 | 2 {
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
