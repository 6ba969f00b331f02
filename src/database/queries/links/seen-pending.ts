import type { PendingReason } from '../../../words/link.js';
import type { Session } from '../../database.js';
import { ALWAYS, bound, listed, padded, raw, sql, stretchOf } from '../../sql/fragment.js';
import type { HostUserShape } from '../host/host-user-shape.js';
import { asInstant, asText, bind, own, ownTable, selectRows } from '../rows.js';
import { usersFrom } from '../users/users.js';
import { agrees } from './agreement.js';
import {
  hasLaterLink,
  isDoubtful,
  isPending,
  isUnprotected,
  onFlag,
  PENDING_EXTERNAL_ID,
  PENDING_REASON,
  PENDING_SINCE,
} from './pending.js';

/** A link whose account was seen pending once, and is not pending any more. */
export interface EndedWait {
  identityId: string;
  userId: string;
  loginName: string | null;
  idp: string;
  externalId: string | null;
  reason: string;
  /** When the link ended or was marked; null where it is in force again and not marked. */
  since: Date | null;
  lastSeen: Date;
  isUnlinked: boolean;
  /** Whether the account is there and still the user's. */
  isThere: boolean;
  isOn: boolean;
  isProtected: boolean;
  /** Whether another link to the account is in force, or ended later. */
  isLinkedAgain: boolean;
}

/** Links whose accounts are pending and were last seen so before an instant, or never; by id, from one on. */
export async function unseenPending(
  session: Session,
  shape: HostUserShape,
  { before, after, limit }: { before: Date; after: string | undefined; limit: number },
): Promise<string[]> {
  const behind = after === undefined ? ALWAYS : sql`i.identity_id > ${bound(after)}`;
  const rows = await selectRows<{ identity_id: string }>(
    session,
    sql`select i.identity_id from ${usersFrom(session, shape)}
      where h.user_id is not null and ${raw(isPending(session, shape))}
        and (i.pending_seen_at is null or i.pending_seen_at < ${bound(bind(session, before))}) and ${behind}
      order by i.identity_id ${stretchOf(0, limit)}`,
  );
  return rows.map((row) => String(row.identity_id).toLowerCase());
}

/** An account that has come to be on the pending list, and that nothing has been noted of yet. */
export interface BegunWait {
  identityId: string;
  userId: string;
  loginName: string;
  idp: string;
  externalId: string | null;
  reason: PendingReason;
  /** Since when it is on the list, as the list says. */
  since: Date;
}

/**
 * Links whose accounts are pending, or that are doubtful, and that were not noted as such; by id, from one on, or only
 * those of these that are.
 */
export async function begunWaits(
  session: Session,
  shape: HostUserShape,
  kind: 'pending' | 'doubtful',
  range: { after: string | undefined; limit: number } | { only: readonly string[] },
): Promise<BegunWait[]> {
  const isPendingNow = kind === 'pending';
  const condition = isPendingNow
    ? `h.user_id is not null and ${isPending(session, shape)} and i.pending_seen_at is null`
    : `${isDoubtful(session, shape)} and i.doubtful_seen_at is null`;
  const isIn =
    'only' in range
      ? sql`i.identity_id in (${listed(range.only)})`
      : range.after === undefined
        ? ALWAYS
        : sql`i.identity_id > ${bound(range.after)}`;
  const rows = await selectRows(
    session,
    sql`select i.identity_id, i.host_user_id, h.login_name, a.name, ${raw(PENDING_EXTERNAL_ID)} as external_id,
        ${raw(PENDING_REASON)} as reason, ${raw(PENDING_SINCE)} as since
      from ${usersFrom(session, shape)}
      join ${raw(ownTable(session, 'service_account'))} a on a.service_account_id = i.service_account_id
      where ${raw(condition)} and ${isIn}
      order by i.identity_id ${stretchOf(0, 'only' in range ? range.only.length : range.limit)}`,
  );
  return rows.map((row) => ({
    identityId: String(row.identity_id).toLowerCase(),
    userId: String(row.host_user_id),
    loginName: String(row.login_name),
    idp: String(row.name),
    externalId: asText(row.external_id),
    reason: isPendingNow ? (row.reason as PendingReason) : 'doubtful',
    since: row.since as Date,
  }));
}

