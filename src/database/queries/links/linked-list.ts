import type { Session } from '../../database.js';
import type { Listing, OrderTerm } from '../../sql/paging.js';
import { type HostUserShape, hostUserShape } from '../host/host-user-shape.js';
import {
  IS_ACTIVE,
  IS_AWAITING,
  LINKED_EXTERNAL_ID,
  type LinkedUserFilter,
  linkedUsersQuery,
} from './linked-users.js';
import { isPending } from './pending.js';
import { hostColumn, type ListOrder } from './pending-list.js';

/** What the list of linked users can be ordered by. */
export type LinkedKey =
  | 'userName'
  | 'idp'
  | 'externalId'
  | 'hostUserId'
  | 'displayName'
  | 'active'
  | 'link'
  | 'account'
  | 'pending'
  | 'licenceType';

/** By name, unless said otherwise; for `Database.pages`. */
export async function linkedListing(
  session: Session,
  { limit, ...filter }: LinkedUserFilter,
  order: ListOrder<LinkedKey> = { key: 'userName', descending: false },
): Promise<Listing> {
  const shape = await hostUserShape(session);
  const term = termsOf(session, shape)[order.key];
  const rest: OrderTerm[] = [
    { sql: 'i.user_name', kind: 'own' },
    { sql: 'i.identity_id', kind: 'own' },
  ];
  return {
    query: linkedUsersQuery(session, shape, filter),
    order: [
      ...(term ? [{ ...term, descending: order.descending }] : []),
      ...rest.slice(order.key === 'userName' ? 1 : 0),
    ],
    ...(limit !== undefined && { limit }),
  };
}

/** Enabled ones behind disabled ones, behind those that are gone. */
const ACCOUNT = 'case when h.user_id is null then 0 else 1 + coalesce(cast(h.is_enabled as int), 0) end';

/** Those that await their IdP behind those that have ended, before those in force. */
const LINK = `case when i.deprovisioned_at is not null then 0 when ${IS_AWAITING} then 1 else 2 end`;

const termsOf = (
  session: Session,
  shape: HostUserShape,
): Record<LinkedKey, Omit<OrderTerm, 'descending'> | undefined> => ({
  userName: { sql: 'i.user_name', kind: 'own' },
  idp: { sql: 'a.name', kind: 'own' },
  externalId: { sql: LINKED_EXTERNAL_ID, kind: 'own', nullable: true },
  hostUserId: { sql: 'i.host_user_id', kind: 'own' },
  displayName: hostColumn(shape, 'display_name', 'hostText'),
  active: { sql: `case when ${IS_ACTIVE} then 1 else 0 end`, kind: 'own' },
  link: { sql: LINK, kind: 'own' },
  account: { sql: ACCOUNT, kind: 'own' },
  pending: { sql: `case when ${isPending(session, shape)} then 1 else 0 end`, kind: 'own' },
  licenceType: hostColumn(shape, 'licence_type', 'hostText'),
});
