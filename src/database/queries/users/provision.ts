import type { Session } from '../../database.js';
import type { Expectation, HostWrite, Note, ProvisionWrites } from '../../dialect/provision-writes.js';
import { gathering } from '../../pool/gathering.js';
import { allOf, anyOf, bound, type Fragment, raw, sql } from '../../sql/fragment.js';
import { type EventRow, eventValues } from '../audit/events.js';
import { type HostUserShape, hasText, portableHostColumns } from '../host/host-user-shape.js';
import {
  HOST_COLUMNS,
  type HostRow,
  type HostUserChange,
  type HostUserRow,
  hostUserValues,
  toHostUser,
} from '../host/host-users.js';
import { type IdentityChange, type IdentityRow, identityValues } from '../links/identities.js';
import { ownTable } from '../rows.js';

/** Everything that one change of a user writes. */
export interface Provision {
  /** A new host user, or a change of one. */
  host?:
    | { make: HostUserChange & { loginName: string } }
    | { userId: string; change: HostUserChange; before: Pick<HostUserRow, 'loginName' | 'email'> };
  /** With a new host user, its id is filled in. Absent where the link stays as it is. */
  link?:
    | { make: Omit<IdentityRow, 'hostUserId'> & { hostUserId?: string } }
    | { identityId: string; change: IdentityChange };
  /** What the IdP says of names that the host application derives: what it makes of them now is noted anew. */
  derived?: Pick<HostUserChange, (typeof NAMES)[number]>;
  /** In its details, the keys of `READ_LATER` stand for what was read back of the host user. */
  event: EventRow;
}

/**
 * Writes it all in one round trip, and reads the host user back before COMMIT.
 * @returns the host user as it is after the write, whatever the host made of it; nothing where it was not written.
 * @throws DatabaseFault `write-ignored`, whose constraint is the column that the host did not take.
 */
export async function provision(
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
): Promise<HostUserRow | undefined> {
  const asked = writes(session, shape, wanted);
  const row = session.shared ? await withOthers(session, asked) : await provisionOne(session, asked);
  return row && wanted.host ? toHostUser(row) : undefined;
}

/** Together with what the others write who share the transaction. */
const withOthers = (session: Session, asked: ProvisionWrites): Promise<HostRow | undefined> =>
  session.memory.once(session, 'provision', () => several(session))(asked);

async function provisionOne(session: Session, asked: ProvisionWrites): Promise<HostRow | undefined> {
  const [row] = await session.series<HostRow>(session.dialect.provision(asked));
  return row;
}

/** Writes what is asked of it in one turn by one statement, where the engine can and they are of a kind. */
const several = (session: Session): ((asked: ProvisionWrites) => Promise<HostRow | undefined>) =>
  gathering(async (all) => {
    const { dialect, shared } = session;
    const [only] = all;
    const statements = all.length === 1 && only ? dialect.provision(only) : dialect.provisionSeveral?.(all);
    if (!statements) return Promise.all(all.map((asked) => provisionOne(session, asked)));
    return all.length === shared?.writers
      ? shared.conclude<HostRow>(statements)
      : session.series<HostRow>(statements);
  });

/**
 * The same as the last of its transaction, so that COMMIT goes out with it.
 * @param planned what the transaction comes to where COMMIT gets no answer and has arrived: what was planned was
 *   taken then.
 */
export async function conclude(
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
  planned: unknown,
): Promise<HostUserRow | undefined> {
  if (session.shared) return provision(session, shape, wanted);
  const statements = session.dialect.provision(writes(session, shape, wanted));
  const [row] = await session.conclude<HostRow>(planned, statements);
  return row && wanted.host ? toHostUser(row) : undefined;
}

function writes(
  session: Session,
  shape: HostUserShape,
  { host, link, derived, event }: Provision,
): ProvisionWrites {
  const written = host && ('make' in host ? host.make : host.change);
  return {
    tables: ownTables(session),
    ...(host && {
      host: {
        ...hostWrite(session, shape, written ?? {}, { ...derived, ...written }),
        ...whatIsWritten(session, shape, host),
        ...followersOf(session, host, link),
      },
    }),
    ...(link && {
      identity:
        'make' in link
          ? { insert: identityValues(session, link.make) }
          : { update: identityValues(session, link.change), identityId: link.identityId },
    }),
    event: eventValues(session, event),
  };
}

export const ownTables = (session: Session): ProvisionWrites['tables'] => ({
  hostUser: ownTable(session, 'host_user'),
  identity: ownTable(session, 'identity'),
  event: ownTable(session, 'event'),
  refuse: ownTable(session, 'refuse_ignored_write'),
});

const whatIsWritten = (session: Session, shape: HostUserShape, host: NonNullable<Provision['host']>) =>
  'make' in host
    ? {
        insert: hostUserValues(shape, host.make),
        found: hasText(session, shape, 'login_name', host.make.loginName),
      }
    : { update: hostUserValues(shape, host.change), userId: host.userId, types: shape.types };

/**
 * Other links that know the account by the names it has before this write gives it others: they go on knowing it, since
 * nobody else has become its owner.
 */
