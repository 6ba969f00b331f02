import {
  type DatabaseRole,
  isHostView,
  RIGHTS,
  type Right,
  type SchemaRights,
  type TableRights,
} from '../../database/dialect/rights.js';

export const ROLES = ['installer', 'operator', 'endpoint', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Every own table and every host view, a line each, with what operator and endpoint may do to it. The auditor
 * reads all of them; the installer has every right on own tables and reads the host views. `UPDATE(a, b)` is an
 * UPDATE of these columns alone.
 */
const TABLES = {
  schema_history: { operator: 'SELECT', endpoint: 'SELECT' },
  installation: { operator: 'SELECT, UPDATE', endpoint: 'SELECT' },
  // The endpoint writes the one column that is the account's lock.
  service_account: { operator: 'SELECT, INSERT, UPDATE', endpoint: 'SELECT, UPDATE(token_changes)' },
  token: { operator: 'SELECT, INSERT, UPDATE', endpoint: 'SELECT, UPDATE(last_used_at)' },
  access_token: { operator: 'SELECT', endpoint: 'SELECT, INSERT, DELETE' },
  live_token: { operator: 'SELECT', endpoint: 'SELECT' },
  live_group_member: { operator: 'SELECT', endpoint: 'SELECT' },
  identity: { operator: 'SELECT, INSERT, UPDATE', endpoint: 'SELECT, INSERT, UPDATE' },
  // Who is unlinked by hand leaves the groups.
  idp_group: { operator: 'SELECT, UPDATE(updated_at)', endpoint: 'SELECT, INSERT, UPDATE, DELETE' },
  idp_group_member: { operator: 'SELECT, DELETE', endpoint: 'SELECT, INSERT, DELETE' },
  event: { operator: 'SELECT, INSERT', endpoint: 'SELECT, INSERT' },
  event_seal: { operator: 'SELECT, INSERT', endpoint: 'SELECT, INSERT' },
  event_void: { operator: 'SELECT', endpoint: 'SELECT' },
  event_prune: { operator: 'SELECT', endpoint: 'SELECT' },
  // The endpoint delivers, and keeps how far it is.
  event_receiver: { operator: 'SELECT', endpoint: 'SELECT, INSERT, UPDATE' },
  host_user: { operator: 'SELECT, UPDATE', endpoint: 'SELECT, INSERT, UPDATE' },
  host_sso_provider: { operator: 'SELECT', endpoint: 'SELECT' },
  host_licence: { operator: 'SELECT', endpoint: 'SELECT' },
} satisfies Record<string, Record<'operator' | 'endpoint', string>>;

export type OwnTableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as OwnTableName[];

export const ABOUT: Record<Role, string> = {
  auditor: 'reads everything and changes nothing',
  endpoint: 'provisions users: identities, groups, host users, audit trail',
  operator: 'daily operation: IdPs, tokens, checks, pending users, audit trail',
  installer: 'installs and upgrades the schema',
};

/** What a role may do in the schema. */
export function rightsOf(role: Role): SchemaRights & { change: boolean } {
  const tables = TABLE_NAMES.map((table) => parseRights(table, textOf(role, table)));
  return { tables, change: role === 'installer' };
}

function textOf(role: Role, table: OwnTableName): string {
  if (role === 'operator' || role === 'endpoint') return TABLES[table][role];
  return role === 'installer' && !isHostView(table) ? RIGHTS.join(', ') : 'SELECT';
}

/** The role in the database: its name goes by the schema, since PostgreSQL's roles are for the whole server. */
export const databaseRole = (role: Role, schema: string): DatabaseRole => ({
  name: roleName(role, schema),
  about: ABOUT[role],
  ...rightsOf(role),
});

// Both engines take 63 bytes.
export const roleName = (role: Role, schema: string): string => `${schema.slice(0, 53)}_${role}`;

/**
 * Reads `SELECT, UPDATE(last_used_at)`.
 * @throws Error where it is not understood: a mistake of ours.
 */
export function parseRights(table: string, text: string): TableRights {
  const found = [...text.matchAll(/([A-Z]+)(?:\(([^)]*)\))?/g)];
  const rights = found.map(([, right]) => right as Right);
  const unknown = rights.find((right) => !RIGHTS.includes(right));
  if (unknown !== undefined || rights.length === 0) throw new Error(`${table}: no such right: ${text}`);
  const columns = found.find(([, , named]) => named !== undefined)?.[2]?.split(/, */);
  return { table, rights, ...(columns && { columns }) };
}
