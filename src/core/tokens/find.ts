import type { Session } from '../../database/database.js';
import { listTokens } from '../../database/queries/tokens.js';
import { pick } from '../address.js';
import type { Core } from '../core.js';
import {
  pickAccount,
  readServiceAccounts,
  type ServiceAccount,
} from '../service-accounts/service-account.js';
import { summarise, type TokenSummary } from './token.js';

/** @throws Problem `token-unknown` or `token-ambiguous`. */
export function pickToken<T extends { publicId: string }>(tokens: readonly T[], reference: string): T {
  // A whole token is a secret that should not be here; its id is all that is needed.
  const id = /^scimctl_([0-9A-Za-z]{12})/.exec(reference)?.[1] ?? reference;
  const addressed = tokens.map((token) => ({ id: token.publicId, token }));
  return pick(addressed, id, { noun: 'token', code: 'token', list: 'token list' }).token;
}

/** Tokens of all service accounts or of one, newest first. */
export function readTokens(core: Core, idp?: string): Promise<TokenSummary[]> {
  return core.database.read(async (session) => {
    const accounts = await readServiceAccounts(session, core.clock());
    const wanted = idp === undefined ? accounts : [pickAccount(accounts, idp)];
    return summaries(session, wanted, core.clock());
  });
}

async function summaries(
  session: Session,
  accounts: readonly ServiceAccount[],
  now: Date,
): Promise<TokenSummary[]> {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const rows = await listTokens(session);
  return rows.flatMap((row) => {
    const idp = names.get(row.serviceAccountId);
    return idp === undefined ? [] : [summarise(row, idp, now)];
  });
}

/** @throws Problem `token-unknown` or `token-ambiguous`. */
export async function findTokenSummary(core: Core, reference: string): Promise<TokenSummary> {
  const tokens = await readTokens(core);
  return pickToken(
    tokens.map((summary) => ({ publicId: summary.id, summary })),
    reference,
  ).summary;
}
