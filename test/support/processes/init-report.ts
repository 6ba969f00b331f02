/** What `init -o json` answers, as far as tests look at it. */
export interface InitReport {
  config: { path: string; written: boolean };
  database: Record<string, unknown>;
  schema: { version: number; applied: unknown[] };
  host: { bound: boolean; installed: boolean; hosting: string };
  idp: {
    name: string;
    kind: string;
    created: boolean;
    ssoProviderId: string;
    tokens: { active: number };
  } | null;
  token?: { id: string; expiresAt: string | null; token?: string; file?: string };
  check: { status: string };
  sheet: { tenantUrl: string } | null;
}
