import type { Session } from '../../database.js';
import { bound, raw, sql } from '../../sql/fragment.js';
import type { Listing } from '../../sql/paging.js';
import { type HostUserShape, hostUserColumns, isHostUser } from '../host/host-user-shape.js';
import { type HostUserRow, toHostUser } from '../host/host-users.js';
import { asInstant, asText, ownTable, selectRows } from '../rows.js';
import { linksFrom } from '../users/users.js';
import { onFlag } from './pending.js';

/** When the link `i` was last changed, to be compared with what the same expression says later. */
export const LINK_VERSION = 'cast(i.updated_at as varchar(40))';

/** An account that can be used, with its link in force, as it is compared with the IdP's own list. */
export interface EnabledAccount {
  userId: string;
  loginName: string;
  email: string | null;
  /** Null where no link is in force. */
  link: { identityId: string; externalId: string | null; userName: string; version: string } | null;
}

/**
 * The accounts that are enabled, locked for a moment or not, and not protected, and that no other IdP has linked, by
 * their keys; for `Database.pages`. Of each no more than the comparison needs, because there may be a million.
 */
export function enabledAccounts(session: Session, shape: HostUserShape, serviceAccountId: string): Listing {
  const { knex, schema, dialect } = session;
  const { hostId } = dialect.expressions;
  const query = knex(`${schema}.host_user as h`)
    .joinRaw(
      `left join ${ownTable(session, 'identity')} i on i.host_user_id = ${hostId('h.user_id')}
        and i.deprovisioned_at is null and i.unlinked_at is null`,
    )
    .whereRaw(`${onFlag(shape.columns)} = 1`)
    .whereRaw('(i.identity_id is null or i.service_account_id = ?)', [serviceAccountId])
    .select(knex.raw(`${hostId('h.user_id')} as user_id`), 'h.login_name', 'h.email')
    .select('i.identity_id', 'i.external_id', 'i.user_name', knex.raw(`${LINK_VERSION} as version`));
  if (shape.columns.has('is_protected')) query.whereRaw('coalesce(cast(h.is_protected as int), 0) = 0');
  const isText = /char|text/i.test(shape.userId.dataType);
  return { query, order: [{ sql: 'h.user_id', kind: isText ? 'hostText' : 'own' }] };
}

export const toEnabledAccount = (row: Record<string, unknown>): EnabledAccount => ({
  userId: String(row.user_id),
  loginName: String(row.login_name),
  email: asText(row.email),
  link:
    row.identity_id === null
      ? null
      : {
          identityId: String(row.identity_id).toLowerCase(),
          externalId: asText(row.external_id),
          userName: String(row.user_name),
          version: String(row.version),
        },
});

/** The number of links of one IdP that are in force. */
export async function countInForce(session: Session, serviceAccountId: string): Promise<number> {
  const [row] = await selectRows(
    session,
    sql`select count(*) as found from ${linksFrom(session)} where i.service_account_id = ${bound(serviceAccountId)}
      and i.deprovisioned_at is null and i.unlinked_at is null`,
  );
  return Number(row?.found ?? 0);
}

/** All that the host views tell of an account. */
export interface AccountDetails extends HostUserRow {
  lastSignInAt: Date | null;
}

/** The accounts with these ids, at most as many as one statement takes. */
export async function accountDetails(
  session: Session,
  shape: HostUserShape,
  ids: readonly string[],
): Promise<AccountDetails[]> {
  if (ids.length === 0) return [];
  const columns = Object.entries(hostUserColumns(shape)).map(([name, column]) => `${column} as ${name}`);
  const rows = await selectRows(
    session,
    sql`select ${raw(columns.join(', '))} from ${session.dialect.rowSource.of({ id: ids })}
      join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'w.id'))}`,
  );
  return rows.map((row) => ({ ...toHostUser(row), lastSignInAt: asInstant(row.h_last_sign_in_at) }));
}
