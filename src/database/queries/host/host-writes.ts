import { NO_EMAIL_COLUMN } from '../../../words/host-views.js';
import type { Database, Session } from '../../database.js';
import { DatabaseFault, isPassing } from '../../faults/fault.js';
import { raw, sql } from '../../sql/fragment.js';
import { ownTable, selectRows } from '../rows.js';
import { hasText, hostUserShape } from './host-user-shape.js';
import { describeHostViews } from './host-views.js';

export interface TriedWrite {
  /** A column of `host_user`, or `(insert)` for a new row. */
  column: string;
  /** Whether it can be read back, whether it went through and cannot, or what the server said against it. */
  result: 'taken' | 'ignored' | 'refused' | 'not-tried';
  /** Why it was not taken, or not tried. */
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
  'external_id',
  'sso_subject',
];

/** Two names to try: of a new account, and to rename it to; and their e-mail addresses, if these differ. */
export interface TriedNames {
  probe: string;
  other: string;
  addresses?: { probe: string; other: string };
}

/** Short, since a login may be. */
export const TRIED_ADDRESSES: TriedNames = {
  probe: 'scimctl-probe@example.invalid',
  other: 'scimctl-other@example.invalid',
};

const OTHER_ID = '5c11c71b-0be0-4a5e-8c0d-0ddba11f00d5';

type Row = Record<string, unknown>;

/** Which row the columns are tried on: a new one with all values, one without those that have no other, or none. */
type NewRow = 'sparse' | 'whole' | 'none';

/**
 * Which writes through `host_user` hold: a new row, and each column of it. Everything is rolled back, and a write is
 * believed only when it can be read back. The columns are tried one after the other on one new row, so that one number
 * is used up of whatever the host application draws from a sequence, and one more for each refusal; where no row can be
 * made, they are tried on some host user who is not protected. A host application that refuses our addresses may accept
 * only those of its own domain: everything is then tried again in the domain of an existing account.
 */
export async function probeHostViewWrites(
  database: Database,
  logins: TriedNames = TRIED_ADDRESSES,
): Promise<TriedWrite[]> {
  const columns = await database.read(writableColumns);
  if (columns.length === 0) return [];
  const first = await tryColumns(database, columns, logins);
  if (!refusals(first).some((column) => OF_ADDRESS.includes(column))) return first;
  const domain = await database.read((session) => domainInUse(session, columns));
  if (domain === undefined) return first;
  const again = await tryColumns(database, columns, inDomain(logins, domain));
  return refusals(again).length < refusals(first).length ? again : first;
}

const refusals = (tried: readonly TriedWrite[]) =>
  tried.filter(({ result }) => result === 'refused').map(({ column }) => column);

async function tryColumns(
  database: Database,
  columns: readonly string[],
  logins: TriedNames,
): Promise<TriedWrite[]> {
  const results: TriedWrite[] = [];
  let kind: NewRow = 'sparse';
  for (let left = columns; left.length > 0; ) {
    const tried = await attempt(database, columns, left, kind, logins);
    const [insert] = tried;
    if (kind !== 'none' && insert?.result !== 'taken') {
      kind = kind === 'sparse' ? 'whole' : 'none';
      if (kind === 'none' && insert) results.push(insert);
      continue;
    }
    if (kind !== 'none' && insert && results.length === 0) results.push(insert);
    const changed = kind === 'none' ? tried : tried.slice(1);
    results.push(...changed);
    left = left.slice(changed.length);
  }
  return results;
}

/** Tries what is left in one transaction, up to the first that fails in it. */
async function attempt(
  database: Database,
  columns: readonly string[],
  left: readonly string[],
  kind: NewRow,
  logins: TriedNames,
): Promise<TriedWrite[]> {
  const steps = kind === 'none' ? left : [INSERT, ...left];
  let tried: TriedWrite[] = [];
  try {
    await database.transaction(
      async (session) => {
        tried = [];
        let row: Row | undefined;
        for (const column of steps) {
          if (column !== INSERT) row ??= await someUnprotected(session);
          const result =
            column === INSERT
              ? await insertProbe(session, columns, kind, logins)
              : await changed(session, row, column, logins);
          tried.push({ column, ...result.told });
          row = result.row ?? row;
          if (column === INSERT && !result.row) break;
        }
      },
      { rollsBack: true },
    );
    return tried;
  } catch (error) {
    const column = steps[tried.length];
    if (column === undefined || !(error instanceof DatabaseFault) || isPassing(error)) throw error;
    if (error.fault === 'read-only')
      return [...tried, { column, result: 'not-tried', reason: reasonOf(error) }];
    return [...tried, { column, result: 'refused', reason: reasonOf(error) }];
  }
}

const INSERT = '(insert)';
const OF_ADDRESS = [INSERT, 'login_name', 'email'];

/** The domain of the address of some account. */
async function domainInUse(session: Session, columns: readonly string[]): Promise<string | undefined> {
  const column = columns.includes('email') ? 'email' : 'login_name';
  const [row] = await hostUsers(session).where(column, 'like', '%_@_%').limit(1).select(column);
  return /@([a-z0-9.-]+)$/i.exec(String(row?.[column] ?? '').trimEnd())?.[1];
}

