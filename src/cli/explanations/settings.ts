import type { Explanations } from './explanation.js';

/** The config file, the connection setting and the files that they name. */
export const SETTINGS: Explanations = {
  'database-not-set': {
    kind: 'configuration',
    meaning: 'The command needs a database, and no setting says which. Nothing was changed.',
    causes: [
      'scimctl was not set up on this machine for this account.',
      'The config file belongs to another account, for example that of the service.',
      'A scheduled job does not have the variable SCIMCTL_DATABASE.',
    ],
    next: 'Name the config file with --config or the database with --database, or run `scimctl init`. To try scimctl out, run `scimctl quickstart`.',
  },
  'config-unreadable': {
    kind: 'configuration',
    meaning: 'The config file cannot be read.',
    causes: [
      'The path in --config or SCIMCTL_CONFIG is wrong.',
      'The account that runs scimctl may not read the file.',
      'The file is not a text.',
    ],
    next: 'Correct the path or the permissions, or create a config file with `scimctl init`.',
  },
  'config-invalid': {
    kind: 'configuration',
    meaning:
      'The config file is not valid: it is not JSON, or one of its fields has a name or value that scimctl does not know.',
    causes: [
      'A comma or a quote is missing. A backslash in JSON must be doubled: "C:\\\\scimctl".',
      'The name of a field is mistyped.',
      'The field is from a newer version of scimctl.',
    ],
    next: 'Correct the place that the error names.',
  },
  'config-unwritable': {
    kind: 'configuration',
    meaning: 'The config file cannot be written. An existing file was not changed.',
    next: 'Name a file with --config in a directory that you can write to, on a disk with free space.',
  },
  'setting-invalid': {
    kind: 'configuration',
    meaning:
      'A setting in the environment or in the config file has a value that is not valid. scimctl does not guess, because the setting may protect something.',
    next: 'Correct the value of the setting that the error names. `scimctl help environment` lists the variables.',
  },
  'schema-name-invalid': {
    kind: 'configuration',
    meaning: 'The name of the schema for the tables of scimctl is not valid.',
    causes: [
      'The name contains upper-case letters, hyphens or spaces.',
      'The name is a reserved word, or the name of a schema of the database system.',
    ],
    next: 'Correct SCIMCTL_SCHEMA, or schema in the config file. Use lower-case letters, digits and underscores; the default is scim.',
  },
  'connection-setting-invalid': {
    kind: 'configuration',
    meaning:
      'The connection setting cannot be understood, or asks for something that scimctl does not support. No connection was made. The error never quotes the setting, because it may contain a password.',
    causes: [
      'A character of the password must be escaped in a URL: @ as %40, / as %2F, # as %23.',
      'A value with ; in a connection string is not in quotes.',
      'The setting has a field that scimctl does not know, or fields that contradict each other.',
    ],
    next: 'Correct what the error names. docs/connections.md shows the formats and fields.',
  },
  'connection-file-unreadable': {
    kind: 'configuration',
    meaning: 'The file that contains the connection setting (@FILE) cannot be read.',
    causes: [
      'The path is wrong. A path in the config file begins in the directory of the config file.',
      'The account that runs scimctl may not read the file.',
      'The file is not a text.',
    ],
    next: 'Correct the path or the permissions of the file.',
  },
  'connection-variable-unset': {
    kind: 'configuration',
    meaning: 'The connection setting names an environment variable (env:NAME) that is not set.',
    causes: [
      'The name is mistyped.',
      'The variable is set in your session, but not for the service or the scheduled job.',
    ],
    next: 'Set the variable for the account that runs scimctl, or name another variable.',
  },
  'password-file-unreadable': {
    kind: 'configuration',
    meaning: 'The file with the password of the database cannot be read.',
    next: 'Check SCIMCTL_DATABASE_PASSWORD_FILE, databasePasswordFile in the config file, and the permissions of the file.',
  },
  'webhook-secret-unreadable': {
    kind: 'configuration',
    meaning:
      'The file with the secret that notices are signed with cannot be read. The endpoint was not started.',
    next: 'Check the path in --on-pending-secret-file and the permissions of the file. docs/notices.md shows how to create one.',
  },
  'webhook-secret-invalid': {
    kind: 'configuration',
    meaning:
      'The secret that notices are signed with is not in the form of Standard Webhooks, or is too short. The endpoint was not started.',
    next: 'Write whsec_ and 24 to 64 random bytes in base64, one secret on each line. docs/notices.md shows how to create one.',
  },
  'token-keys-unreadable': {
    kind: 'configuration',
    meaning:
      'The file with the token keys cannot be read. Keyed tokens cannot be created or verified without it.',
    causes: [
      'The path in SCIMCTL_TOKEN_KEYS_FILE or tokenKeysFile is wrong.',
      'The account that runs scimctl may not read the file.',
      'The file was lost.',
    ],
    next: 'Correct the path or the permissions. If the file is lost, restore it from a backup: existing keyed tokens depend on it. Otherwise create a new key and new tokens.',
  },
  'token-keys-invalid': {
    kind: 'configuration',
    meaning:
      'The file or variable with the token keys contains a line that is not a valid key, two keys with the same id, or no key.',
    next: 'Correct the line that the error names. `scimctl token new-key ID` prints a valid line. Never remove a key that existing tokens need.',
  },
  'quickstart-directory-taken': {
    kind: 'configuration',
    meaning:
      'The directory for the quickstart contains files that are not from a quickstart. Nothing in it was changed.',
    next: 'Name an empty or new directory with --dir.',
  },
  'quickstart-directory-unusable': {
    kind: 'configuration',
    meaning: 'The directory for the quickstart cannot be created or written to.',
    next: 'Name another directory with --dir.',
  },
};
