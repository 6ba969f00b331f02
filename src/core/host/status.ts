import type { Database, Session } from '../../database/database.js';
import { describeHostViews, HOST_VIEWS, type HostViewName } from '../../database/queries/host-views.js';
import { type HostWrite, probeHostViewWrites } from '../../database/queries/host-writes.js';
import { rightsOf } from '../rights/roles.js';

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
  writes: HostWrite[];
}

/** What there is of the host application. Changes nothing. */
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
  const writes = isBound && lacks.length === 0 ? await probeHostViewWrites(database) : [];
  return { bound: views.every(({ status }) => status === 'bound'), views, lacks, writes };
}

const lackedForWriting = ({ knex, dialect, schema }: Session): Promise<string[]> =>
  dialect.missingRights(knex, schema, {
    tables: rightsOf('endpoint').tables.filter(({ table }) => table === 'host_user'),
  });
