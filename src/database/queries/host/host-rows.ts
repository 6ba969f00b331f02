import { type HostViewName, UNNAMED_COLUMNS } from '../../../words/host-views.js';
import type { Session } from '../../database.js';
import { type Fragment, joined, raw, sql, stretchOf } from '../../sql/fragment.js';
import { isCount, ownTable, selectRows } from '../rows.js';
import { FLAG_COLUMNS } from './column-types.js';
import { describeHostViews, type HostView } from './host-views.js';

/** Rows of a host view that are not as the contract has them. */
export interface RowFault {
  view: HostViewName;
  column: string;
  /**
   * Nothing where something must be; one value in several rows; neither true nor false; no whole number from 0; a state
   * or a protection that nobody has said what it means.
   */
  fault: 'empty' | 'repeated' | 'not-a-flag' | 'not-a-number' | 'unnamed';
  /** Of what is unnamed: the values of the application's own columns, such as `status 7`. */
  value?: string;
  /** How many rows; of what is repeated, how many values. */
  count: number;
}

export interface RowsWanted {
  /** Of these views; of all of them where it is absent. */
  wanted?: readonly HostViewName[] | undefined;
  /** Whether the rows of users are also compared with each other, which takes longest where there are many. */
  compares?: boolean;
}

type Row = Readonly<Record<string, unknown>>;
type Counted = Omit<RowFault, 'view'>;

/** Looks at every row of these host views, or else of all, that are complete: in the database at those of users, which may be many. */
export async function findRowFaults(
  session: Session,
  { wanted, compares = true }: RowsWanted = {},
): Promise<RowFault[]> {
  const views = (await describeHostViews(session)).filter(
    ({ name, missing }) => missing.length === 0 && (wanted?.includes(name) ?? true),
  );
  const faults: RowFault[] = [];
  for (const view of views) {
    const counted =
      view.name === 'host_user'
        ? await userFaults(session, view, compares)
        : fewFaults(view, await all(session, view));
    faults.push(...counted.filter(({ count }) => count > 0).map((one) => ({ view: view.name, ...one })));
  }
  return faults;
}

const all = (session: Session, { name }: HostView): Promise<Row[]> =>
  selectRows(session, sql`select * from ${raw(ownTable(session, name))}`);

async function userFaults(session: Session, { columns }: HostView, compares: boolean): Promise<Counted[]> {
  const hostUser = raw(ownTable(session, 'host_user'));
  const text = (column: string) => session.dialect.search.hostText(`h.${column}`);
  const flags = FLAG_COLUMNS.filter((flag) => columns.some(({ name }) => name === flag));
  const tests: { column: string; fault: RowFault['fault']; holds: Fragment }[] = [
    ...['user_id', 'login_name'].map((column) => ({
      column,
      fault: 'empty' as const,
      holds: sql`coalesce(rtrim(${text(column)}), '') = ''`,
    })),
    ...flags.map((column) => ({
      column,
      fault: 'not-a-flag' as const,
      holds: raw(noFlag(column, columns.find(({ name }) => name === column)?.dataType ?? '')),
    })),
  ];
  const counts = tests.map(({ holds }, at) => sql`count(case when ${holds} then 1 end) as ${raw(`c${at}`)}`);
  // Only so that every value is read: a cast in the view may fail.
  const read = columns.filter(({ name }) => TEXTS.includes(name));
  counts.push(...read.map(({ name }) => sql`count(${text(name)}) as ${raw(`of_${name}`)}`));
  const [row] = await selectRows<Row>(session, sql`select ${joined(counts, ', ')} from ${hostUser} h`);
  const repeated = async (column: 'user_id' | 'login_name'): Promise<Counted> => ({
    ...{ column, fault: 'repeated' },
    count: await countRepeated(session, column),
  });
  return [
    ...tests.map(({ column, fault }, at) => ({ column, fault, count: Number(row?.[`c${at}`] ?? 0) })),
    ...(compares ? [await repeated('user_id'), await repeated('login_name')] : []),
    ...(await unnamed(session, columns)),
  ];
}

/** The other columns of `host_user` that every look at a user reads. */
const TEXTS = [
  ...['email', 'display_name', 'given_name', 'family_name', 'sso_provider_id', 'licence_type'],
  ...['external_id', 'sso_subject'],
];

/** How many values several rows of `host_user` have in this column. Every row is read. */
export async function countRepeated(session: Session, column: 'user_id' | 'login_name'): Promise<number> {
  const text = session.dialect.search.hostText(`h.${column}`);
  const [row] = await selectRows<Row>(
    session,
    sql`select count(*) as found from (select ${text} as value from ${raw(ownTable(session, 'host_user'))} h
      where h.${raw(column)} is not null group by ${text} having count(*) > 1) r`,
  );
  return Number(row?.found ?? 0);
}

/** As many values as are worth telling. */
const MOST_UNNAMED = 20;

async function unnamed(session: Session, columns: HostView['columns']): Promise<Counted[]> {
  const hostUser = raw(ownTable(session, 'host_user'));
  const found: Counted[] = [];
  for (const column of UNNAMED_COLUMNS.filter((one) => columns.some(({ name }) => name === one))) {
    const rows = await selectRows<Row>(
      session,
      sql`select h.${raw(column)} as value, count(*) as found from ${hostUser} h
        where h.${raw(column)} is not null group by h.${raw(column)} order by count(*) desc, h.${raw(column)}
        ${stretchOf(0, MOST_UNNAMED)}`,
    );
    for (const { value, found: count } of rows)
      found.push({ column, fault: 'unnamed', value: String(value), count: Number(count) });
  }
  return found;
}

/** A flag is a boolean or 1 and 0. That nobody says whether a user is protected is taken for no; an enabled state is said. */
function noFlag(column: string, dataType: string): string {
  if (/char|text/i.test(dataType)) return '1 = 1';
  const isMissing = column === 'is_enabled' ? `h.${column} is null` : '1 = 0';
  return /^(bool|bit)/i.test(dataType) ? isMissing : `(${isMissing} or h.${column} not in (0, 1))`;
}

/** The same of a view that has few rows. */
function fewFaults({ name }: HostView, rows: readonly Row[]): Counted[] {
  const key = name === 'host_licence' ? 'licence_type' : 'provider_id';
  const count = (holds: (value: unknown) => boolean, column: string) =>
    rows.filter((row) => holds(row[column])).length;
  const keys = rows.map((row) => plain(row[key]));
  const numbers = name === 'host_licence' ? ['assign_order', 'seats_total', 'seats_used'] : [];
  return [
    { column: key, fault: 'empty', count: count((value) => plain(value) === '', key) },
    {
      column: key,
      fault: 'repeated',
      count: new Set(keys.filter((one, at) => keys.indexOf(one) !== at)).size,
    },
    ...(name === 'host_sso_provider'
      ? [{ column: 'is_enabled', fault: 'not-a-flag', count: count(isNoFlag, 'is_enabled') } as const]
      : []),
    ...numbers.map(
      (column): Counted => ({
        column,
        fault: 'not-a-number',
        count: count(column === 'seats_total' ? isNoLimit : isNoNumber, column),
      }),
    ),
  ];
}

const plain = (value: unknown) => String(value ?? '').trim();
const isNoFlag = (value: unknown) => typeof value !== 'boolean' && !/^[01]$/.test(plain(value));
/** No number at all is no limit. */
const isNoLimit = (value: unknown) => value !== null && isNoNumber(value);
const isNoNumber = (value: unknown) => !isCount(value);
