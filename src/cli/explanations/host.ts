import type { Explanations } from './explanation.js';

/** The host views, the binding that describes the application, and what the application is. */
export const HOST: Explanations = {
  'host-views-missing': {
    kind: 'prerequisite',
    meaning:
      'A host view does not exist or lacks a required column, so scimctl cannot see the users of the application. Nothing was changed.',
    causes: [
      'The application was not bound yet.',
      'A view was dropped, or created in another schema.',
      'The login may not read the view.',
    ],
    next: 'Look at `scimctl host status`. Bind the application with `scimctl host scaffold --apply`, or have the DBA create the views by hand (docs/host-views.md).',
  },
  'host-views-exist': {
    kind: 'operation',
    meaning:
      'A host view or trigger has the name that scimctl needs, and is not as scimctl made it: it was written by hand, or edited. Nothing was changed.',
    next: 'To overwrite it, use `scimctl host scaffold --apply --replace`, which first writes the present definitions to a file. To remove it, have the DBA drop it.',
  },
  'host-exists': {
    kind: 'operation',
    meaning:
      'The sample host application was not installed, because objects with its names already exist. Nothing was changed.',
    next: 'Use an empty database for the sample application. `scimctl host status` shows which application is bound here.',
  },
  'host-in-use': {
    kind: 'operation',
    meaning: 'The host views cannot be removed while an enabled IdP uses them. Nothing was changed.',
    next: 'Disable the IdP with `scimctl idp disable NAME`, then remove the views.',
  },
  'host-key-shared': {
    kind: 'prerequisite',
    meaning:
      'The binding does not keep accounts apart. Several rows of the table of users have the same value in the column that is named as the key, so that a change of one account would change another one, or one account would be in several rows of `host_user`. Nothing was changed.',
    causes: [
      'The primary key of the table has several columns, such as the tenant and a number, and the binding names only one of them.',
      'The table keeps old versions of its rows.',
      'A related table that the binding joins has several rows for one account.',
    ],
    next: 'Tie the other columns of the key to one value each in `users.where`, and name them in `users.key.with`. Of several rows in a related table, say which one counts, with `"join": "first"` and `order`, or with `where`. For a table with old versions, write the host views by hand ([host-views.md](host-views.md)).',
  },
  'host-other-owner': {
    kind: 'prerequisite',
    meaning:
      'The tables of the application and the schema of scimctl have different owners, so that the host views could not reach the tables on SQL Server. Nothing was changed.',
    next: 'Have a DBA give both the same owner, such as dbo, and run `scimctl db grants` again.',
  },
  'host-rehearsal-failed': {
    kind: 'operation',
    meaning:
      'The host views were created and tried in a transaction, a write through them failed, and everything was rolled back.',
    causes: [
      'A column of the application needs a value that the binding does not state.',
      'A constraint or trigger of the application has a rule that the binding does not state.',
    ],
    next: 'Correct the binding as the quoted message of the database suggests, and run the command again.',
  },
  'binding-unreadable': {
    kind: 'configuration',
    meaning: 'The binding file cannot be read.',
    next: 'Correct the path or the permissions, save the file as UTF-8, or create it with `scimctl host scaffold`.',
  },
  'binding-invalid': {
    kind: 'configuration',
    meaning:
      'The binding file is not valid JSON, or does not follow the format of a binding. The error lists the places. Nothing was changed.',
    next: 'Correct these places. docs/host-scaffold.md describes the format.',
  },
  'binding-unknown-table': {
    kind: 'configuration',
    meaning:
      'The binding names a table that does not exist, that this login may not see, or that it does not declare as related.',
    next: 'Correct the name (schema.table), declare the table in users.related, or use a login that can read the tables of the application.',
  },
  'binding-unknown-column': {
    kind: 'configuration',
    meaning: 'The binding names a column that its table does not have.',
    causes: [
      'The name is mistyped, or differs in case.',
      'The application was updated, and the column was renamed.',
    ],
    next: 'Correct the name. `scimctl host status --binding host-binding.json` lists all differences.',
  },
  'binding-incomplete': {
    kind: 'configuration',
    meaning:
      'With this binding, a new user cannot be written: columns of the application require a value that the binding does not give.',
    next: 'Add the columns to insert of their table, or set create to enable-only if the application creates its accounts itself.',
  },
  'binding-contradicts': {
    kind: 'configuration',
    meaning:
      'Two parts of the binding contradict each other, for example it writes a field that it does not read, or a column that the database computes.',
    next: 'Correct the part that the error names.',
  },
  'name-too-long': {
    kind: 'configuration',
    meaning: 'The binding has a name of more than 63 bytes, which PostgreSQL would cut.',
    next: 'Write the name as the catalogue of the database has it.',
  },
  'questions-open': {
    kind: 'usage',
    meaning:
      'Questions about the application have no answer, and only a person can decide them. Nothing was changed.',
    next: 'Add --answer NAME=VALUE for each question. `scimctl host scaffold -o json` lists the choices.',
  },
  'proposals-unconfirmed': {
    kind: 'usage',
    meaning:
      'What scimctl found out about the application is likely in some places, but not certain. Nothing was changed.',
    next: 'Review the proposals with `scimctl host scaffold`, correct wrong ones with --answer, and confirm the others with --accept.',
  },
  'answer-invalid': {
    kind: 'usage',
    meaning: 'An answer for the binding is not NAME=VALUE, or its value is not valid for the question.',
    next: 'Use one of the choices that the error lists, or JSON as the binding file contains it.',
  },
  'answer-unknown': {
    kind: 'usage',
    meaning: 'An answer for the binding has a name that no question and no part of a binding has.',
    next: 'Use the name that the error suggests. `scimctl host scaffold -o json` lists the questions.',
  },
  'answer-unreadable': {
    kind: 'configuration',
    meaning: 'The file with an answer (--answer NAME=@FILE) cannot be read.',
    next: 'Correct the path after the @, or the permissions of the file.',
  },
  'place-invalid': {
    kind: 'usage',
    meaning:
      'The place in the application where accounts are disabled must be 1 to 200 characters on one line.',
    next: 'Describe it as an administrator of the application finds it, such as "Administration > Users > Lock".',
  },
  'reason-invalid': {
    kind: 'usage',
    meaning:
      'The text that gives the reason is empty or too long, or has more than one line. Nothing was changed.',
    next: 'Use a short text on one line, such as the number of a ticket.',
  },
  'hosting-cloud': {
    kind: 'prerequisite',
    auth: ['hosting-cloud'],
    meaning:
      'The installation is marked as cloud-hosted, and provisioning is only for on-premises installations. Tokens are not issued or accepted; existing data is unchanged.',
    next: 'If the mark is wrong, correct it with `scimctl host mark --hosting on-premises`.',
  },
  'disable-in-application': {
    kind: 'prerequisite',
    meaning:
      'This installation is set so that accounts are disabled in the application itself. No account was disabled.',
    next: 'Disable the account at the place that the error names; it then leaves the list of `scimctl users pending`. To disable accounts with scimctl again, run `scimctl host mark --manual-disable scimctl`.',
  },
};
