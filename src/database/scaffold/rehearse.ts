import { NO_EMAIL_COLUMN } from '../../words/host-views.js';
import type { Session } from '../database.js';
import { hasText, hostUserShape } from '../queries/host/host-user-shape.js';
import { describeHostViews } from '../queries/host/host-views.js';
import { ownTable, selectRows } from '../queries/rows.js';
import { raw, sql } from '../sql/fragment.js';

/** What an account is called that is created, or what it is renamed to. */
export interface RehearsedTexts {
  login: string;
  email: string;
  /** What an IdP may write, where the application keeps it. */
  externalId: string;
  ssoSubject: string;
}

type Row = Record<string, unknown>;

/** One write of a rehearsal, and the row as the host view shows it behind. */
export interface RehearsalStep {
  step: 'create' | 'rename' | 'disable' | 'enable';
  row: Row;
  /** Columns that do not have what was written. */
  lost: string[];
}

/** Which account a rehearsal writes. */
export interface RehearsedAccount {
  /** A new one; otherwise one that is there. */
  creates: boolean;
  /** Columns of `host_user` that are never written of an account that is there. */
  kept: readonly string[];
}

/**
 * Creates a user, renames, disables and enables it through `host_user`; where users cannot be created, does the rest with
 * one that is there, if possible with an address. Whoever calls this takes it back.
 */
export async function rehearseWrites(
  session: Session,
  { creates, kept }: RehearsedAccount,
  { created, renamed }: Readonly<Record<'created' | 'renamed', RehearsedTexts>>,
  note: (step: RehearsalStep['step']) => void,
): Promise<RehearsalStep[]> {
  const columns = (await describeHostViews(session)).find(({ name }) => name === 'host_user')?.columns ?? [];
  const has = (name: string) => columns.some((column) => column.name === name);
  const keeps = (name: string) => has(name) && (name !== 'email' || !has(NO_EMAIL_COLUMN));
  const steps: RehearsalStep[] = [];
  const users = () => session.knex('host_user').withSchema(session.schema);
  let userId: unknown;
  const write = async (step: RehearsalStep['step'], change: Row): Promise<void> => {
    const known = Object.fromEntries(Object.entries(change).filter(([name]) => keeps(name)));
    note(step);
    if (step === 'create') await users().insert(known);
    else await users().where({ user_id: userId }).update(known);
    const login = step === 'create' ? created.login : undefined;
    const row = await found(session, login, userId);
    userId = row?.user_id ?? userId;
    const lost = Object.keys(known).filter(
      (name) => !NAMES.includes(name) && !isSame(row?.[name], known[name]),
    );
    steps.push({ step, row: row ?? {}, lost });
  };
  if (creates) {
    const names = { display_name: 'Rehearsed Account', given_name: 'Rehearsed', family_name: 'Account' };
    await write('create', { ...columnsOf(created), ...names, is_enabled: true });
  } else {
    const query = users()
      .where('is_enabled', true)
      .orderByRaw('case when email is null then 1 else 0 end')
      .limit(1);
    if (has('is_protected')) query.where('is_protected', false);
    userId = (await query.select('user_id'))[0]?.user_id;
    if (userId === undefined) return steps;
  }
  const renaming = {
    ...columnsOf(renamed),
    ...{ display_name: 'Renamed Account', given_name: 'Renamed' },
  };
  const isWritten = ([name]: [string, unknown]) => creates || !kept.includes(name);
  await write('rename', Object.fromEntries(Object.entries(renaming).filter(isWritten)));
  await write('disable', { is_enabled: false });
  await write('enable', { is_enabled: true });
  return steps;
}

const columnsOf = ({ login, email, externalId, ssoSubject }: RehearsedTexts): Row => ({
  ...{ login_name: login, email },
  ...{ external_id: externalId, sso_subject: ssoSubject },
});

/** Names may be made by the application's own rules. */
const NAMES = ['display_name', 'given_name', 'family_name'];

async function found(session: Session, login: string | undefined, userId: unknown): Promise<Row | undefined> {
  const hostUser = raw(ownTable(session, 'host_user'));
  if (login === undefined) {
    const [row] = await session.knex('host_user').withSchema(session.schema).where({ user_id: userId });
    return row as Row | undefined;
  }
  const isNew = hasText(session, await hostUserShape(session), 'login_name', login);
  const [row] = await selectRows<Row>(session, sql`select h.* from ${hostUser} h where ${isNew}`);
  return row;
}

const isSame = (a: unknown, b: unknown): boolean => plain(a) === plain(b);

const plain = (value: unknown): string =>
  typeof value === 'boolean'
    ? String(Number(value))
    : String(value ?? '')
        .trim()
        .toLowerCase();
