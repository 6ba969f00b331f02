export interface InstallScript {
  schema: string;
  /** Safe to run at any time; creates the schema and its history. */
  bootstrap: string;
  steps: { version: number; name: string; sql: string; record: string }[];
  /** Lines for the head of the file. */
  title: string[];
}

export interface TokenScript {
  schema: string;
  /** Lines for the head of the file. */
  title: string[];
  /** Name of the service account. */
  idp: string;
  /** Who made the token and has it. */
  actor: string;
  publicId: string;
  hashScheme: 'sha256' | 'hmac-sha256';
  keyId: string | null;
  digest: Uint8Array;
  /** Seconds from the moment the script runs; null for never. */
  lifetimeSeconds: number | null;
  /** Absent for a token beside those there are. */
  rotate?: {
    /** Seconds the old token goes on; 0 ends it at once, and where no token is named, all live ones. */
    overlapSeconds: number;
    /** Public id of the old token; without it, the only active one. */
    token?: string;
  };
}

/** What takes an installation away; see `Dialect.uninstallScript`. */
export interface UninstallScript {
  schema: string;
  /** Lines for the head of the file. */
  title: string[];
  /** Version of the schema that the script knows; it refuses every other. */
  version: number;
  /** The seal that the trail must still end with. */
  head: { sealNo: number; lastSeq: bigint; digest: Uint8Array };
  /** Our roles, by the names that they have in the database. */
  roles: readonly string[];
}
