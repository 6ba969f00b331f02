import type { Session } from '../../database.js';
import { bound, type Fragment, raw, sql } from '../../sql/fragment.js';
import { slices } from '../../sql/slices.js';
import { agrees } from '../links/agreement.js';
import { isSaidByIdp } from '../links/identities.js';
import { ownTable, selectRows } from '../rows.js';
import { asRows, type KnownIdentity, toCandidate } from '../users/facts.js';
import {
  CHANGE_COLUMNS,
  type LinkRow,
  linksFrom,
  toLinkRow,
  userColumns,
  usersFrom,
} from '../users/users.js';
import { type HostUserShape, isHostUser, portableHostColumns } from './host-user-shape.js';
import type { HostUserCandidate } from './host-users.js';

/*
 * The accounts and links of many users at once. Each statement takes many names, so that a host application without an
 * index over its names is read a few times, not once for each user.
 */

/** The maximum number of addresses in one statement of `hostUsersCalled`. */
export const addressesAtOnce = ({ dialect }: Session): number => dialect.rowSource.atOnce(1);

/** The two columns that an address is compared with. */
export const CALLED = ['login_name', 'email'] as const;
export type Called = (typeof CALLED)[number];

/**
 * Host users with one of these as login name, or as e-mail address only. It may find more: `sameAddress` decides.
 */
export const hostUsersCalled = (
  session: Session,
  shape: HostUserShape,
  column: Called,
  addresses: readonly string[],
): Promise<HostUserCandidate[]> =>
  candidates(session, shape, { address: addresses }, isCalledOnly(session, shape, column));

/**
 * The same for far more addresses: the position of each in the list, and the id of the host user. Null is not an
 * address. By e-mail address, only the host users whose login name is not the address, so that most are returned once.
 */
export async function idsOfHostUsersCalled(
  session: Session,
  shape: HostUserShape,
  column: Called,
  addresses: readonly (string | null)[],
): Promise<[at: number, userId: string][]> {
  if (addresses.every((address) => address === null)) return [];
  const { dialect } = session;
  const isMeant = isCalledOnly(session, shape, column);
  const rows = await selectRows<{ n: number; user_id: string }>(
    session,
    sql`select cast(w.n as int) as n, ${raw(dialect.expressions.hostId('h.user_id'))} as user_id
      from ${dialect.rowSource.of({ address: addresses })}
      join ${raw(ownTable(session, 'host_user'))} h on ${isMeant}`,
  );
  return rows.map(({ n, user_id }) => [n - 1, user_id]);
}

/** The same by login name; by e-mail address, of those whose login name is another, so that most are found once. */
function isCalledOnly(session: Session, shape: HostUserShape, column: Called): Fragment {
  const byLogin = isCalled(session, shape, 'login_name');
  if (column === 'login_name') return byLogin;
  return sql`${isCalled(session, shape, column)} and case when ${byLogin} then 1 else 0 end = 0`;
}

/** A condition: the host user `h` has the address of `w` in this column. */
function isCalled({ dialect: { search } }: Session, { types }: HostUserShape, column: Called): Fragment {
  const address = raw('w.address');
  const type = types.get(column);
  const near = type && search.hostTextCandidates(`h.${column}`, type, address);
  const same = sql`${search.folded(raw(`h.${column}`))} = ${search.folded(address)}`;
  return near ? sql`${near} and ${same}` : same;
}

/** The host users with these ids. */
export const hostUsersById = (
  session: Session,
  shape: HostUserShape,
  ids: readonly string[],
): Promise<HostUserCandidate[]> =>
  candidates(session, shape, { id: ids }, raw(isHostUser(session, shape, 'w.id')));

/** Host users that meet a condition over `h` and the rows `w`, with the identity that is actively linked to each. */
async function candidates(
  session: Session,
  shape: HostUserShape,
  asked: Readonly<Record<string, readonly string[]>>,
  isMeant: Fragment,
): Promise<HostUserCandidate[]> {
  const { expressions, rowSource } = session.dialect;
  const [[name, values]] = Object.entries(asked) as [[string, readonly string[]]];
  const found: HostUserCandidate[] = [];
  for (const some of slices(values, rowSource.atOnce(1))) {
    const source = rowSource.of({ [name]: some });
    // Reading one JSON text is several times as fast as reading rows of a dozen columns.
    const rows = expressions.jsonRows({
      columns: {
        ...portableHostColumns(session, shape),
        claimedBy: 'c.identity_id',
        claimAgrees: `case when ${agrees(session, shape, 'c')} then 1 else 0 end`,
      },
      from: `${source.sql} join ${ownTable(session, 'host_user')} h on ${isMeant.sql}
        left join ${ownTable(session, 'identity')} c on c.host_user_id = ${expressions.hostId('h.user_id')}
         and c.deprovisioned_at is null and c.unlinked_at is null`,
      orderBy: 'w.n',
    });
    const bindings = [...source.bindings, ...isMeant.bindings];
    const [row] = await selectRows<{ rows: unknown }>(session, { sql: `select ${rows} as rows`, bindings });
    for (const one of asRows(row?.rows)) found.push(toCandidate(one));
  }
  return found;
}

