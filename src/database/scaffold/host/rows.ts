import type { HostColumn, HostForeignKey, HostTable, TableUnique } from './host-facts.js';

/** Rows of the catalogue as both engines give them; an id is that of the table. */
export interface CatalogueRows {
  tables: {
    id: string;
    schema_name: string;
    name: string;
    owner: string | null;
    rows: number | string | null;
    readable: boolean | number | null;
  }[];
  columns: (Omit<HostColumn, 'sequence'> & { id: string; sequence?: readonly [string, string] | null })[];
  /** In the order of their parts. */
  uniques: {
    id: string;
    index_id: string;
    is_primary: boolean | number;
    column_name: string | null;
    expression: string | null;
    condition: string | null;
  }[];
  /** In the order of their columns. */
  foreignKeys: {
    id: string;
    key_id: string;
    column_name: string;
    schema_name: string;
    table_name: string;
    other_column: string;
  }[];
  checks: { id: string; definition: string | null }[];
  triggers: { id: string; name: string }[];
}

/** Puts the rows of the catalogue together, table by table. */
export function hostTablesOf(rows: CatalogueRows): HostTable[] {
  const columns = grouped(rows.columns, ({ id }) => id);
  const uniques = grouped(rows.uniques, ({ id }) => id);
  const foreignKeys = grouped(rows.foreignKeys, ({ id }) => id);
  const checks = grouped(rows.checks, ({ id }) => id);
  const triggers = grouped(rows.triggers, ({ id }) => id);
  return rows.tables.map((table) => ({
    schema: table.schema_name,
    name: table.name,
    owner: table.owner,
    rows: table.rows === null || Number(table.rows) < 0 ? null : Number(table.rows),
    readable: table.readable === true || Number(table.readable) === 1,
    columns: (columns.get(table.id) ?? []).map(({ id: _, ...column }) => ({
      ...column,
      sequence: column.sequence ?? null,
    })),
    uniques: uniquesOf(uniques.get(table.id) ?? []),
    foreignKeys: foreignKeysOf(foreignKeys.get(table.id) ?? []),
    checks: (checks.get(table.id) ?? []).flatMap(({ definition }) => definition ?? []),
    triggers: (triggers.get(table.id) ?? []).map(({ name }) => name),
  }));
}

const uniquesOf = (rows: CatalogueRows['uniques']): TableUnique[] =>
  [...grouped(rows, ({ index_id }) => index_id).values()].map((parts) => ({
    primary: Number(parts[0]?.is_primary) === 1,
    parts: parts.map(({ column_name, expression }) => ({ column: column_name, expression })),
    where: parts[0]?.condition ?? null,
  }));

const foreignKeysOf = (rows: CatalogueRows['foreignKeys']): HostForeignKey[] =>
  [...grouped(rows, ({ key_id }) => key_id).values()].map((parts) => ({
    columns: parts.map(({ column_name }) => column_name),
    table: [parts[0]?.schema_name ?? '', parts[0]?.table_name ?? ''],
    references: parts.map(({ other_column }) => other_column),
  }));

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
