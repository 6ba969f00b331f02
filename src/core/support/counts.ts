import type { Database } from '../../database/database.js';
import { isHostView } from '../../database/dialect/rights.js';
import { DatabaseFault } from '../../database/faults/fault.js';
import { listServiceAccounts } from '../../database/queries/service-accounts.js';
import {
  countHostUsers,
  countLinksByState,
  countRows,
  recentRefusals,
} from '../../database/queries/support/counts.js';
import { listTokens } from '../../database/queries/tokens.js';
import { TABLE_NAMES } from '../rights/roles.js';
import { describeAccount } from '../service-accounts/service-account.js';
import { tokenStatus } from '../tokens/status.js';
import { reasonOf } from './parts.js';

/** Rows of every own table, and accounts of the application; of one that cannot be read, the code of the problem. */
export async function tableCounts(database: Database) {
  const counted = async <T>(count: () => Promise<T>): Promise<T | { missing: string }> => {
    try {
      return await count();
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      return { missing: reasonOf(error) };
    }
  };
  const tables: Record<string, number | { missing: string }> = {};
  for (const table of TABLE_NAMES.filter((name) => !isHostView(name)))
    tables[table] = await counted(() => database.read((session) => countRows(session, table)));
  return { tables, hostUsers: await counted(() => database.read(countHostUsers)) };
}

/** IdPs without their display names, and the links of those that were removed. */
export async function accountCounts(database: Database, now: Date) {
  const { accounts, tokens, links } = await database.read(async (session) => ({
    accounts: await listServiceAccounts(session),
    tokens: await listTokens(session),
    links: await countLinksByState(session),
  }));
  const idps = accounts.map((account) => {
    const own = tokens.filter((token) => token.serviceAccountId === account.serviceAccountId);
    const one = describeAccount(account, own, now);
    return {
      ...{ name: one.name, kind: one.kind, enabled: one.enabled, authentication: one.authentication },
      ...{ deprovisionPolicy: one.deprovisionPolicy, adoptDisabled: one.adoptDisabled },
      ...{ ssoSubject: one.ssoSubject, maxDepartures: one.maxDepartures },
      tokens: own.map((token) => ({
        status: tokenStatus(token, now),
        hashScheme: token.hashScheme,
        expiresAt: token.expiresAt,
        lastUsedAt: token.lastUsedAt,
      })),
    };
  });
  return { idps, links };
}

const DAYS = 30;
/** The maximum number of refusals whose codes are counted, the newest first. */
const MOST = 5000;

/** A word of the product: an action, a code. A row that was planted may hold anything. */
const word = (text: string | undefined): string =>
  text !== undefined && /^[a-z][a-z.-]{0,63}$/.test(text) ? text : 'other';

/** Refusals by code, action and kind of actor (`cli`, `idp`, `serve`), the most frequent first. */
export async function refusalCounts(database: Database, now: Date) {
  const since = new Date(now.getTime() - DAYS * 24 * 3600_000);
  const rows = await database.read((session) => recentRefusals(session, since, MOST));
  const counts = new Map<
    string,
    { code: string; action: string; actor: string; count: number; last: Date }
  >();
  for (const { at, actor, action, details } of rows) {
    const kind = word(/^[a-z]+(?=:)/.exec(actor)?.[0]);
    const code = word(/^\{"code":"([^"]*)"/.exec(details)?.[1]);
    // A refusal that came again and again is one event with a number.
    const times = Number(/"count":(\d{1,9}),"first"/.exec(details)?.[1] ?? 1);
    const key = JSON.stringify([code, word(action), kind]);
    const known = counts.get(key);
    if (known) known.count += times;
    else counts.set(key, { code, action: word(action), actor: kind, count: times, last: at });
  }
  return {
    since,
    isComplete: rows.length < MOST,
    refusals: [...counts.values()].sort((a, b) => b.count - a.count),
  };
}
