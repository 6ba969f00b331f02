import { HOST_VIEW_NAMES, HOST_VIEWS, type HostViewName } from '../../../words/host-views.js';
import type { Session } from '../../database.js';
import type { HostViewColumn } from '../../dialect/host-column.js';
import { selectRaw } from '../rows.js';
import { type UnfitColumn, unfitColumns } from './column-types.js';

export interface HostView {
  name: HostViewName;
  /** Whether there is such a view (or table) that this login may use. */
  exists: boolean;
  /** All columns it has, in its own order. */
  columns: HostViewColumn[];
  /** Required columns that it lacks. */
  missing: string[];
  /** Optional columns that it has. */
  optional: string[];
  /** Columns that our statements cannot work with. */
  unfit: UnfitColumn[];
}

/** The three host views, as the database has them. Changes nothing. */
export async function describeHostViews(session: Session): Promise<HostView[]> {
  const names = HOST_VIEW_NAMES;
  // Capitals and no quotes: a case-sensitive SQL Server knows INFORMATION_SCHEMA by no other spelling.
  const rows = await selectRaw<ColumnRow>(
    session,
    `select TABLE_NAME as view_name, COLUMN_NAME as name, DATA_TYPE as data_type, CHARACTER_MAXIMUM_LENGTH as length,
            COLLATION_NAME as collation_name, COLLATION_SCHEMA as collation_schema
       from INFORMATION_SCHEMA.COLUMNS
      where TABLE_SCHEMA = ? and TABLE_NAME in (${names.map(() => '?').join(', ')})
      order by ORDINAL_POSITION`,
    [session.schema, ...names],
  );
  return names.map((name) => describe(name, rows.filter((row) => row.view_name === name).map(toColumn)));
}

interface ColumnRow {
  view_name: string;
  name: string;
  data_type: string;
  /** Characters; -1 for no limit on SQL Server, null where there is none to speak of. */
  length: number | null;
  collation_name: string | null;
  collation_schema: string | null;
}

function describe(name: HostViewName, columns: HostViewColumn[]): HostView {
  const has = (column: string) => columns.some((each) => each.name === column);
  const { required, optional } = HOST_VIEWS[name];
  return {
    name,
    exists: columns.length > 0,
    columns,
    missing: required.filter((column) => !has(column)),
    optional: optional.filter(has),
    unfit: unfitColumns(name, columns),
  };
}

function toColumn(row: ColumnRow): HostViewColumn {
  const { name, data_type, length } = row;
  const size = length === null || Number(length) === 0 ? '' : `(${Number(length) < 0 ? 'max' : length})`;
  return {
    name,
    dataType: `${data_type}${size}`,
    collation: row.collation_name,
    collationSchema: row.collation_schema,
  };
}