function followersOf(
  { dialect: { search } }: Session,
  host: NonNullable<Provision['host']>,
  link: Provision['link'],
): Pick<HostWrite, 'followers'> {
  if ('make' in host || !('loginName' in host.change || 'email' in host.change)) return {};
  const own = link && ('make' in link ? link.make.identityId : link.identityId);
  const { loginName, email } = host.before;
  const knows = (column: string, value: string) =>
    sql`${search.folded(raw(column))} = ${search.folded(bound(value))}`;
  const followers = allOf([
    sql`host_user_id = ${bound(host.userId)} and unlinked_at is null`,
    ...(own === undefined ? [] : [sql`identity_id <> ${bound(own)}`]),
    anyOf([knows('account_login', loginName), ...(email === null ? [] : [knows('account_email', email)])]),
  ]);
  return { followers };
}

/** Fields that the host has to take as they are written. Names are its own to derive. */
const BINDING = [
  'loginName',
  'email',
  'isEnabled',
  'isLockedTemporarily',
  'licenceType',
  'ssoProviderId',
  'externalId',
  'ssoSubject',
] as const;
const NAMES = ['displayName', 'givenName', 'familyName'] as const;

type ReadBack = (name: string) => Fragment;

/** @param readBack where the columns that were read back are. */
export function hostWrite(
  session: Session,
  shape: HostUserShape,
  written: HostUserChange,
  said: HostUserChange,
  readBack: ReadBack = session.dialect.readBack,
): HostWrite {
  return {
    type: shape.userId,
    read: readBackOf(session, shape),
    expected: BINDING.filter((field) => field in written && shape.columns.has(HOST_COLUMNS[field])).map(
      (field) => expectation(session, shape, field, written, readBack),
    ),
    notes: notesOf(session, shape, said, readBack),
  };
}

const reads = new WeakMap<HostUserShape, HostWrite['read']>();

function readBackOf(session: Session, shape: HostUserShape): HostWrite['read'] {
  const known = reads.get(shape);
  if (known) return known;
  const flag = (column: string, name: string) => {
    const type = shape.types.get(column);
    if (!type) return {};
    const isTrue = session.dialect.search.isTrue(`h.${column}`, type).sql;
    return { [name]: `case when h.user_id is null then null when ${isTrue} then '1' else '0' end` };
  };
  const read = {
    ...portableHostColumns(session, shape),
    made_id: session.dialect.expressions.hostId('h.user_id'),
    ...flag('is_enabled', 'enabled_now'),
    ...flag('is_locked_temporarily', 'locked_now'),
  };
  reads.set(shape, read);
  return read;
}

function expectation(
  session: Session,
  shape: HostUserShape,
  field: (typeof BINDING)[number],
  written: HostUserChange,
  readBack: ReadBack,
): Expectation {
  const { search } = session.dialect;
  const column = HOST_COLUMNS[field];
  const value = written[field];
  if (field === 'isEnabled' || field === 'isLockedTemporarily') {
    const now = readBack(field === 'isEnabled' ? 'enabled_now' : 'locked_now');
    if (field === 'isEnabled' && shape.columns.has('is_locked_temporarily')) {
      // Enabled, and locked for now: so it is once the lock has ended.
      const locked = readBack('locked_now');
      const isLocked = (planned: Fragment) => sql`(${planned} = '1' and ${locked} = '1')`;
      return {
        column,
        planned: value ? '1' : '0',
        holds: (planned) => sql`(${now} = ${planned} or ${isLocked(planned)})`,
      };
    }
    return { column, planned: value ? '1' : '0', holds: (planned) => sql`${now} = ${planned}` };
  }
  // Without regard to case, which some applications change. Padded where the column is a CHAR, '' for nothing.
  const plain = (text: Fragment) => sql`coalesce(${search.folded(sql`rtrim(${text})`)}, '')`;
  const now = plain(search.hostText(readBack(`h_${column}`).sql));
  return { column, planned: asText(value), holds: (planned) => sql`${now} = ${plain(planned)}` };
}

/** What the link notes of the account: which one it is, and names of which the host made something else. */
function notesOf(session: Session, shape: HostUserShape, said: HostUserChange, readBack: ReadBack): Note[] {
  const { search } = session.dialect;
  const text = (name: string) => search.hostText(readBack(name).sql);
  const names = NAMES.filter((field) => field in said && shape.columns.has(HOST_COLUMNS[field]));
  return [
    { column: 'account_login', planned: null, value: () => text('h_login_name') },
    ...(shape.columns.has('email')
      ? [{ column: 'account_email', planned: null, value: () => text('h_email') }]
      : []),
    ...names.map((field): Note => {
      const column = HOST_COLUMNS[field];
      const now = sql`coalesce(${text(`h_${column}`)}, '')`;
      return {
        column: `derived_${column}`,
        planned: asText(said[field]),
        value: (planned) =>
          sql`case when not (${search.equal(now, sql`coalesce(${planned}, '')`)}) then ${now} end`,
      };
    }),
  ];
}

const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);