/** Notes that these links were seen to be doubtful. */
export async function noteDoubtful(
  session: Session,
  identityIds: readonly string[],
  at: Date,
): Promise<void> {
  await own(session, 'identity')
    .whereIn('identity_id', padded(identityIds))
    .update({ doubtful_seen_at: bind(session, at) });
}

/** Takes the note away from links that are not doubtful any more, at most so many at once. */
export async function clearDoubtful(session: Session, shape: HostUserShape, limit: number): Promise<number> {
  const rows = await selectRows<{ identity_id: string }>(
    session,
    sql`select i.identity_id from ${usersFrom(session, shape)}
      where i.doubtful_seen_at is not null
        and case when ${raw(isDoubtful(session, shape))} then 1 else 0 end = 0
      order by i.identity_id ${stretchOf(0, limit)}`,
  );
  const ids = rows.map(({ identity_id }) => identity_id);
  if (ids.length > 0)
    await own(session, 'identity').whereIn('identity_id', padded(ids)).update({ doubtful_seen_at: null });
  return ids.length;
}

/** Notes that the accounts of these links were seen pending, or that this is over. */
export async function noteSeenPending(
  session: Session,
  identityIds: readonly string[],
  at: Date | null,
): Promise<void> {
  await own(session, 'identity')
    .whereIn('identity_id', padded(identityIds))
    .update({ pending_seen_at: at && bind(session, at) });
}

/**
 * Links whose accounts were seen pending and are so no longer, whatever ended it. A doubtful account is still on the list.
 */
export async function endedWaits(
  session: Session,
  shape: HostUserShape,
  limit: number,
): Promise<EndedWait[]> {
  const flag = (condition: string) => `case when ${condition} then 1 else 0 end`;
  const isOnList = `h.user_id is not null and (${isPending(session, shape)} or ${isDoubtful(session, shape)})`;
  const conditions = {
    is_there: `h.user_id is not null and ${agrees(session, shape, 'i')}`,
    is_on: `${onFlag(shape.columns)} = 1`,
    is_protected: `not (${isUnprotected(shape.columns)})`,
    is_linked_again: hasLaterLink(session),
  };
  const flags = Object.entries(conditions).map(([name, condition]) => `${flag(condition)} as ${name}`);
  const rows = await selectRows(
    session,
    sql`select i.identity_id, i.host_user_id, i.account_login, i.pending_seen_at, i.unlinked_at, a.name,
        coalesce(i.deprovisioned_at, i.missing_at) as since,
        ${raw(PENDING_EXTERNAL_ID)} as external_id, ${raw(PENDING_REASON)} as reason, ${raw(flags.join(', '))}
      from ${usersFrom(session, shape)}
      join ${raw(ownTable(session, 'service_account'))} a on a.service_account_id = i.service_account_id
      where i.pending_seen_at is not null and ${raw(flag(isOnList))} = 0
      order by i.identity_id ${stretchOf(0, limit)}`,
  );
  return rows.map((row) => ({
    identityId: String(row.identity_id).toLowerCase(),
    userId: String(row.host_user_id),
    loginName: asText(row.account_login),
    idp: String(row.name),
    externalId: asText(row.external_id),
    reason: String(row.reason),
    since: asInstant(row.since),
    lastSeen: row.pending_seen_at as Date,
    isUnlinked: row.unlinked_at !== null,
    isThere: Number(row.is_there) === 1,
    isOn: Number(row.is_on) === 1,
    isProtected: Number(row.is_protected) === 1,
    isLinkedAgain: Number(row.is_linked_again) === 1,
  }));
}