function inDomain({ probe, other }: TriedNames, domain: string): TriedNames {
  const moved = (address: string) => address.replace(/@.*/, `@${domain}`);
  const addresses = { probe: moved(TRIED_ADDRESSES.probe), other: moved(TRIED_ADDRESSES.other) };
  return { probe: moved(probe), other: moved(other), addresses };
}

interface Tried {
  told: Omit<TriedWrite, 'column'>;
  row?: Row;
}

const TAKEN = { result: 'taken' } as const;

const hostUsers = (session: Session) => session.knex('host_user').withSchema(session.schema);

async function writableColumns(session: Session): Promise<string[]> {
  const views = await describeHostViews(session);
  const view = views.find(({ name }) => name === 'host_user');
  if (!view || view.missing.length > 0) return [];
  const has = (name: string) => view.columns.some((column) => column.name === name);
  return WRITTEN.filter((name) => has(name) && (name !== 'email' || !has(NO_EMAIL_COLUMN)));
}

async function insertProbe(
  session: Session,
  columns: readonly string[],
  kind: NewRow,
  { probe, addresses = TRIED_ADDRESSES }: TriedNames,
): Promise<Tried> {
  const choices = { sso_provider_id: await providerIds(session), licence_type: await licenceTypes(session) };
  // What has one value only can be tried by a change only where the row begins without it.
  const first = (values: readonly unknown[]) =>
    kind === 'sparse' && values.length === 1 ? undefined : values[0];
  const all: Row = {
    login_name: probe,
    email: addresses.probe,
    display_name: 'scimctl write probe',
    given_name: 'Write',
    family_name: 'Probe',
    is_enabled: false,
    sso_provider_id: first(choices.sso_provider_id),
    licence_type: first(choices.licence_type),
  };
  const given = Object.entries(all).filter(([name, value]) => columns.includes(name) && value !== undefined);
  await hostUsers(session).insert(Object.fromEntries(given));
  // As it is found for a new user: whatever the application makes of its letters.
  const isNew = hasText(session, await hostUserShape(session), 'login_name', probe);
  const [row] = await selectRows<Row>(
    session,
    sql`select h.* from ${raw(ownTable(session, 'host_user'))} h where ${isNew}`,
  );
  if (!row) return ignored('the insert succeeded, but there is no new row');
  const lost = given.filter(([name, value]) => !NAMES.includes(name) && !sameValue(row[name], value));
  if (lost.length > 0)
    return ignored(`the new row does not contain ${lost.map(([name]) => name).join(', ')}`);
  return { told: TAKEN, row };
}

/** The host application may make names by a rule of its own. */
const NAMES = ['display_name', 'given_name', 'family_name'];

const ignored = (reason: string): Tried => ({ told: { result: 'ignored', reason } });

async function someUnprotected(session: Session): Promise<Row | undefined> {
  const query = hostUsers(session).limit(1).select('*');
  const [sample] = await hostUsers(session).limit(1).select('*');
  if (sample && 'is_protected' in sample) query.whereRaw('coalesce(cast(is_protected as int), 0) = 0');
  const [row] = await query;
  return row;
}

async function changed(
  session: Session,
  row: Row | undefined,
  column: string,
  logins: TriedNames,
): Promise<Tried> {
  if (!row) return untried('there is no host user for the trial');
  const wanted = await otherValues(session, column, row[column], logins);
  if (wanted.length === 0) return untried('there is no other value for the trial');
  const key = { user_id: String(row.user_id) };
  for (const value of wanted) {
    await hostUsers(session)
      .where(key)
      .update({ [column]: value });
    const [now] = await hostUsers(session).where(key).select(column);
    if (!sameValue(now?.[column], value)) return ignored('the update succeeded, but changed nothing');
  }
  return { told: TAKEN };
}

const untried = (reason: string): Tried => ({ told: { result: 'not-tried', reason } });

/** Values that the column may hold, to be written one after the other; the first is not its present one. */
async function otherValues(
  session: Session,
  column: string,
  present: unknown,
  { other: login, addresses = TRIED_ADDRESSES }: TriedNames,
): Promise<unknown[]> {
  if (column === 'is_enabled') {
    const isOn = sameValue(present, true);
    return [!isOn, isOn];
  }
  if (column === 'login_name') return [login];
  if (column === 'email') return [addresses.other];
  // What an IdP calls a user is often its object id, and the column may be of that type.
  if (column === 'external_id' || column === 'sso_subject') return [OTHER_ID];
  if (column !== 'sso_provider_id' && column !== 'licence_type') return ['Other'];
  const choices = column === 'licence_type' ? await licenceTypes(session) : await providerIds(session);
  const other = choices.find((choice) => !sameValue(choice, present));
  // A seat is given back by writing none.
  const freed = column === 'licence_type' && (other !== undefined || !sameValue(present, null)) ? [null] : [];
  return [...(other === undefined ? [] : [other]), ...freed];
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
    ? ''
    : value === true
      ? '1'
      : value === false
        ? '0'
        : String(value).trimEnd().toLowerCase();

const reasonOf = ({ words, message }: DatabaseFault) =>
  ((words?.message ?? message).split('\n')[0] ?? '').slice(0, 300);
