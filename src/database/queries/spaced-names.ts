import type { Filter } from '../../words/filter.js';
import type { Session } from '../database.js';
import { bound, type Fragment, raw, sql, stretchOf } from '../sql/fragment.js';
import { withoutOuterSpace } from '../sql/outer-space.js';
import { ownTable, selectRows } from './rows.js';
import { linksFrom, visibleTo } from './users/users.js';

/**
 * A name with whitespace around it. New names are trimmed; these were stored before, and no index finds them by the
 * name without it. So they are read beforehand and looked for one by one. There are few.
 */
export interface SpacedName {
  name: string;
  /** As its index holds it. */
  folded: string;
}

export interface SpacedNames {
  users: readonly SpacedName[];
  groups: readonly SpacedName[];
}

/** Whether two names are the same but for case and for the whitespace around them. */
export const sameName = (one: string, other: string): boolean => plainName(one) === plainName(other);

/** A name without what does not count in a comparison. */
export const plainName = (name: string): string => withoutOuterSpace(name).toLowerCase();

/**
 * A user name, and those from before names were trimmed that are the same but for case and whitespace: what an IdP's
 * users have to be looked for by, where a name may be taken.
 */
export async function spellingsOf(
  session: Session,
  serviceAccountId: string,
  userName: string,
): Promise<string[]> {
  const spaced = await spacedUserNames(session, serviceAccountId);
  return [userName, ...spaced.filter(({ name }) => sameName(name, userName)).map(({ name }) => name)];
}

/** Those of users and their groups that a filter of users has to look for. */
export async function spacedNamesFor(
  session: Session,
  serviceAccountId: string,
  filter: Filter | undefined,
): Promise<SpacedNames> {
  const asks = (path: string) => filter !== undefined && comparesWith(filter, path);
  return {
    users: asks('userName') ? await spacedUserNames(session, serviceAccountId) : [],
    groups: asks('groups.display') ? await spacedGroupNames(session, serviceAccountId) : [],
  };
}

/** Whether a filter asks for equality with the attribute of this path. */
export function comparesWith(filter: Filter, path: string): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some((one) => comparesWith(one, path));
    case 'not':
    case 'element':
      return comparesWith(filter.filter, path);
    case 'compare':
      return filter.attribute.path.join('.') === path && ['eq', 'ne'].includes(filter.operator);
    case 'present':
      return false;
  }
}

export const spacedGroupNames = (session: Session, serviceAccountId: string): Promise<SpacedName[]> =>
  spacedNames(
    session,
    'g.display_name',
    sql`${raw(ownTable(session, 'idp_group'))} g where g.service_account_id = ${bound(serviceAccountId)}`,
  );

/** Users are looked up all the time and may be many, so that this is asked now and then only. */
export const spacedUserNames = (session: Session, serviceAccountId: string): Promise<SpacedName[]> =>
  session.memory.recall(
    `spaced user names of ${serviceAccountId}`,
    () =>
      spacedNames(session, 'i.user_name', sql`${linksFrom(session)} where ${visibleTo(serviceAccountId)}`),
    () => true,
    KEEP_MS,
  );

/** Links in force whose user names have whitespace around them. */
export interface SpacedLinks {
  count: number;
  /** The first of them, by name. */
  links: { id: string; userName: string }[];
}

/** Those of one IdP. Users who have left are not among them: their IdP may never send their names again. */
export async function spacedLinks(
  session: Session,
  serviceAccountId: string,
  most: number,
): Promise<SpacedLinks> {
  const rows = await selectRows(
    session,
    sql`select i.identity_id, i.user_name, count(*) over () as spaced from ${linksFrom(session)}
      where ${visibleTo(serviceAccountId)} and i.deprovisioned_at is null
        and ${session.dialect.search.hasOuterSpace('i.user_name')}
      order by i.user_name, i.identity_id ${stretchOf(0, most)}`,
  );
  return {
    count: Number(rows[0]?.spaced ?? 0),
    links: rows.map((row) => ({
      id: String(row.identity_id).toLowerCase(),
      userName: String(row.user_name),
    })),
  };
}

const spacedNames = (session: Session, column: string, from: Fragment) => {
  const { search } = session.dialect;
  return selectRows<SpacedName>(
    session,
    sql`select ${raw(column)} as name, ${search.handedOver(search.ownFolded(column))} as folded
          from ${from} and ${search.hasOuterSpace(column)}`,
  );
};

/** Names with whitespace around them only become fewer. */
const KEEP_MS = 600_000;
