import type { Session } from '../../database.js';
import { anyOf, bound, type Fragment, raw, sql } from '../../sql/fragment.js';
import { withoutOuterSpace } from '../../sql/outer-space.js';
import { ownTable, selectRows } from '../rows.js';

/**
 * The groups of an IdP that go by a name, without regard to case and to the whitespace around it. Names from before
 * they were trimmed are looked for among all names of the IdP; the index over them holds all that is read.
 */
export async function groupsOfName(
  session: Session,
  serviceAccountId: string,
  displayName: string,
): Promise<string[]> {
  const { search } = session.dialect;
  const name = search.ownFolded('g.display_name');
  const wanted = search.folded(bound(displayName));
  const rows = await selectRows<{ group_id: string; name: string; wanted: string }>(
    session,
    sql`select g.group_id, ${search.handedOver(name)} as name, ${search.handedOver(wanted)} as wanted
          from ${groups(session)}
         where g.service_account_id = ${bound(serviceAccountId)}
           and ${anyOf([search.equal(name, wanted), search.hasOuterSpace('g.display_name')])}`,
  );
  return rows
    .filter((row) => withoutOuterSpace(row.name) === withoutOuterSpace(row.wanted))
    .map(({ group_id }) => group_id);
}

/** The group of an IdP that has an external id. */
export async function groupIdOfExternalId(
  session: Session,
  serviceAccountId: string,
  externalId: string,
): Promise<string | undefined> {
  const [row] = await selectRows<{ group_id: string }>(
    session,
    sql`select g.group_id from ${groups(session)}
         where g.service_account_id = ${bound(serviceAccountId)} and g.external_id = ${bound(externalId)}`,
  );
  return row?.group_id;
}

/** All groups of an IdP. */
export async function groupNames(
  session: Session,
  serviceAccountId: string,
): Promise<{ id: string; displayName: string }[]> {
  const rows = await selectRows<{ group_id: string; display_name: string }>(
    session,
    sql`select g.group_id, g.display_name from ${groups(session)}
         where g.service_account_id = ${bound(serviceAccountId)}`,
  );
  return rows.map((row) => ({ id: row.group_id, displayName: row.display_name }));
}

const groups = (session: Session): Fragment => raw(`${ownTable(session, 'idp_group')} g`);
