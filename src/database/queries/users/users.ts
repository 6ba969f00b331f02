import { byNameAndId } from '../../../words/by-name.js';
import type { DeprovisionReason } from '../../../words/link.js';
import type { Session } from '../../database.js';
import { bound, type Fragment, raw, sql, stretchOf } from '../../sql/fragment.js';
import { named } from '../../sql/statements.js';
import { type HostUserShape, hostUserColumns, isHostUser } from '../host/host-user-shape.js';
import { type HostRow, type HostUserRow, toHostUser } from '../host/host-users.js';
import { agrees } from '../links/agreement.js';
import { asBoolean, lookUpRows, ownTable, selectRows } from '../rows.js';

/** A user of an IdP: the link, and the host user it leads to. */
export interface UserRow {
  identityId: string;
  externalId: string | null;
  userName: string;
  hostUserId: string;
  /** What the IdP sent beside what the host keeps. */
  attributes: Record<string, unknown>;
  createdAt: Date;
  updatedAt: Date;
  deprovisionedAt: Date | null;
  deprovisionReason: DeprovisionReason | null;
  /** Null where the host application has deleted it. */
  host: HostUserRow | null;
  /** False where the host application may have given the key to another person: the link is doubtful. */
  agrees: boolean;
  /** Made by hand for a user whom the IdP has not sent yet. */
  awaitsIdp: boolean;
  /** Since when the IdP's own list does not have the user, though the link is in force. */
  missingAt?: Date | null;
  /** By name. If there are more than `GROUPS_AT_ONCE`, the first `GROUPS_AT_ONCE` by id. */
  groups: UserGroup[];
  /** True where the user is in more groups than these. */
  hasMoreGroups?: boolean | undefined;
}

export interface UserGroup {
  id: string;
  displayName: string;
}

/** The groups of a user who is in more of them are read, and sent, in parts of this many. */
export const GROUPS_AT_ONCE = 1_000;

/** Those links of an identity `i` that its IdP sees: not of users whom it has deleted or replaced by others. */
export const VISIBLE = `i.unlinked_at is null and i.superseded_at is null
    and (i.deprovision_reason is null or i.deprovision_reason <> 'deleted')`;

/** For a query over `i`: the links that an IdP may see. */
export const visibleTo = (serviceAccountId: string): Fragment =>
  sql`i.service_account_id = ${bound(serviceAccountId)} and ${raw(VISIBLE)}`;

/** A condition over `i` and `h`: the IdP sees the account itself, and not what it sent last. Never null. */
export const isShown = (session: Session, shape: Pick<HostUserShape, 'columns'>): string =>
  `(i.deprovisioned_at is null and h.user_id is not null and ${agrees(session, shape, 'i')})`;

/** The links, as `i`. */
export const linksFrom = (session: Session): Fragment => raw(`${ownTable(session, 'identity')} i`);

/**
 * The links as `i`, each with its host user as `h`, which may be gone. Found by the indexes over identity and by
 * the host's own over its ids.
 */
export const usersFrom = (session: Session, shape: HostUserShape): Fragment =>
  raw(
    `${ownTable(session, 'identity')} i
     left join ${ownTable(session, 'host_user')} h on ${isHostUser(session, shape, 'i.host_user_id')}`,
  );

/** Which groups of a user are read with it; `some` are those that one piece of an answer takes. */
export type GroupsRead = 'none' | 'some' | 'all';

/** The columns that `toUserRow` reads. */
export function userColumns(session: Session, shape: HostUserShape, groups: GroupsRead = 'some'): Fragment {
  const known = columnsOf.get(shape)?.[groups];
  if (known) return known;
  const agreement = `case when ${agrees(session, shape, 'i')} then 1 else 0 end as agrees`;
  const none = [...OWN_COLUMNS, agreement, named(hostUserColumns(shape))];
  const columns = {
    none: raw(none.join(', ')),
    some: raw([...none, someGroups(session)].join(', ')),
    all: raw([...none, `${groupsOf(session)} as all_groups`].join(', ')),
  };
  columnsOf.set(shape, columns);
  return columns[groups];
}

/** A shape belongs to one database, and so to one dialect and one schema. */
const columnsOf = new WeakMap<HostUserShape, Record<GroupsRead, Fragment>>();

const OWN_COLUMNS = [
  'i.identity_id',
  'i.external_id',
  'i.user_name',
  'i.host_user_id',
  'i.attributes',
  'i.created_at',
  'i.updated_at',
  'i.deprovisioned_at',
  'i.deprovision_reason',
  'i.awaits_idp',
  'i.missing_at',
];

/** The groups of a user that come next in the order of their ids; one more than a part tells whether there are more. */
const someGroups = (session: Session) => `${groupsOf(session, GROUPS_AT_ONCE + 1)} as user_groups`;

