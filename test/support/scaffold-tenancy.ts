import type { TableFacts } from '../../src/core/scaffold/facts.js';
import { type ColumnWords, type Row, tableFacts } from './scaffold-facts.js';

/** What else is in the primary key of a made-up table of people. */
export interface Tenancy {
  name: string;
  /** How many tenants have rows; nothing where the second column is no tenant. */
  tenants?: number;
  /** Whether each tenant counts its people from one. */
  restarts?: boolean;
  /** The second column tells versions of a row apart. */
  hasVersions?: boolean;
}

export const TENANCIES: readonly Tenancy[] = [
  { name: 'a key of one column' },
  { name: 'one tenant', tenants: 1 },
  { name: 'tenants that count from one', tenants: 3, restarts: true },
  { name: 'tenants with one count', tenants: 3 },
  { name: 'versions', hasVersions: true },
];

/** What the tenant is called, by the name of the table of people. */
const TENANTS: Readonly<Record<string, readonly string[]>> = {
  users: ['tenant', 'id'],
  benutzer: ['mandant'],
  utilisateurs: ['societe', 'id'],
  usuarios: ['empresa', 'id'],
  yonghu: ['gongsi', 'id'],
  用户: ['公司'],
  社員: ['テナント'],
  funcionarios: ['empresa'],
};

export interface KeyOfSeveral {
  /** Of the tenant or the version; nothing where the key has one column. */
  other?: string;
  columns: Record<string, ColumnWords>;
  row: (at: number) => Row;
}

/** The columns of the key, and what each row has there. */
export function keyOf(
  { tenants, restarts, hasVersions }: Tenancy,
  table: string,
  key: string,
  style: (words: readonly string[]) => string,
): KeyOfSeveral {
  if (hasVersions) {
    const other = style(['valid', 'from']);
    return {
      other,
      columns: { [key]: 'integer pk identity', [other]: 'instant pk' },
      row: (at) => ({ [key]: at + 1, [other]: new Date(Date.UTC(2020, at % 12, 1 + (at % 3))) }),
    };
  }
  if (tenants === undefined)
    return { columns: { [key]: 'integer key identity' }, row: (at) => ({ [key]: at + 1 }) };
  const other = style(TENANTS[table] ?? ['tenant', 'id']);
  return {
    other,
    columns: { [other]: 'integer pk', [key]: restarts ? 'integer pk default 1' : 'integer pk identity' },
    row: (at) => ({ [other]: 40 + (at % tenants), [key]: restarts ? Math.floor(at / tenants) + 1 : at + 1 }),
  };
}

/** What people are signed in by, with a foreign key of all columns or none. */
export const sessionsOf = (
  users: string,
  key: string,
  { other }: KeyOfSeveral,
  isDeclared: boolean,
): TableFacts => {
  const [schema = '', table = ''] = users.split('.');
  const columns = [...(other === undefined ? [] : [other]), 'user_id'];
  const references = [...(other === undefined ? [] : [other]), key];
  return tableFacts(
    'public.user_sessions',
    {
      sid: 'text(40) key',
      ...Object.fromEntries(columns.map((column) => [column, 'integer not null'])),
      expires_at: 'instant',
    },
    [],
    isDeclared ? { foreignKeys: [{ columns, table: [schema, table], references }] } : {},
  );
};
