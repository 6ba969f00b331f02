/** Rights as both engines grant them, and what is asked of a dialect about them. */
export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

export const RIGHTS: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** What may be done to one own table or host view. */
export interface TableRights {
  table: string;
  rights: readonly Right[];
  /** UPDATE reaches these columns alone; all of them where it is absent. */
  columns?: readonly string[];
}

export interface SchemaRights {
  tables: readonly TableRights[];
  /** To make and change tables, views and triggers in the schema. */
  change?: boolean;
  /** Beyond the schema: to make schemas, or roles and grants to them. */
  database?: readonly DatabaseRight[];
}

export type DatabaseRight = 'create schema' | 'create role';

/** A role of the database, and all that it may do in the schema. */
export interface DatabaseRole {
  /** `scim_operator`. */
  name: string;
  /** For the reader of the script. */
  about: string;
  tables: readonly TableRights[];
  /** Also to make and change what is in the schema. */
  change: boolean;
}

export interface GrantRequest {
  schema: string;
  /** The version of the schema that the tables of the roles are of. */
  version: number;
  roles: readonly DatabaseRole[];
  /** Becomes a member of all the roles. */
  login?: string;
}

export interface GrantScript extends GrantRequest {
  /** Lines for the head of the file. */
  title: readonly string[];
  /** The event's details. */
  details: string;
}

/** A role as the database has it. */
export interface RoleState {
  name: string;
  exists: boolean;
  /** Logins and roles that are members themselves, by name. */
  members: string[];
  /** Rights on tables and views of the schema; undefined where the server does not tell. */
  tables: TableRights[] | undefined;
  /** Whether it may make and change what is in the schema; undefined where the server does not tell. */
  change: boolean | undefined;
}

/** How an engine grants; see `Dialect.grants`. */
export interface Grants {
  /**
   * The statements after which each role has exactly its rights in the schema, as one text for the server.
   * Host views that are not there yet are passed over.
   */
  statements(request: GrantRequest): string;
  /** The same for the engine's own client: in one transaction, under the schema lock, with its event. */
  script(request: GrantScript): string;
  /** Grants a role its rights on one table. */
  table(schema: string, rights: TableRights, role: string): string;
}

/** Host views belong to the host application's DBA, and may not be there yet. */
export const isHostView = (table: string): boolean => table.startsWith('host_');

/**
 * Tables on which INSERT is of these columns alone, where the engine has such grants: whoever has it on the whole table
 * can choose the number of an event, or how long an access token lasts. In the order of their columns.
 */
const INSERTED: Readonly<Record<string, readonly string[]>> = {
  access_token: ['access_token_id', 'token_public_id', 'digest'],
  event: [
    'event_id',
    'occurred_at',
    'actor',
    'action',
    'target_type',
    'target_id',
    'target_name',
    'outcome',
    'details',
  ],
  event_seal: [
    'seal_no',
    'first_seq',
    'last_seq',
    'event_count',
    'row_digests',
    'previous_digest',
    'digest',
    'sealed_at',
    'sealed_by',
    'handed_out',
  ],
};

/** The columns that a right reaches where it is granted by columns; all of them where it is undefined. */
export function columnsOf({ table, columns }: TableRights, right: Right): readonly string[] | undefined {
  if (right === 'INSERT') return INSERTED[table];
  return right === 'UPDATE' ? columns : undefined;
}

/** `UPDATE (last_used_at)`: a right as GRANT takes it. */
export const rightInWords = (right: Right, columns: readonly string[] | undefined): string =>
  right === 'UPDATE' && columns ? `${right} (${columns.join(', ')})` : right;
