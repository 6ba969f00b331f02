import type { Session, Shared } from '../database.js';
import { NEW_HOST_USER, type NewHostUser, type ProvisionWrites } from '../dialect.js';
import { gathering } from '../gathering.js';
import { type EventRow, eventValues } from './events.js';
import { type HostUserShape, hasText, hostUserColumns } from './host-user-shape.js';
import {
  type HostRow,
  type HostUserChange,
  type HostUserRow,
  hostUserValues,
  sameAddress,
  toHostUser,
} from './host-users.js';
import { type IdentityChange, type IdentityRow, identityValues } from './identities.js';
import { provisioningFacts } from './provisioning-facts.js';
import { ownTable, selectRaw, selectRows } from './rows.js';

/** Everything that one change of a user writes. */
export interface Provision {
  /** A new host user, or a change of one. */
  host?: { make: HostUserChange & { loginName: string } } | { userId: string; change: HostUserChange };
  /** With a new host user, its id is filled in. */
  link:
    | { make: Omit<IdentityRow, 'hostUserId'> & { hostUserId?: string } }
    | { identityId: string; change: IdentityChange };
  /** In its details, `NEW_HOST_USER` stands for the id of a new host user. */
  event: EventRow;
}

/**
 * Writes it all in one round trip, or in three where the host does not say at once which id it gave.
 * @returns the new host user as it is, whatever the host made of it.
 */
export async function provision(
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
): Promise<HostUserRow | undefined> {
  const { memory, shared } = session;
  const isNew = wanted.host !== undefined && 'make' in wanted.host;
  const asked = writes(session, shape, wanted);
  const row =
    isNew && shared && !memory.hints.has(SAYS_NO_ID)
      ? await memory.once(session, 'provision', () => several(session, shared))(asked)
      : await provisionOne(session, asked);
  if (!wanted.host || !('make' in wanted.host)) return undefined;
  if (row?.made_id != null) {
    memory.hints.delete(SAYS_NO_ID);
    return toHostUser(row);
  }
  memory.hints.set(SAYS_NO_ID, true);
  return linkAfterwards(session, shape, wanted, wanted.host.make.loginName);
}

/** The host does not say at once which id it gave, so that each has to be asked for by itself. */
const SAYS_NO_ID = 'host_user says no id';

async function provisionOne(session: Session, asked: ProvisionWrites): Promise<HostRow | undefined> {
  const { sql, bindings } = session.dialect.provision(asked);
  const [row] = await selectRaw<HostRow>(session, sql, [...bindings]);
  return row;
}

/** Writes what is asked of it in one turn by one statement, where the engine can and they are of a kind. */
const several = (
  session: Session,
  shared: Shared,
): ((asked: ProvisionWrites) => Promise<HostRow | undefined>) =>
  gathering(async (all) => {
    const statement = all.length > 1 ? session.dialect.provisionSeveral?.(all) : undefined;
    if (!statement) return Promise.all(all.map((asked) => provisionOne(session, asked)));
    return all.length === shared.writers
      ? shared.conclude<HostRow>(statement.sql, statement.bindings)
      : selectRows<HostRow>(session, statement);
  });

/** The same for a change without a new host user, as the last of its transaction, whose result is known. */
export async function conclude<T>(
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
  result: T,
): Promise<T> {
  const { sql, bindings } = session.dialect.provision(writes(session, shape, wanted));
  await session.conclude(result, sql, bindings);
  return result;
}

async function linkAfterwards(
  session: Session,
  shape: HostUserShape,
  { link, event }: Provision,
  loginName: string,
): Promise<HostUserRow> {
  const query = { serviceAccountId: '', addresses: [loginName] };
  const { candidates } = await provisioningFacts(session, shape, query);
  const host = candidates.find((one) => sameAddress(one.loginName, loginName));
  if (!host) throw new Error('the host view host_user accepted a new row, and has none');
  const hostUserId = host.userId;
  await provision(session, shape, {
    link:
      'make' in link
        ? { make: { ...link.make, hostUserId } }
        : { ...link, change: { ...link.change, hostUserId } },
    event: {
      ...event,
      details: event.details.replace(`"${NEW_HOST_USER}"`, () => JSON.stringify(hostUserId)),
    },
  });
  return host;
}

function writes(session: Session, shape: HostUserShape, { host, link, event }: Provision): ProvisionWrites {
  return {
    tables: {
      hostUser: ownTable(session, 'host_user'),
      identity: ownTable(session, 'identity'),
      event: ownTable(session, 'event'),
    },
    ...(host && { host: 'make' in host ? newHostUser(session, shape, host.make) : hostChange(shape, host) }),
    identity:
      'make' in link
        ? { insert: identityValues(session, link.make) }
        : { update: identityValues(session, link.change), identityId: link.identityId },
    event: eventValues(session, event),
  };
}

const hostChange = (
  shape: HostUserShape,
  { userId, change }: { userId: string; change: HostUserChange },
) => ({
  update: hostUserValues(shape, change),
  userId,
  type: shape.userId,
});

const newHostUser = (
  session: Session,
  shape: HostUserShape,
  user: HostUserChange & { loginName: string },
): NewHostUser => ({
  insert: hostUserValues(shape, user),
  found: hasText(session, shape, 'login_name', user.loginName),
  type: shape.userId,
  answer: { ...hostUserColumns(shape), made_id: session.dialect.expressions.hostId('h.user_id') },
});
