import type { Database, Session } from '../../database/database.js';
import { DatabaseFault, isPassing } from '../../database/faults/fault.js';
import { findRowFaults, type RowFault, type RowsWanted } from '../../database/queries/host/host-rows.js';
import { describeHostViews } from '../../database/queries/host/host-views.js';
import { probeHostViewWrites, type TriedWrite } from '../../database/queries/host/host-writes.js';
import { readLoginRules } from '../../database/queries/installation.js';
import { HOST_VIEWS, type HostViewName } from '../../words/host-views.js';
import { rightsOf } from '../rights/roles.js';
import { safeWords } from './host-words.js';
import { type HostWriteHealth, hostWriteOf, triedLogins } from './writes.js';

export interface HostViewStatus {
  view: HostViewName;
  status: 'bound' | 'incomplete' | 'missing';
  columns: { name: string; dataType: string }[];
  /** Required columns it lacks. */
  missing: string[];
  /** Optional columns it does without. */
  without: string[];
}

export interface HostStatus {
  /** Whether all three views are there with all they must have. */
  bound: boolean;
  views: HostViewStatus[];
  /** Rights that the endpoint has on `host_user` and this login lacks, so that no write was tried. */
  lacks: string[];
  /** What can be written through `host_user`, as the endpoint needs it; tried and taken back. */
  writes: HostWriteHealth[];
  /** Rows that are not as the contract has them. */
  rows: RowFault[];
  /** What the server said where the rows cannot be read. */
  unreadable?: string;
}

/** What there is of the host application. Every trial write is taken back. */
export async function hostStatus(database: Database): Promise<HostStatus> {
  const found = await database.read(describeHostViews);
  const views = found.map(
    ({ name, exists, columns, missing, optional }): HostViewStatus => ({
      view: name,
      status: !exists ? 'missing' : missing.length > 0 ? 'incomplete' : 'bound',
      columns: columns.map(({ name, dataType }) => ({ name, dataType })),
      missing,
      without: exists ? HOST_VIEWS[name].optional.filter((column) => !optional.includes(column)) : [],
    }),
  );
  const users = views.find(({ view }) => view === 'host_user');
  const isBound = users?.status === 'bound';
  const lacks = isBound ? await database.read(lackedForWriting) : [];
  const writes = isBound && lacks.length === 0 ? await triedWrites(database) : [];
  return {
    bound: views.every(({ status }) => status === 'bound'),
    views,
    lacks,
    writes: writes.map(hostWriteOf),
    ...(await examinedRows(database)),
  };
}

async function triedWrites(database: Database): Promise<TriedWrite[]> {
  const { loginRule } = await database.read(readLoginRules);
  return probeHostViewWrites(database, triedLogins(loginRule));
}

/** Whether provisioning can work through the host views: they are complete, their rows are sound, and writes hold. */
export const isHostUsable = (status: HostStatus): boolean =>
  status.bound && isSound(status) && status.writes.every(({ result }) => result !== 'refused');

type Examined = Pick<HostStatus, 'rows' | 'unreadable'>;

/** Whether the rows can be read and are as the contract has them. */
export const isSound = ({ rows, unreadable }: Examined): boolean =>
  unreadable === undefined && rows.length === 0;

/** Of the views that are wanted, the rows that are not as the contract has them. */
export async function examinedRows(database: Database, wanted?: RowsWanted): Promise<Examined> {
  const { rows, refusal } = await examineRows(database, wanted);
  return { rows, ...(refusal && { unreadable: safeWords(refusal.words?.message ?? refusal.message) }) };
}

/** The same with what the server refused to read them by. */
export async function examineRows(
  database: Database,
  wanted?: RowsWanted,
): Promise<{ rows: RowFault[]; refusal?: DatabaseFault }> {
  try {
    return { rows: await database.read((session) => findRowFaults(session, wanted)) };
  } catch (error) {
    if (!(error instanceof DatabaseFault) || isPassing(error) || error.fault === 'permission-denied')
      throw error;
    return { rows: [], refusal: error };
  }
}

const lackedForWriting = ({ knex, dialect, schema }: Session): Promise<string[]> =>
  dialect.missingRights(knex, schema, {
    tables: rightsOf('endpoint').tables.filter(({ table }) => table === 'host_user'),
  });
