import type { Session } from '../../database.js';
import { bound, type Fragment, raw, sql, stretchOf } from '../../sql/fragment.js';
import { type HostUserShape, hostUserShape } from '../host/host-user-shape.js';
import { ownTable, selectRows } from '../rows.js';
import { linksFrom, usersFrom } from '../users/users.js';
import { isSuspended } from './linked-users.js';
import { isDoubtful } from './pending.js';

/** How many links, of one IdP or of all, are doubtful, and how many are in force with a disabled account. */
export async function countDoubtfulAndSuspended(
  session: Session,
  serviceAccountId?: string,
): Promise<{ doubtful: number; suspended: number }> {
  const shape = await hostUserShape(session);
  const isOfIdp =
    serviceAccountId === undefined
      ? raw('i.unlinked_at is null')
      : sql`i.unlinked_at is null and i.service_account_id = ${bound(serviceAccountId)}`;
  const count = async (condition: string): Promise<number> => {
    const rows = await selectRows(
      session,
      sql`select count(*) as found from ${usersFrom(session, shape)} where ${isOfIdp} and ${raw(condition)}`,
    );
    return Number(rows[0]?.found ?? 0);
  };
  return {
    doubtful: await count(isDoubtful(session, shape)),
    suspended: await count(isSuspended(session, shape)),
  };
}

/** Of how many links in force the host application has made another name of the one that was written. */
export interface DerivedNames {
  displayName: number;
  givenName: number;
  familyName: number;
}

export async function countDerivedNames(session: Session): Promise<DerivedNames> {
  const [row] = await selectRows(
    session,
    sql`select count(i.derived_display_name) as display_names, count(i.derived_given_name) as given_names,
      count(i.derived_family_name) as family_names
      from ${linksFrom(session)} where i.deprovisioned_at is null and i.unlinked_at is null`,
  );
  return {
    displayName: Number(row?.display_names ?? 0),
    givenName: Number(row?.given_names ?? 0),
    familyName: Number(row?.family_names ?? 0),
  };
}

/** Login names, or e-mail addresses, that differ only in case; or accounts of which one has the address of another as its login name. */
export interface AlikeNames {
  /** How many groups of them there are. */
  count: number;
  /** Two of each, of the first groups. */
  examples: [string, string][];
}

/** Accounts that a user of an IdP may mean by one address, with nothing to choose between them but its case. */
export async function accountsAlike(
  session: Session,
  most: number,
): Promise<{ logins: AlikeNames; emails: AlikeNames; shared: AlikeNames }> {
  const shape = await hostUserShape(session);
  return {
    logins: await namesAlike(session, shape, 'login_name', most),
    emails: await namesAlike(session, shape, 'email', most),
    shared: await addressesShared(session, shape, most),
  };
}

/**
 * Addresses that are the login name of one account and the e-mail address of another, by the login names of the two.
 * Those that differ only in case within one column are counted there.
 */
async function addressesShared(
  session: Session,
  { columns }: Pick<HostUserShape, 'columns'>,
  most: number,
): Promise<AlikeNames> {
  if (!columns.has('login_name') || !columns.has('email')) return { count: 0, examples: [] };
  const { search, expressions } = session.dialect;
  const login = search.hostText('h.login_name');
  const named = (column: 'login_name' | 'email') =>
    sql`select ${search.folded(raw(`h.${column}`))} as folded, ${search.hostText(`h.${column}`)} as name,
        ${login} as login, ${raw(expressions.hostId('h.user_id'))} as owner,
        ${raw(column === 'login_name' ? '1' : '0')} as is_login
      from ${raw(ownTable(session, 'host_user'))} h where h.${raw(column)} is not null`;
  const rows = await selectRows(
    session,
    sql`select min(x.login) as one, max(x.login) as other, count(*) over () as alike
      from (${named('login_name')} union all ${named('email')}) x
      group by x.folded
      having min(x.owner) <> max(x.owner) and min(x.is_login) <> max(x.is_login)
        and count(distinct case when x.is_login = 1 then x.name end) < 2
        and count(distinct case when x.is_login = 0 then x.name end) < 2
      order by x.folded ${stretchOf(0, most)}`,
  );
  return alikeOf(rows);
}

async function namesAlike(
  session: Session,
  { columns }: Pick<HostUserShape, 'columns'>,
  column: 'login_name' | 'email',
  most: number,
): Promise<AlikeNames> {
  if (!columns.has(column)) return { count: 0, examples: [] };
  const { search } = session.dialect;
  const named: Fragment = raw(`h.${column}`);
  const rows = await selectRows(
    session,
    sql`select min(x.name) as one, max(x.name) as other, count(*) over () as alike
      from (select ${search.folded(named)} as folded, ${search.hostText(named.sql)} as name
        from ${raw(ownTable(session, 'host_user'))} h where h.${raw(column)} is not null) x
      group by x.folded having min(x.name) <> max(x.name)
      order by x.folded ${stretchOf(0, most)}`,
  );
  return alikeOf(rows);
}

const alikeOf = (rows: readonly { one?: unknown; other?: unknown; alike?: unknown }[]): AlikeNames => ({
  count: Number(rows[0]?.alike ?? 0),
  examples: rows.map(({ one, other }) => [String(one), String(other)]),
});
