import type { Session } from '../../../database/database.js';
import { personEvents } from '../../../database/queries/audit/events.js';
import { linksToAccount } from '../../../database/queries/links/identities.js';
import { toAuditEvent } from '../../audit/list.js';
import type { AccountTrace } from '../../provisioning/account/account-trace.js';
import { type LifeEvent, lifeEvent, tracesIn } from './life.js';

/** What was done to an account, from the trail. */
export interface AccountChange {
  /** Text where a row that was planted holds no instant. */
  at: Date | string;
  actor: string;
  action: string;
  /** Null where the account was made then. */
  before: AccountTrace | null;
  after: AccountTrace | null;
}

/** Of all IdPs that have had the account. */
const MOST_LINKS = 50;
/** The maximum number of events that are read, the newest first. */
const MOST_EVENTS = 1000;
const MOST_LIFE = 200;
const MOST_CHANGES = 50;

/**
 * The life of a person across all IdPs, as far as the trail has it, and of it the changes of the account: those whose
 * events hold the account before and after, which events of earlier versions do not. Both newest first.
 */
export async function lifeOf(
  session: Session,
  { identityId, hostUserId }: { identityId: string; hostUserId: string },
): Promise<{ changes: AccountChange[]; history: LifeEvent[] }> {
  const links = await linksToAccount(session, hostUserId, MOST_LINKS);
  // Events name the link or the account.
  const ids = [...new Set([hostUserId, identityId, ...links])];
  const events = (await personEvents(session, ids, MOST_EVENTS)).map(toAuditEvent);
  const changes = events.map(({ at, actor, action, details }) => ({
    at,
    actor,
    action,
    ...tracesIn(details),
  }));
  return {
    changes: changes.filter(({ after }) => after !== null).slice(0, MOST_CHANGES),
    history: events.slice(0, MOST_LIFE).map(lifeEvent),
  };
}
