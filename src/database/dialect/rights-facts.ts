/** What the catalogue says about who may do what in the schema; `core/rights/excess.ts` judges it. */
export interface RightsFacts {
  /** Direct memberships by which the member can use the rights of the role. */
  memberships: readonly { member: string; role: string }[];
  grants: readonly GrantFact[];
  owners: readonly { owner: string; on: string; kind: OwnedKind }[];
  /** Logins and roles that may do anything, or make themselves able to. */
  powers: readonly PowerFact[];
  /** Rights of this very login that the server tells without telling where they come from. */
  own: readonly { login: string; on: string; right: string }[];
  /** Whether INSERT on the trail is granted by columns. */
  insertsByColumn: boolean;
}

/** One right; it is on all columns where none is named. */
export interface GrantFact {
  /** Null for PUBLIC. */
  to: string | null;
  /** Name of the table, view or sequence, or of another schema; empty for our schema, and where the database is plain. */
  on: string;
  kind: 'table' | 'sequence' | 'schema' | 'database';
  right: string;
  column: string | null;
  isGrantable: boolean;
}

export type OwnedKind = 'table' | 'view' | 'sequence' | 'function' | 'schema';

export interface PowerFact {
  who: string;
  /** `is a superuser`, `is a member of db_owner`. */
  power: string;
  /** What takes it away. */
  statement: string;
}

/** How an engine takes rights away; each answer is one or more statements. */
export interface Revocations {
  /** Takes rights of somebody on one object. */
  revoke(schema: string, grants: readonly GrantFact[]): string;
  /** Hands an object to another owner. */
  reown(schema: string, owned: { on: string; kind: OwnedKind }, owner: string): string;
  /** Takes a membership. */
  expel(role: string, member: string): string;
}
