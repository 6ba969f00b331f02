import type { Explanations } from './explanation.js';

/** The schema, the rights in it, and the embedded database. */
export const DATABASE: Explanations = {
  'schema-missing': {
    kind: 'configuration',
    meaning:
      'The tables of scimctl are not in this database, or this login cannot see them. Nothing was changed.',
    causes: [
      'The schema was not installed yet.',
      'The setting names another database, or SCIMCTL_SCHEMA another schema.',
      'The login has no rights on the schema.',
    ],
    next: 'Check the database with `scimctl db status`. Install the schema with `scimctl db migrate`, or have the DBA run the output of `scimctl db script`.',
  },
  'schema-outdated': {
    kind: 'configuration',
    meaning: 'The schema is older than this version of scimctl needs. Nothing was changed.',
    next: 'Run `scimctl db migrate`, or have the DBA run the output of `scimctl db script`. `scimctl db migrate --dry-run` shows what would be done.',
  },
  'schema-newer': {
    kind: 'configuration',
    meaning:
      'The schema was installed by a newer version of scimctl, whose rules this version does not know. Nothing was changed.',
    next: 'Use the newer version on this machine too.',
  },
  'schema-drift': {
    kind: 'prerequisite',
    meaning:
      'The history of the schema in the database does not match the files of this version. Nothing was changed.',
    causes: [
      'A migration file was edited after it was applied, or is missing from the installation.',
      'The schema was installed by another build of scimctl.',
      'A row of schema_history was changed.',
    ],
    next: 'List the differences with `scimctl db verify`, and restore the original files of scimctl.',
  },
  'database-permission-denied': {
    kind: 'configuration',
    meaning: 'The login lacks a right that the command requires. Nothing was changed.',
    causes: [
      'The login does not have the role for this command: docs/databases.md shows which role each command needs.',
      'The schema was updated, and the roles were not granted the new rights.',
      'A host view or trigger runs with the rights of the login instead of the rights of its owner.',
    ],
    next: 'Have a DBA run the command or script that the error names. `scimctl check rights` shows the missing rights.',
  },
  'login-unknown': {
    kind: 'configuration',
    meaning:
      'The database server has no login with the name that was given with --to. No role was granted. scimctl does not create logins.',
    next: 'Have the DBA create the login, then run the command again.',
  },
  'login-is-role': {
    kind: 'usage',
    meaning:
      'The name given with --to is a role of scimctl, and a role cannot be a member of itself. Nothing was changed.',
    next: 'Name the login that should have the role.',
  },
  'role-not-given': {
    kind: 'usage',
    meaning:
      'A login was named with --to, but no role. Without a role, the login would get every role, so nothing was granted.',
    next: 'Add --role with installer, operator, endpoint or auditor.',
  },
  'database-in-use': {
    kind: 'configuration',
    meaning:
      'Another process has the embedded database and does not answer. It allows only one owner, so that two processes cannot damage it.',
    causes: [
      'A command or endpoint on this machine uses it and is busy.',
      'The directory is on a network drive and in use by another machine.',
      'A process ended without releasing it, and another process now has its process id.',
    ],
    next: 'Wait until the process that the error names has finished, or end it. Delete the lock file only if you are sure that no process uses the directory.',
  },
  'database-closed': {
    kind: 'configuration',
    meaning: 'The embedded database was closed while a command still used it.',
    next: 'Run the command again. If it happens again, report it with the output of --verbose.',
  },
  'embedded-directory-unusable': {
    kind: 'configuration',
    meaning: 'The directory of the embedded database cannot be used.',
    causes: [
      'The account that runs scimctl may not write to it, or its file system is read-only.',
      'The disk is full, or the quota is used up. A new database needs 40 MB.',
      'The directory belongs to another user.',
      'The path is not a directory, or the directory contains something else.',
    ],
    next: 'Choose another directory, or correct what the error names.',
  },
  'embedded-database-damaged': {
    kind: 'configuration',
    meaning: 'The embedded database does not start from its files.',
    causes: [
      'The machine lost power, or the disk was full, during a write.',
      'The directory was copied while the database was open.',
      'The files are from another version.',
    ],
    next: 'Restore a copy of the directory, or choose another directory for a new database. The embedded database is for trying out and small tests.',
  },
  'embedded-socket-unavailable': {
    kind: 'configuration',
    meaning:
      'The socket through which other commands use the embedded database cannot be created in the directory for temporary files.',
    next: 'Free some disk space there, or set TMPDIR (on Windows TEMP) to a directory that you can write to.',
  },
  'embedded-socket-unsafe': {
    kind: 'configuration',
    meaning:
      'Other users of the machine have access to the socket of the embedded database. scimctl does not connect, because another user could have placed it there.',
    next: 'Find out who changed the permissions of the directory, end the process that owns the database, and run the command again.',
  },
};
