import type { Database, Session } from '../database.js';
import { DatabaseFault, isPassing } from '../fault.js';
import { describeHostViews } from './host-views.js';

export interface HostWrite {
  /** A column of `host_user`, or `(insert)` for a new row. */
  column: string;
  writable: boolean;
  /** Why not, in the server's words. */
  reason?: string;
}

/** The columns that provisioning writes, where the view has them. */
const WRITTEN = [
  'login_name',
  'email',
  'display_name',
  'given_name',
  'family_name',
  'is_enabled',
  'sso_provider_id',
  'licence_type',
];

const PROBE_LOGIN = 'scimctl-write-probe@example.invalid';

type Row = Record<string, unknown>;

/**
 * Which writes through `host_user` hold: a new row, and each column of it. Every write happens in a
 * transaction of its own that is always rolled back, and is believed only when it can be read back. The
 * columns are tried on a row made for it; where none can be made, on some host user who is not protected.
 * Numbers that the host application draws from a sequence are used up.
 */
export async function probeHostViewWrites(database: Database): Promise<HostWrite[]> {
  const columns = await database.read(writableColumns);
  if (columns.length === 0) return [];
  const insert = await attempt(database, '(insert)', (session) => insertProbe(session, columns));
  const results = [insert];
  for (const column of columns) {
    results.push(
      await attempt(database, column, async (session) => {
        const row = insert.writable ? await insertProbe(session, columns) : await someUnprotected(session);
        await changeColumn(session, row, column);
      }),
    );
  }
  return results;
}

/** Undoes the probe's transaction; nothing else ends it. */
class Undo extends Error {}

async function attempt(
  database: Database,
  column: string,
  write: (session: Session) => Promise<unknown>,
): Promise<HostWrite> {
  try {
    await database.transaction(async (session) => {
      await write(session);
      throw new Undo();
    });
  } catch (error) {
    if (error instanceof Undo) return { column, writable: true };
    if (error instanceof NotHeld) return { column, writable: false, reason: error.message };
    if (error instanceof DatabaseFault && !isPassing(error))
      return { column, writable: false, reason: reasonOf(error) };
    throw error;
  }
  throw new Error('a probe was committed');
}

/** The write went through, and yet what is there now is not what was written. */
class NotHeld extends Error {}

const hostUsers = (session: Session) => session.knex('host_user').withSchema(session.schema);

async function writableColumns(session: Session): Promise<string[]> {
  const views = await describeHostViews(session);
  const view = views.find(({ name }) => name === 'host_user');
  if (!view || view.missing.length > 0) return [];
  return WRITTEN.filter((name) => view.columns.some((column) => column.name === name));
}

async function insertProbe(session: Session, columns: readonly string[]): Promise<Row> {
  const all: Row = {
    login_name: PROBE_LOGIN,
    email: PROBE_LOGIN,
    display_name: 'scimctl write probe',
    given_name: 'Write',
    family_name: 'Probe',
    is_enabled: false,
    sso_provider_id: columns.includes('sso_provider_id') ? (await providerIds(session))[0] : undefined,
    licence_type: columns.includes('licence_type') ? (await licenceTypes(session))[0] : undefined,
  };
  const given = Object.entries(all).filter(([name, value]) => columns.includes(name) && value !== undefined);
  await hostUsers(session).insert(Object.fromEntries(given));
  const [row] = await hostUsers(session).where({ login_name: PROBE_LOGIN }).select('*');
  if (!row) throw new NotHeld('the insert was accepted, but there is no new row');
  return row;
}

async function someUnprotected(session: Session): Promise<Row> {
  const query = hostUsers(session).limit(1).select('*');
  const [sample] = await hostUsers(session).limit(1).select('*');
  if (sample && 'is_protected' in sample) query.whereRaw('coalesce(cast(is_protected as int), 0) = 0');
  const [row] = await query;
  if (!row) throw new NotHeld('there is no host user to try it on');
  return row;
}

async function changeColumn(session: Session, row: Row, column: string): Promise<void> {
  const wanted = await anotherValue(session, column, row[column]);
  const key = { user_id: String(row.user_id) };
  await hostUsers(session)
    .where(key)
    .update({ [column]: wanted });
  const [now] = await hostUsers(session).where(key).select(column);
  if (!sameValue(now?.[column], wanted)) throw new NotHeld('the update was accepted, but changed nothing');
}

/** A value that the column may hold and that is not its present one, as far as there is another. */
async function anotherValue(session: Session, column: string, present: unknown): Promise<unknown> {
  if (column === 'is_enabled') return !sameValue(present, true);
  if (column === 'login_name' || column === 'email') return `other-${PROBE_LOGIN}`;
  if (column !== 'sso_provider_id' && column !== 'licence_type') return 'Other';
  const choices = column === 'licence_type' ? await licenceTypes(session) : await providerIds(session);
  return choices.find((choice) => !sameValue(choice, present)) ?? present ?? null;
}

const providerIds = async (session: Session): Promise<string[]> =>
  (await session.knex('host_sso_provider').withSchema(session.schema).select('provider_id')).map((row) =>
    String(row.provider_id),
  );

const licenceTypes = async (session: Session): Promise<unknown[]> =>
  (await session.knex('host_licence').withSchema(session.schema).select('licence_type')).map(
    (row) => row.licence_type,
  );

/** Host columns may be of any type; GUIDs come back in either case, and booleans as numbers. */
const sameValue = (a: unknown, b: unknown): boolean => plain(a) === plain(b);
const plain = (value: unknown) =>
  value === null || value === undefined
    ? null
    : value === true
      ? '1'
      : value === false
        ? '0'
        : String(value).toLowerCase();

const reasonOf = ({ words, message }: DatabaseFault) =>
  ((words?.message ?? message).split('\n')[0] ?? '').slice(0, 300);
