import type { Session } from '../../database.js';
import { raw } from '../../sql/fragment.js';
import { type EventRow, eventValues } from '../audit/events.js';
import type { HostUserShape } from '../host/host-user-shape.js';
import { type HostUserChange, type HostUserRow, hostUserValues, toHostUser } from '../host/host-users.js';
import { type IdentityChange, identityValues } from '../links/identities.js';
import { hostWrite, ownTables } from './provision.js';

/** One and the same change of several accounts and of their links. */
export interface AlikeChange {
  change: HostUserChange;
  link: IdentityChange;
  /** Each with its event. Of these, id, target and details are its own, and all else is that of the first. */
  accounts: readonly { userId: string; identityId: string; event: EventRow }[];
}

/** So many accounts at most: SQL Server takes 2,100 parameters, and each account has six. */
export const MOST_ALIKE = 300;

/**
 * Writes it all in one round trip, as `provision` does of one account, and reads every account back before COMMIT.
 * @returns the accounts as they are after the write, in their order.
 * @throws DatabaseFault `write-ignored`, whose constraint is the column that the host did not take of one of them.
 */
export async function changeAlike(
  session: Session,
  shape: HostUserShape,
  { change, link, accounts }: AlikeChange,
): Promise<HostUserRow[]> {
  const [first] = accounts;
  if (!first) return [];
  const { event_id, target_id, target_name, details, ...event } = eventValues(session, first.event);
  const statements = session.dialect.changeAlike({
    tables: ownTables(session),
    host: {
      ...hostWrite(session, shape, change, change, (name) => raw(`r.${name}`)),
      update: hostUserValues(shape, change),
    },
    identity: identityValues(session, link),
    event,
    rows: accounts.map(({ userId, identityId, event: { eventId, targetId, targetName, details } }) => ({
      userId,
      identityId,
      eventId,
      targetId,
      targetName,
      details,
    })),
  });
  return (await session.series<Record<string, unknown>>(statements)).map(toHostUser);
}
