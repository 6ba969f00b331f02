import type { Session } from '../../database/database.js';
import { accountEvents, type StoredEvent } from '../../database/queries/audit/events.js';
import { linksToAccount } from '../../database/queries/links/identities.js';
import type { AccountTrace } from '../provisioning/account/account-trace.js';

/** What was done to an account, from the trail. */
export interface AccountChange {
  at: Date;
  actor: string;
  action: string;
  /** Null where the account was made then. */
  before: AccountTrace | null;
  after: AccountTrace | null;
}

const MOST_CHANGES = 50;
/** Of all IdPs that have had the account. */
const MOST_LINKS = 50;

/**
 * The changes of an account by any of its links and by administrators, newest first: those whose events hold the
 * account before and after, which events of earlier versions do not.
 */
export async function accountChanges(
  session: Session,
  { identityId, hostUserId }: { identityId: string; hostUserId: string },
): Promise<AccountChange[]> {
  const links = await linksToAccount(session, hostUserId, MOST_LINKS);
  const ids = [...new Set([hostUserId, identityId, ...links])];
  return (await accountEvents(session, ids, MOST_CHANGES)).map(toChange);
}

function toChange({ occurredAt: at, actor, action, details }: StoredEvent): AccountChange {
  const { before, after } = traces(details);
  return { at, actor, action, before: before ?? null, after: after ?? null };
}

/** Whatever a row that was tampered with holds. */
function traces(details: string): { before?: AccountTrace; after?: AccountTrace } {
  try {
    return JSON.parse(details);
  } catch {
    return {};
  }
}
