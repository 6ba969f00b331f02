import type { Session } from '../../database/database.js';
import { listTokens, type TokenRow } from '../../database/queries/tokens.js';
import { operationProblem, usageProblem } from '../../problem.js';
import { pick } from '../address.js';
import type { Core } from '../core.js';
import {
  pickAccount,
  readServiceAccounts,
  type ServiceAccount,
} from '../service-accounts/service-account.js';
import { tokenStatus } from './status.js';
import { summarise, type TokenSummary } from './token.js';

/** @throws Problem `token-unknown` or `token-ambiguous`. */
export function pickToken<T extends { publicId: string }>(tokens: readonly T[], reference: string): T {
  // A whole token is a secret that should not be here; its id is all that is needed.
  const id = /^scimctl_([0-9A-Za-z]{12})/.exec(reference)?.[1] ?? reference;
  const addressed = tokens.map((token) => ({ id: token.publicId, token }));
  return pick(addressed, id, { noun: 'token', code: 'token', list: 'token list' }).token;
}

/** The one token that a rotation without a token's id means: the account's active one. */
export function tokenToRotate(
  live: readonly TokenRow[],
  { name }: ServiceAccount,
  now: Date,
  overlapMs: number,
): TokenRow {
  const active = live.filter((token) => tokenStatus(token, now) === 'active');
  const [first, second] = active.length > 0 ? active : live;
  if (!first) {
    throw operationProblem('token-none', `IdP ${JSON.stringify(name)} has no active token to rotate.`, {
      hint: `Create one with \`scimctl token create --idp ${name}\`.`,
    });
  }
  if (second && overlapMs > 0) {
    throw usageProblem('token-ambiguous', `IdP ${JSON.stringify(name)} has two active tokens.`, {
      hint: `Choose the token to replace with --token ${first.publicId} or --token ${second.publicId}, or end one with \`scimctl token revoke ID\`.`,
    });
  }
  return first;
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
