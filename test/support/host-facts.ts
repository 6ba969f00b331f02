import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder with the facts of real applications; without it their tests are skipped. */
export const factsFolder = (): string | undefined => process.env.SCIMCTL_TEST_HOSTS || undefined;

export interface HostFacts {
  name: string;
  engine: 'postgres' | 'mssql';
  schemas?: string[];
  extensions?: string[];
  enums?: { schema: string; name: string; labels: string[] }[];
  types?: { schema: string; name: string; base: string; nullable: boolean }[];
  functions?: Record<
    'schema' | 'name' | 'arguments' | 'returns' | 'language' | 'volatility' | 'body',
    string
  >[];
  sequences?: {
    schema: string;
    name: string;
    type: string;
    start: number;
    increment: number;
    last: number | null;
  }[];
  tables: FactTable[];
  rows: Record<string, Record<string, unknown>[]>;
}

interface FactTable {
  schema: string;
  name: string;
  columns: FactColumn[];
  primaryKey: string[];
  unique: (string[] | FactIndex)[];
  checks: string[];
  indexes?: (string[] | FactIndex)[];
  foreignKeys: {
    columns: string[];
    table: string;
    references: string[];
    onDelete?: string;
    onUpdate?: string;
  }[];
}

interface FactColumn {
  name: string;
  type: string;
  nullable: boolean;
  default: string | null;
  identity?: { generated?: string; seed?: number; start?: number; increment: number; last: number | null };
  computed?: { expression: string; persisted?: boolean };
}

interface FactIndex {
  on: (string | { expression: string })[];
  where?: string;
}

export interface ExpectedRow {
  user_id: string;
  login_name: string;
  email: string | null;
  display_name: string | null;
  given_name: string | null;
  family_name: string | null;
  is_enabled: boolean;
}

export interface Expected {
  canonical: ExpectedRow[];
  sampleInsert: string[];
}

const parsed = async <T>(...path: string[]): Promise<T> =>
  JSON.parse(await readFile(join(...path), 'utf8')) as T;

export const readFacts = (folder: string, name: string) => parsed<HostFacts>(folder, `${name}.json`);
export const readExpected = (folder: string, name: string) =>
  parsed<Expected>(folder, `${name}.expected.json`);

/** The statements that make the tables of an application, with their rows. Foreign keys are none of them. */
export function statementsOf(host: HostFacts): string[] {
  const isMssql = host.engine === 'mssql';
  const q = (name: string) =>
    isMssql ? `[${name.replaceAll(']', ']]')}]` : `"${name.replaceAll('"', '""')}"`;
  const of = ({ schema, name }: { schema: string; name: string }) => `${q(schema)}.${q(name)}`;
  const text = (value: string) => `${isMssql ? 'N' : ''}'${value.replaceAll("'", "''")}'`;
  const bases = new Set((host.types ?? []).map(({ schema, name }) => `[${schema}].[${name}]`));
  const all: string[] = [
    ...(host.schemas ?? []).map((name) => `create schema ${q(name)}`),
    ...(host.extensions ?? []).map((name) => `create extension ${q(name)}`),
    ...(host.enums ?? []).map((one) => `create type ${of(one)} as enum (${one.labels.map(text).join(', ')})`),
    ...(host.types ?? []).map(
      (one) => `create type ${of(one)} from ${one.base} ${one.nullable ? 'null' : 'not null'}`,
    ),
    ...(host.functions ?? []).map(
      (one) =>
        `create function ${of(one)}(${one.arguments}) returns ${one.returns} language ${one.language} ${one.volatility} as ${text(one.body)}`,
    ),
    ...(host.sequences ?? []).map(
      (one) =>
        `create sequence ${of(one)} as ${one.type} start with ${(one.last ?? one.start - one.increment) + one.increment} increment by ${one.increment}`,
    ),
  ];
  const column = (one: FactColumn): string => {
    if (one.computed && isMssql)
      return `${q(one.name)} as (${one.computed.expression})${one.computed.persisted ? ' persisted' : ''}`;
    const next = one.identity ? (one.identity.last ?? 0) + one.identity.increment : 0;
    return [
      `${q(one.name)} ${one.type}`,
      one.computed && `generated always as (${one.computed.expression}) stored`,
      one.identity && isMssql && `identity(${one.identity.seed}, ${one.identity.increment})`,
      one.identity && !isMssql && `generated ${one.identity.generated} as identity (start with ${next})`,
      one.nullable ? 'null' : 'not null',
      one.default !== null && `default ${isMssql ? `(${one.default})` : one.default}`,
    ]
      .filter(Boolean)
      .join(' ');
  };
  for (const table of host.tables) {
    const keys = [
      ...(table.primaryKey.length > 0 ? [`primary key (${table.primaryKey.map(q).join(', ')})`] : []),
      ...table.unique.filter(Array.isArray).map((columns) => `unique (${columns.map(q).join(', ')})`),
      ...table.checks.map((check) => `check (${check})`),
    ];
    all.push(`create table ${of(table)} (${[...table.columns.map(column), ...keys].join(', ')})`);
    const rows = host.rows[`${table.schema}.${table.name}`] ?? [];
    const columns = table.columns.filter((one) => !one.computed);
    const isGiven = columns.some(({ identity }) => identity);
    const value = (row: Record<string, unknown>, { name, type }: FactColumn): string => {
      const found = row[name];
      if (found === undefined || found === null) return 'null';
      if (typeof found === 'boolean') return isMssql ? String(Number(found)) : String(found);
      if (typeof found === 'number') return String(found);
      if (isMssql && /^(var)?binary|^image/.test(type)) return String(found);
      const isText = !isMssql || bases.has(type) || /char|text|xml/.test(type);
      return isText ? text(String(found)) : `'${String(found).replaceAll("'", "''")}'`;
    };
    if (rows.length > 0) {
      const list = rows.map((row) => `(${columns.map((one) => value(row, one)).join(', ')})`);
      const insert = `insert into ${of(table)} (${columns.map(({ name }) => q(name)).join(', ')})`;
      const overriding = isGiven && !isMssql ? ' overriding system value' : '';
      const statement = `${insert}${overriding} values ${list.join(', ')}`;
      all.push(
        isGiven && isMssql
          ? `set identity_insert ${of(table)} on; ${statement}; set identity_insert ${of(table)} off`
          : statement,
      );
    }
    for (const [at, unique] of table.unique.entries()) {
      if (Array.isArray(unique)) continue;
      const on = unique.on
        .map((one) => (typeof one === 'string' ? q(one) : `(${one.expression})`))
        .join(', ');
      const where = unique.where ? ` where ${unique.where}` : '';
      all.push(`create unique index ${q(`u${at}_${table.name}`)} on ${of(table)} (${on})${where}`);
    }
  }
  return all;
}
