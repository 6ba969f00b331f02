import type { Session } from '../../../database/database.js';
import { accountEvents, personEvents, type StoredEvent } from '../../../database/queries/audit/events.js';
import { linksToAccount } from '../../../database/queries/links/identities.js';
import type { AccountTrace } from '../../provisioning/account/account-trace.js';
import { type LifeEvent, lifeEvent } from './life.js';

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
  const ids = await idsOf(session, { identityId, hostUserId });
  return (await accountEvents(session, ids, MOST_CHANGES)).map(toChange);
}

const MOST_LIFE = 200;

/** The life of a person across all IdPs, as far as the trail has it, newest first. */
export async function lifeOf(
  session: Session,
  link: { identityId: string; hostUserId: string },
): Promise<LifeEvent[]> {
  return (await personEvents(session, await idsOf(session, link), MOST_LIFE)).map(lifeEvent);
}

/** Events name the link or the account. */
async function idsOf(
  session: Session,
  { identityId, hostUserId }: { identityId: string; hostUserId: string },
): Promise<string[]> {
  const links = await linksToAccount(session, hostUserId, MOST_LINKS);
  return [...new Set([hostUserId, identityId, ...links])];
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
