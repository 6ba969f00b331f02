import type { Explanations } from './explanation.js';

/** Lists of users that an IdP exports: `users preflight` and `users reconcile`. */
export const EXPORTS: Explanations = {
  'export-unreadable': {
    kind: 'usage',
    meaning:
      'A file with exported users cannot be read, or is neither CSV nor JSON that scimctl understands. Nothing was changed.',
    causes: [
      'The path or the permissions are wrong.',
      'The file is a workbook (.xlsx) or a web page instead of CSV.',
      'The export was cut off.',
    ],
    next: 'Correct the place that the error names, or export the users again as CSV or JSON.',
  },
  'export-columns-missing': {
    kind: 'usage',
    meaning:
      'The file has no column for the user name or the e-mail address, so its users cannot be recognised.',
    next: 'Export these columns too: userPrincipalName and mail (Entra ID), login and email (Okta), or userName and emails (SCIM). The first line of a CSV must name the columns.',
  },
  'export-empty': {
    kind: 'usage',
    meaning:
      'The file contains no users. An empty list never counts as a list of all users, because then all accounts would be leavers.',
    next: 'Check that the export finished without an error, and that it is an export of users and not of groups or devices.',
  },
  'export-incomplete': {
    kind: 'usage',
    meaning:
      'The file is known to be only a part of the users, for example one page of several. Users that it lacks must not be taken for leavers, so nothing was compared.',
    next: 'Export the other pages and pass all files in one command, in any order. For a preflight, --partial checks only these users.',
  },
  'reconcile-too-many': {
    kind: 'prerequisite',
    meaning:
      'The list would mark more than a tenth of the links of the IdP as missing. A wrong list is more likely than that many leavers. No account was marked.',
    causes: [
      'The list is incomplete, filtered or old.',
      'The list is from another tenant or IdP.',
      'Many people did leave.',
    ],
    next: 'Check the list. If it is right, review the accounts and run the command again with --expect and their number, as the error says.',
  },
  'reconcile-not-as-expected': {
    kind: 'prerequisite',
    meaning: 'The list would mark another number of accounts than --expect says. No account was marked.',
    causes: [
      'People joined or left since you reviewed the accounts.',
      'Another file was passed than the one you reviewed.',
    ],
    next: 'Run the command without --mark, review the accounts again, and use their number.',
  },
};
