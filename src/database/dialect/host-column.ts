/** The type of the host's column `user_id`. */
export interface HostKeyType {
  /** As INFORMATION_SCHEMA has it, with its length: `integer`, `nvarchar(128)`. */
  dataType: string;
  /** The name of the column's collation; null for none, or (on PostgreSQL) the database's own. */
  collation: string | null;
  collationSchema: string | null;
}

export interface HostViewColumn extends HostKeyType {
  name: string;
}
