import { SERVE_SETTINGS } from '../commands/serve/declared.js';

export interface EnvironmentVariable {
  name: string;
  description: string;
}

/** Every environment variable that means something to us; `help environment` prints this list. */
export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  { name: 'SCIMCTL_CONFIG', description: 'the config file, as --config' },
  { name: 'SCIMCTL_DATABASE', description: 'the connection setting, as --database' },
  { name: 'SCIMCTL_DATABASE_PASSWORD', description: 'the database password, where the setting holds none' },
  {
    name: 'SCIMCTL_DATABASE_PASSWORD_FILE',
    description: 'file that contains only the database password',
  },
  {
    name: 'SCIMCTL_TIMEOUT',
    description: 'how long to wait for the database (30s, 5m), as --timeout',
  },
  {
    name: 'SCIMCTL_SCHEMA',
    description: 'database schema of the tables of scimctl and of the host views (default scim)',
  },
  { name: 'SCIMCTL_BASE_URL', description: 'where the IdP reaches the endpoint, as --base-url' },
  { name: 'SCIMCTL_TOKEN_KEYS', description: 'keys for keyed token hashes, in the format of the key file' },
  { name: 'SCIMCTL_TOKEN_KEYS_FILE', description: 'file with the keys for keyed token hashes' },
  {
    name: 'SCIMCTL_REQUIRE_KEYED_TOKENS',
    description: 'true: refuse tokens that were hashed without a key',
  },
  {
    name: 'SCIMCTL_SIGNING_KEY_FILE',
    description: 'file with the key that signs heads of the audit trail, as --signing-key',
  },
  {
    name: 'SCIMCTL_ON_PENDING_SECRET',
    description: 'secret that `serve` signs notices with, if --on-pending-secret-file is not given',
  },
  {
    name: 'SCIMCTL_PROBE_TOKEN',
    description: 'token for `probe`, if --token-file is not given',
  },
  ...SERVE_SETTINGS.filter(({ env }) => env !== 'SCIMCTL_BASE_URL').map(({ env, flags }) => ({
    name: env,
    description: `serve: as ${flags.split(' ')[0]}`,
  })),
  { name: 'SCIMCTL_OUTPUT', description: 'table, json or csv, as --output' },
  { name: 'SCIMCTL_NO_INPUT', description: 'never ask, as --no-input; any value except 0, false or no' },
  { name: 'SCIMCTL_VERBOSE', description: 'show more, as --verbose; any value except 0, false or no' },
  { name: 'NO_COLOR', description: 'no colour, as --no-color (https://no-color.org)' },
  {
    name: 'XDG_CONFIG_HOME',
    description: 'where scimctl/config.json is looked for (default ~/.config; on Windows %APPDATA%)',
  },
  {
    name: 'PG*',
    description:
      "PostgreSQL's own (PGPASSFILE, PGSSLMODE ...), where the connection setting leaves something open",
  },
];