/** A link of an IdP, with everything that decides what happens to its account. */
export interface LinkNamed extends LinkRow, KnownIdentity {
  /** Another link in force to the account, and whether that link is doubtful. */
  claimedBy: string | null;
  claimIsDoubtful: boolean;
}

/**
 * The links of an IdP with one of these external ids or, in any case, user names; also links that the IdP no longer
 * sees.
 */
export async function linksNamed(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  names: readonly { externalId: string | null; userName: string | null }[],
): Promise<LinkNamed[]> {
  const { search, rowSource } = session.dialect;
  const sameName = sql`${search.ownFolded('i.user_name')} = ${search.folded(raw('w.name'))}`;
  // Most links are found by both, and are read only once.
  const isOther = raw('(w.id is null or i.external_id is null or i.external_id <> w.id)');
  const claim = `case when ${agrees(session, shape, 'c')} then 1 else 0 end`;
  const columns = sql`${userColumns(session, shape, 'none')}, ${CHANGE_COLUMNS},
    i.superseded_at, c.identity_id as claimed_by, ${raw(claim)} as claim_agrees`;
  const found = new Map<string, LinkNamed>();
  for (const some of slices(names, rowSource.atOnce(2))) {
    const ids = some.flatMap(({ externalId }) => externalId ?? []);
    const named = some.filter(({ userName }) => userName !== null);
    const byName = {
      name: named.map(({ userName }) => userName),
      id: named.map(({ externalId }) => externalId),
    };
    const ways: [number, Fragment, Fragment][] = [
      [ids.length, rowSource.of({ id: ids }), raw('i.external_id = w.id')],
      [named.length, rowSource.of(byName), sql`${sameName} and ${isOther}`],
    ];
    for (const [count, source, isMeant] of ways) {
      if (count === 0) continue;
      const rows = await selectRows(
        session,
        sql`select ${columns} from ${usersFrom(session, shape)}
          left join ${raw(ownTable(session, 'identity'))} c on c.host_user_id = i.host_user_id
            and c.identity_id <> i.identity_id and c.deprovisioned_at is null and c.unlinked_at is null
          join ${source} on ${isMeant}
          where i.service_account_id = ${bound(serviceAccountId)} and i.unlinked_at is null
            and ${raw(isSaidByIdp('i'))}`,
      );
      for (const row of rows) {
        const id = String(row.identity_id);
        if (!found.has(id)) found.set(id, toLinkNamed(row));
      }
    }
  }
  return [...found.values()];
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toLinkNamed = (row: any): LinkNamed => ({
  ...toLinkRow(row),
  isInForce: row.deprovision_reason === null,
  isVisible: row.deprovision_reason !== 'deleted' && row.superseded_at === null,
  claimedBy: row.claimed_by === null ? null : String(row.claimed_by),
  claimIsDoubtful: row.claimed_by !== null && Number(row.claim_agrees) === 0,
});

/** The accounts to which an IdP has, or had, a link in force: the rule of `hasHadAccount` for many accounts. */
export async function accountsHad(
  session: Session,
  serviceAccountId: string,
  hostUserIds: readonly string[],
): Promise<Set<string>> {
  const { rowSource } = session.dialect;
  const had = new Set<string>();
  for (const some of slices(hostUserIds, rowSource.atOnce(1))) {
    const rows = await selectRows<{ host_user_id: string }>(
      session,
      sql`select i.host_user_id from ${linksFrom(session)}
        join ${rowSource.of({ id: some })} on i.host_user_id = w.id
        where i.service_account_id = ${bound(serviceAccountId)} and i.unlinked_at is null
          and (i.deprovisioned_at is null or i.deprovisioned_at > i.created_at)`,
    );
    for (const { host_user_id } of rows) had.add(String(host_user_id));
  }
  return had;
}
