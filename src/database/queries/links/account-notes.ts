import type { Session } from '../../database.js';
import { listed, raw, sql, stretchOf } from '../../sql/fragment.js';
import { type HostUserShape, isHostUser } from '../host/host-user-shape.js';
import { ownTable, selectRows } from '../rows.js';

/**
 * Notes the account of links that know nothing of it yet and whose account is there; so many at most. Where the account
 * goes by neither of its names as the IdP last said them, what the IdP said is noted: the key may have been reused
 * before, and the link is doubtful.
 * @returns how many there were.
 */
export async function noteUnknownAccounts(
  session: Session,
  shape: HostUserShape,
  limit: number,
): Promise<number> {
  const identity = raw(ownTable(session, 'identity'));
  const hostUser = raw(ownTable(session, 'host_user'));
  const found = await selectRows<{ identity_id: string }>(
    session,
    sql`select i.identity_id from ${identity} i
      join ${hostUser} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}
      where i.account_login is null and i.unlinked_at is null
      order by i.identity_id ${stretchOf(0, limit)}`,
  );
  if (found.length === 0) return 0;
  const ids = listed(found.map(({ identity_id }) => identity_id));
  const { hostText, folded, storedAddress } = session.dialect.search;
  const email = shape.columns.has('email') ? hostText('h.email') : raw('null');
  const said = storedAddress(ownTable(session, 'identity'));
  const isOther = sql`${said} <> ${folded(raw('h.login_name'))}
    and not (coalesce(${folded(email)}, '') = ${said})`;
  await selectRows(
    session,
    sql`update ${identity} set account_login = case when ${isOther} then ${said} else ${hostText('h.login_name')} end,
      account_email = case when ${isOther} then null else ${email} end
      from ${hostUser} h
      where ${raw(isHostUser(session, shape, `${ownTable(session, 'identity')}."host_user_id"`))}
        and ${identity}."identity_id" in (${ids})`,
  );
  return found.length;
}
