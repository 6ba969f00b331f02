import type { Clock, Condition, FieldName, TableName, Value } from './value.js';

/**
 * Where a host application keeps what the host views show: the content of `host-binding.json`. The same on both
 * engines. `schema.ts` says the same as JSON Schema, and `read-binding.ts` reads a file by it.
 */
export interface Binding {
  /** Of this format. */
  format: 1;
  /** The name of the application, for people. */
  application?: string;
  users: Users;
  providers: Providers;
  seats: Seats;
  /**
   * What the catalogue said of the columns that the binding names, when it was written: `integer not null`, by table
   * and column. `host status --binding` reports what differs.
   */
  catalogue?: Record<TableName, Record<string, string>>;
}

export interface Users extends RowWrites {
  table: TableName;
  key: UserKey;
  /** Which rows are people. A column that it ties to one constant gets it in a new row. */
  where?: Condition;
  /** More tables that a user is spread over, by names of your choice that `of` refers to. In the order of their writes. */
  related?: Record<string, Related>;
  login: Field;
  /** Absent: the application has none, and `email` reads as null. */
  email?: Field;
  displayName: Field;
  givenName?: Field;
  familyName?: Field;
  enabled: Enabled;
  protected?: Judgement;
  lastSignIn?: ReadInstant;
  /** A `provider_id` of `host_sso_provider`. */
  ssoProvider?: Field;
  /** A `licence_type` of `host_licence`. */
  licence?: Field;
  externalId?: Field;
  ssoSubject?: Field;
  /** What a new user gets for a login. `email` where absent. */
  loginRule?: 'email' | 'user-name' | 'local-part';
  /** Whether a match gives an existing account a new login. True where absent. */
  renameOnMatch?: boolean;
  /** `enable-only` where rows alone make no working account. `yes` where absent. */
  create?: 'yes' | 'enable-only';
  /** Why, with `enable-only`; the IdP is told. */
  createReason?: string;
  /** IANA name of the zone of instants in columns without one; on SQL Server the name of Windows. UTC where absent. */
  timeZone?: string;
  /** What remembers a sign-in: rows that are deleted. */
  endSessions?: EndSessions[];
}

/**
 * The key of a row: a column and who makes its value. `database`: an identity, a default or a trigger. A value
 * otherwise, such as a sequence, a GUID, random text, or a field where the key is the login.
 */
export interface Key {
  column: string;
  made: 'database' | Value;
}

/** The key of a user: what `user_id` of `host_user` is. */
export interface UserKey extends Key {
  /**
   * The other columns of a primary key of several, such as the tenant: `where` ties each of them to one value. The row of a
   * user is found by all of them, so that a row of another tenant with the same key is never written.
   */
  with?: string[];
}

/**
 * What else is written of a row. Columns that no write names are left to their defaults in a new row, and as they are
 * in an update. Computed and generated columns are never named.
 */
export interface RowWrites {
  /** Of a new row. A value that names a field is written again when that field changes, unless `once` has the column. */
  insert?: Record<string, Value>;
  /** Columns of `insert` that keep their first value. */
  once?: string[];
  /** With every update, or with a change of these fields only. A change of any field of this user counts. */
  update?: Record<string, Value | Update>;
  /** When the account is enabled; also of a new row, over `insert`. Values may depend on the row as it was before. */
  enable?: Record<string, Value>;
  /** When it is disabled. A new account that is disabled is made enabled and then disabled. */
  disable?: Record<string, Value>;
}

export interface Update {
  set: Value;
  on: FieldName[];
}

/** How a column of `host_user` is read and written. */
export interface Field {
  read: Value;
  /**
   * What the column gets that `read` names first. Absent: the new value as it is, where `read` is that column or the
   * first non-null or non-empty of it and others; its code, where it is a map of that column; nothing otherwise.
   * False: it is derived and never written; other columns may follow the field by `insert`.
   */
  write?: Value | false;
  /** In characters; more is refused. */
  maxLength?: number;
  /** Characters that it may have, as in a class of a regular expression: `A-Za-z0-9._@+-`, a hyphen at an end. */
  allowed?: string;
  /** An address: something, `@`, a domain with a dot, no spaces. */
  shape?: 'email';
  /** Neither null nor blank. */
  required?: boolean;
  /** No other row of the table has it. For rules that the application has, and the database does not. */
  unique?: 'ignoring-case' | 'exact';
}

/**
 * Which rows are, and which are not. What neither names, a null that nothing decides, and what both name read as
 * yes: a leaver stays on the list, and a protected account is not touched. Without `no`, whatever `yes` does not name is no.
 */
export interface Judgement {
  yes?: Condition;
  no?: Condition;
}

/** Which accounts can sign in. What enabling and disabling write is in `enable` and `disable` of the tables. */
export interface Enabled extends Judgement {
  /**
   * Locked for now, as after wrong passwords: it reads disabled, and as locked. A value of a column that is tested here
   * counts as enabled otherwise, also if `no` names it.
   */
  temporarily?: Condition;
}

/** An instant that is read. Zero is no instant in a number; a column without time zone is in `users.timeZone`. */
export interface ReadInstant {
  read: Value;
  as?: Clock;
}

/** A table that belongs to each user. */
export interface Related extends RowWrites {
  table: TableName;
  /** Columns of this table, and the values that they equal: columns of the table of users, if `of` names no other. New rows get them. */
  match: Record<string, Value>;
  /** Which of the rows that match. A column that it ties to one constant gets it in a new row. */
  where?: Condition;
  /**
   * `required`: a user without a row is none. `optional`: reads as null without a row; at most one matches. `first`: as
   * `optional`, of several the one with the lowest `order`: it alone is read, changed and deleted. A write needs a unique
   * index that tells the rows of a user apart. `none`: is not read, such as a membership that each new user gets.
   */
  join: 'required' | 'optional' | 'first' | 'none';
  /** The column by which `first` chooses. */
  order?: string;
  /**
   * When there is a row. `always`: each new user gets one. A field: while it has a value. `enabled`, `disabled`: while
   * the account is. Absent: rows are never made nor deleted.
   */
  present?: 'always' | 'enabled' | 'disabled' | Exclude<FieldName, 'enabled'>;
  /** Whether its row is made before the row of the user, which then refers to it with `{column, of}`. */
  before?: boolean;
  /** Needed with `before`, and where the key of the row is made by a value. */
  key?: Key;
}

/** Rows that are deleted when an account is disabled. */
export interface EndSessions {
  table: TableName;
  /** Columns of this table, and what they equal: columns of the table of users. */
  match: Record<string, Value>;
  where?: Condition;
  /** `disabled` where absent; also with changes of these fields. */
  on?: ('disabled' | Exclude<FieldName, 'enabled'>)[];
}

export type Providers =
  /** One SAML provider that no table holds. `id` is the name where absent. */
  | { declared: Declared & { name: string; id?: string } }
  | {
      table: TableName;
      where?: Condition;
      id: Value;
      name: Value;
      /** Begins with `SAML` for SAML. */
      protocol: Value;
      /** All are, where absent. */
      enabled?: Judgement;
      certificateExpiresAt?: ReadInstant;
    };

export type Seats =
  /** The application counts none: one pool without a limit. */
  | { none: Declared }
  | {
      table: TableName;
      where?: Condition;
      type: Value;
      /** 1 where absent. */
      order?: Value;
      /** Null: unlimited. */
      total: Value;
      used: Value;
    };

/** Who said so and when, where no table of the application does. */
export interface Declared {
  by?: string;
  /** RFC 3339 or `YYYY-MM-DD`. */
  at?: string;
}
