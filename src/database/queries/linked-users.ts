import type { Knex } from 'knex';
import type { Session } from '../database.js';
import { type HostUserShape, hostUserShape, isHostUser } from './host-user-shape.js';
import { isPending } from './pending.js';
import { asInstant } from './rows.js';
import { toUserRow, type UserRow, userColumns } from './users.js';

/** A link of whichever IdP, with its host user. */
export interface LinkedUserRow extends UserRow {
  /** Name of the service account. */
  idp: string;
  isPending: boolean;
  lastSignInAt: Date | null;
}

export type LinkState = 'active' | 'inactive' | 'pending';

export interface LinkedUserFilter {
  serviceAccountId?: string;
  /** `inactive`: shut out, by the IdP or in the host application; `pending` is a part of it. */
  state?: LinkState;
  /** Exactly: id of the link or of the host user, external id; or without regard to case a name or an address. */
  reference?: string;
  limit?: number;
  /** False for all without their groups, which are dear to look up. */
  withGroups?: boolean;
}

/**
 * The users whom IdPs have linked, by name. Links are left out that are history: of those whom an IdP has
 * deleted and who cannot sign in any more, and of service accounts that were removed.
 */
export async function linkedUsers(session: Session, filter: LinkedUserFilter): Promise<LinkedUserRow[]> {
  const query = linkedUsersQuery(session, await hostUserShape(session), filter);
  query.orderBy(['i.user_name', 'i.identity_id']);
  if (filter.limit !== undefined) query.limit(filter.limit);
  return ((await query) as Record<string, unknown>[]).map(toLinkedUserRow);
}

/** The same without its order and its limit. */
export function linkedUsersQuery(
  session: Session,
  shape: HostUserShape,
  filter: LinkedUserFilter,
): Knex.QueryBuilder {
  const { knex, schema } = session;
  const pending = isPending(session, shape);
  const query = knex(`${schema}.identity as i`)
    .join(`${schema}.service_account as a`, 'a.service_account_id', 'i.service_account_id')
    .leftJoin(`${schema}.host_user as h`, (on) => {
      on.on(knex.raw(isHostUser(session, shape, 'i.host_user_id')));
    })
    .whereNull('i.unlinked_at')
    .whereRaw(
      `((a.removed_at is null and (i.deprovision_reason is null or i.deprovision_reason <> 'deleted')) or (${pending}))`,
    )
    .select(knex.raw(userColumns(session, shape, filter).sql), 'a.name as idp_name')
    .select(knex.raw(`case when ${pending} then 1 else 0 end as is_pending`));
  if (filter.serviceAccountId !== undefined) query.where('i.service_account_id', filter.serviceAccountId);
  if (filter.state !== undefined) query.whereRaw(conditionOf(filter.state, pending));
  if (filter.reference !== undefined) {
    const { sql, bindings } = isMeant(session, shape, filter.reference);
    query.whereRaw(sql, bindings);
  }
  return query;
}

export const toLinkedUserRow = (row: Record<string, unknown>): LinkedUserRow => ({
  ...toUserRow(row),
  idp: String(row.idp_name),
  isPending: Number(row.is_pending) === 1,
  lastSignInAt: asInstant(row.h_last_sign_in_at),
});

export const IS_ACTIVE = 'i.deprovisioned_at is null and coalesce(cast(h.is_enabled as int), 0) = 1';

function conditionOf(state: LinkState, pending: string): string {
  if (state === 'pending') return pending;
  return state === 'active' ? IS_ACTIVE : `not (${IS_ACTIVE})`;
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
