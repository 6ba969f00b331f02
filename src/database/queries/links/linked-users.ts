import type { Knex } from 'knex';
import type { LinkState } from '../../../words/link.js';
import type { Session } from '../../database.js';
import { type HostUserShape, hostUserShape, isHostUser } from '../host/host-user-shape.js';
import { asInstant, asText } from '../rows.js';
import { toUserRow, type UserRow, userColumns } from '../users/users.js';
import { agrees } from './agreement.js';
import { isDoubtful, isPending, onFlag } from './pending.js';

/** A link of whichever IdP, with its host user. */
export interface LinkedUserRow extends UserRow {
  /** Name of the service account. */
  idp: string;
  isPending: boolean;
  /** The account may be another person's by now, and no other link knows whose it is. */
  isDoubtful: boolean;
  /** When the IdP was removed, or the account was given to another user. */
  unlinkedAt: Date | null;
  /** Not of a user whom the IdP has at present, nor of one who is pending. */
  isHistory: boolean;
  lastSignInAt: Date | null;
}

export interface LinkedUserFilter {
  serviceAccountId?: string;
  /**
   * `active`: the link is in force, and the account is there; `suspended` is a part of it, whose account is disabled.
   * `awaiting`: it is in force, but was made by hand, and its IdP has not used it yet. `inactive`: all others; `pending`
   * is a part of it. `doubtful`: nobody knows whose the account is.
   */
  state?: LinkState;
  /** Also those that are history. */
  withHistory?: boolean;
  /** Exactly: id of the link or of the host user, external id; or without regard to case a name or an address. */
  reference?: string;
  limit?: number;
  /** False for all without their groups, which are dear to look up. */
  withGroups?: boolean;
}

/**
 * The users whom IdPs have linked, by name. Links are left out that are history, unless told otherwise: of those whom
 * an IdP has deleted or replaced by others and who are not pending, and of service accounts that were removed.
 */
export async function linkedUsers(session: Session, filter: LinkedUserFilter): Promise<LinkedUserRow[]> {
  const query = linkedUsersQuery(session, await hostUserShape(session), filter);
  query.orderBy(['i.user_name', 'i.identity_id']);
  if (filter.limit !== undefined) query.limit(filter.limit);
  return ((await query) as Record<string, unknown>[]).map(toLinkedUserRow);
}

/** The external id of a link, and where another link has it by now, the one under which this one was last in force. */
export const LINKED_EXTERNAL_ID = 'coalesce(i.external_id, i.account_external_id)';

/** The same without its order and its limit. */
export function linkedUsersQuery(
  session: Session,
  shape: HostUserShape,
  filter: LinkedUserFilter,
): Knex.QueryBuilder {
  const { knex, schema } = session;
  const pending = isPending(session, shape);
  const doubtful = isDoubtful(session, shape);
  const current = `(i.unlinked_at is null and ((a.removed_at is null and i.superseded_at is null
    and (i.deprovision_reason is null or i.deprovision_reason <> 'deleted')) or (${pending})))`;
  const query = knex(`${schema}.identity as i`)
    .join(`${schema}.service_account as a`, 'a.service_account_id', 'i.service_account_id')
    .leftJoin(`${schema}.host_user as h`, (on) => {
      on.on(knex.raw(isHostUser(session, shape, 'i.host_user_id')));
    })
    .select(
      knex.raw(userColumns(session, shape, filter.withGroups === false ? 'none' : 'all').sql),
      'a.name as idp_name',
      'i.unlinked_at',
    )
    .select(knex.raw(`${LINKED_EXTERNAL_ID} as known_external_id`))
    .select(knex.raw(`case when ${pending} then 1 else 0 end as is_pending`))
    .select(knex.raw(`case when ${doubtful} then 1 else 0 end as is_doubtful`))
    .select(knex.raw(`case when ${current} then 0 else 1 end as is_history`));
  if (!filter.withHistory) query.whereRaw(current);
  if (filter.serviceAccountId !== undefined) query.where('i.service_account_id', filter.serviceAccountId);
  if (filter.state !== undefined) query.whereRaw(conditionOf(session, shape, filter.state));
  if (filter.reference !== undefined) {
    const { sql, bindings } = isMeant(session, shape, filter.reference);
    query.whereRaw(sql, bindings);
  }
  return query;
}

export const toLinkedUserRow = (row: Record<string, unknown>): LinkedUserRow => ({
  ...toUserRow(row),
  externalId: asText(row.known_external_id),
  idp: String(row.idp_name),
  isPending: Number(row.is_pending) === 1,
  isDoubtful: Number(row.is_doubtful) === 1,
  unlinkedAt: asInstant(row.unlinked_at),
  isHistory: Number(row.is_history) === 1,
  lastSignInAt: asInstant(row.h_last_sign_in_at),
});

const IS_IN_FORCE = 'i.deprovisioned_at is null and i.unlinked_at is null';

/** A condition: the link is in force, and the account is there. It is what the IdP reads as active. */
export const IS_ACTIVE = `${IS_IN_FORCE} and cast(i.awaits_idp as int) = 0 and h.user_id is not null`;

/** A condition: the link was made by hand, and its IdP has not used it yet. */
export const IS_AWAITING = `${IS_IN_FORCE} and cast(i.awaits_idp as int) = 1`;

/** A condition: the link is in force, and its account is disabled in the host application. */
export const isSuspended = (session: Session, shape: HostUserShape): string =>
  `${IS_ACTIVE} and ${agrees(session, shape, 'i')} and coalesce(${onFlag(shape.columns)}, 0) = 0`;

function conditionOf(session: Session, shape: HostUserShape, state: LinkState): string {
  if (state === 'pending') return isPending(session, shape);
  if (state === 'doubtful') return isDoubtful(session, shape);
  if (state === 'suspended') return isSuspended(session, shape);
  if (state === 'awaiting') return IS_AWAITING;
  return state === 'active' ? IS_ACTIVE : `not (${IS_ACTIVE}) and not (${IS_AWAITING})`;
}

/** A condition: the text names this link or its host user. */
function isMeant(session: Session, shape: HostUserShape, text: string): { sql: string; bindings: string[] } {
  const { folded, hostId } = session.dialect.expressions;
  const same = (column: string) => `${folded(column)} = ${folded('?')}`;
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const conditions = [
    'i.external_id = ?',
    `${hostId('h.user_id')} = ?`,
    same('i.user_name'),
    same('h.login_name'),
    ...(shape.columns.has('email') ? [same('h.email')] : []),
  ];
  const bindings = conditions.map(() => text);
  if (!isUuid) return { sql: `(${conditions.join(' or ')})`, bindings };
  // A GUID of the host's is in lower case here, and so are ours.
  const guid = text.toLowerCase();
  return {
    sql: `(${[...conditions, `${hostId('h.user_id')} = ?`, 'i.identity_id = ?'].join(' or ')})`,
    bindings: [...bindings, guid, guid],
  };
}