const groupsOf = (session: Session, limit?: number) =>
  session.dialect.expressions.jsonRows({
    columns: { id: 'm.group_id', displayName: 'g.display_name' },
    from: `${ownTable(session, 'idp_group_member')} m join ${ownTable(session, 'idp_group')} g on g.group_id = m.group_id where m.identity_id = i.identity_id`,
    orderBy: 'm.group_id',
    ...(limit !== undefined && { limit }),
  });

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toUserRow = (row: any): UserRow => ({
  identityId: row.identity_id,
  externalId: row.external_id,
  userName: row.user_name,
  hostUserId: row.host_user_id,
  attributes: attributesIn(row.attributes),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deprovisionedAt: row.deprovisioned_at,
  deprovisionReason: row.deprovision_reason,
  host: row.h_user_id === null ? null : toHostUser(row as HostRow),
  agrees: row.h_user_id === null || Number(row.agrees) === 1,
  awaitsIdp: asBoolean(row.awaits_idp),
  missingAt: row.deprovisioned_at === null ? row.missing_at : null,
  ...groupsIn(row),
});

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
function groupsIn({ user_groups: some, all_groups: all }: any): Pick<UserRow, 'groups' | 'hasMoreGroups'> {
  const groups = (fromJson<UserGroup[]>(some ?? all) ?? []).map(({ id, displayName }) => ({
    // SQL Server writes GUIDs in capitals here.
    id: id.toLowerCase(),
    displayName,
  }));
  const isPart = all === undefined && groups.length > GROUPS_AT_ONCE;
  // Those that follow do so in the order of the ids.
  return isPart
    ? { groups: groups.slice(0, GROUPS_AT_ONCE), hasMoreGroups: true }
    : { groups: groups.sort(byName) };
}

const byName = byNameAndId<UserGroup>(({ displayName }) => displayName);

/** The groups of a user behind the one of an id, in the order in which the database keeps ids. */
export async function readGroupsBehind(
  session: Session,
  identityId: string,
  groupId: string,
): Promise<UserGroup[]> {
  const rows = await selectRows<{ group_id: string; display_name: string }>(
    session,
    sql`select m.group_id, g.display_name
          from ${raw(ownTable(session, 'idp_group_member'))} m
          join ${raw(ownTable(session, 'idp_group'))} g on g.group_id = m.group_id
         where m.identity_id = ${bound(identityId)} and m.group_id > ${bound(groupId)}
         order by m.group_id ${stretchOf(0, GROUPS_AT_ONCE)}`,
  );
  return rows.map(({ group_id, display_name }) => ({ id: group_id, displayName: display_name }));
}

/** A planted row can hold any JSON. Anything that is not an object counts as no attributes. */
function attributesIn(value: unknown): Record<string, unknown> {
  try {
    const parsed = fromJson<Record<string, unknown>>(value);
    return typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed ?? {}) : {};
  } catch {
    // A text that the driver has parsed already.
    return {};
  }
}

/** PostgreSQL's driver has parsed it, SQL Server's has not. */
const fromJson = <T>(value: unknown): T | null =>
  typeof value === 'string' ? JSON.parse(value) : ((value ?? null) as T | null);

/** What a change has to know of a link beside what everybody reads. */
export interface LinkRow extends UserRow {
  serviceAccountId: string;
  accountLogin: string | null;
  accountEmail: string | null;
  /** The external id under which the link was last in force; null where that was not noted. */
  accountExternalId: string | null;
  /** What the account has as SSO subject and external id, where that is known to be this user's. */
  knownSubject: string | null;
  knownExternalId: string | null;
  departedAt: Date | null;
  heldBackAt: Date | null;
  pendingSeenAt: Date | null;
  /** What the host application made of a name that was written; '' for nothing, null where it took the name. */
  derived: { displayName: string | null; givenName: string | null; familyName: string | null };
}

/** The columns that `toLinkRow` reads beside those of `userColumns`. */
export const CHANGE_COLUMNS = raw(
  'i.service_account_id, i.account_login, i.account_email, i.account_external_id, i.known_subject, i.known_external_id, i.departed_at, i.held_back_at, i.pending_seen_at, i.derived_display_name, i.derived_given_name, i.derived_family_name',
);

/** One user for a change of it, if the IdP may see one of this id. */
export async function readLinkRow(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  identityId: string,
): Promise<LinkRow | undefined> {
  const [row] = await lookUpRows(
    session,
    sql`select ${userColumns(session, shape)}, ${CHANGE_COLUMNS} from ${usersFrom(session, shape)}
      where ${visibleTo(serviceAccountId)} and i.identity_id = ${bound(identityId)}`,
  );
  return row && toLinkRow(row);
}

/** The same without a look at the host application, whose views may be broken: as if the account were gone. */
export async function readLinkAlone(
  session: Session,
  serviceAccountId: string,
  identityId: string,
): Promise<LinkRow | undefined> {
  const columns = raw([...OWN_COLUMNS, someGroups(session)].join(', '));
  const [row] = await lookUpRows(
    session,
    sql`select ${columns}, ${CHANGE_COLUMNS} from ${linksFrom(session)}
      where ${visibleTo(serviceAccountId)} and i.identity_id = ${bound(identityId)}`,
  );
  return row && toLinkRow({ ...row, h_user_id: null });
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toLinkRow = (row: any): LinkRow => ({
  ...toUserRow(row),
  serviceAccountId: row.service_account_id,
  accountLogin: row.account_login,
  accountEmail: row.account_email,
  accountExternalId: row.account_external_id,
  knownSubject: row.known_subject,
  knownExternalId: row.known_external_id,
  departedAt: row.departed_at,
  heldBackAt: row.held_back_at,
  pendingSeenAt: row.pending_seen_at,
  derived: {
    displayName: row.derived_display_name,
    givenName: row.derived_given_name,
    familyName: row.derived_family_name,
  },
});

/** One user, if the IdP may see one of this id. */
export async function readUserRow(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  identityId: string,
): Promise<UserRow | undefined> {
  const [row] = await lookUpRows(
    session,
    sql`select ${userColumns(session, shape)} from ${usersFrom(session, shape)}
      where ${visibleTo(serviceAccountId)} and i.identity_id = ${bound(identityId)}`,
  );
  return row && toUserRow(row);
}
