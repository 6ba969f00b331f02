import type { Session } from '../../database/database.js';
import { schemaStatus } from '../../database/migrator/migrate.js';
import { describeHostViews } from '../../database/queries/host/host-views.js';
import {
  type AlikeNames,
  accountsAlike,
  countDerivedNames,
} from '../../database/queries/links/account-findings.js';
import { rowFaultInWords } from '../host/rows.js';
import { examinedRows, type HostStatus, hostStatus, isHostUsable, isSound } from '../host/status.js';
import { type CheckFinding, fail, type Prerequisite, pass, warn } from './prerequisite.js';

const MOST_SHOWN = 3;

/** The views that have few rows, however many users there are. */
const FEW_ROWS = ['host_sso_provider', 'host_licence'] as const;

export const hostViews: Prerequisite = {
  name: 'host',
  about: 'the host views are complete and writable, and every account is distinct',
  needs: ['database'],
  async run({ database, isThorough }) {
    const views = await database.read(describeHostViews);
    const wrong = views.filter(({ missing }) => missing.length > 0);
    if (wrong.length > 0) {
      const what = wrong.map(({ name, exists, missing }) =>
        exists ? `${name} lacks ${missing.join(', ')}` : `${name} is missing`,
      );
      return fail(
        what.join('; '),
        'Bind the application with `scimctl host scaffold --apply`, with the login of a DBA. `scimctl host status` shows what is missing.',
      );
    }
    if (!isThorough) {
      const few = { writes: [], ...(await examinedRows(database, { wanted: FEW_ROWS })) };
      return isSound(few) ? pass('all three host views are there') : unusable(few);
    }
    const status = await hostStatus(database);
    if (!isHostUsable(status)) return unusable(status);
    const hasLinks = (await schemaStatus(database)).state === 'current';
    return database.read(async (session) => {
      const found = await accountsFinding(session, hasLinks, triedInWords(status));
      const owner = await powerfulOwner(session);
      return owner === undefined ? found : ownedByPower(found, owner);
    });
  },
};

/** The owner of scaffolded views who may do anything in the server. */
async function powerfulOwner(session: Session): Promise<string | undefined> {
  const { scaffold } = session.dialect;
  const objects = await scaffold.existing(session, session.schema);
  const view = objects.find(({ name, mark }) => name === 'host_user' && mark);
  if (!view) return undefined;
  const { isPowerful } = await scaffold.ownership(session, session.schema, view.owner);
  return isPowerful ? view.owner : undefined;
}

function ownedByPower(found: CheckFinding, owner: string): CheckFinding {
  return warn(
    `${found.summary}; the host views belong to ${owner}, which is a superuser, and write with its rights`,
    [
      found.advice,
      "Give the application's tables to a role of the application that is not a superuser, and run `scimctl host scaffold --apply` again.",
    ]
      .filter(Boolean)
      .join(' '),
    found.details,
  );
}

const triedInWords = ({ lacks, writes }: HostStatus): string => {
  if (lacks.length > 0)
    return 'writes were not tried, because this login does not have the rights of the endpoint';
  return writes.some(({ result }) => result === 'not-tried')
    ? 'every write that could be tried succeeds'
    : 'every write that provisioning needs succeeds';
};

/** Provisioning cannot work through the host views as they are. */
function unusable({
  writes,
  rows,
  unreadable,
}: Pick<HostStatus, 'writes' | 'rows' | 'unreadable'>): CheckFinding {
  const refused = writes.filter(({ result }) => result === 'refused');
  const what = [
    ...(unreadable === undefined ? [] : [`the rows of the host views cannot be read: ${unreadable}`]),
    ...rows.map(rowFaultInWords),
    ...refused.map(({ column, reason }) => `host_user refuses ${column}: ${reason}`),
  ];
  return fail(
    what.slice(0, MOST_SHOWN).join('; ') +
      (what.length > MOST_SHOWN ? `; and ${what.length - MOST_SHOWN} more` : ''),
    'Have the DBA of the host application correct the host views and their triggers. `scimctl host status` shows the reason for each refused write.',
    { rows, writes: refused },
  );
}

/** What is to be known of the accounts, where the views are there. */
async function accountsFinding(session: Session, hasLinks: boolean, tried: string): Promise<CheckFinding> {
  const derived = hasLinks ? await derivedNames(session) : undefined;
  const { logins, emails, shared } = await accountsAlike(session, MOST_SHOWN);
  const alike = [
    inWords('login names', logins),
    inWords('e-mail addresses', emails),
    sharedInWords(shared),
  ].filter(Boolean);
  if (alike.length === 0) {
    return pass(['all three host views are there', tried, derived].filter(Boolean).join('; '));
  }
  return warn(
    [...alike, derived].filter(Boolean).join('; '),
    'scimctl refuses a user whose address matches two accounts equally well. Make the names distinct, or assign the account to its user with `scimctl users link LOGIN --idp NAME --user-name USER`.',
    { logins, emails, shared },
  );
}

/** `1 login name is the e-mail address of another account: ann and ann@x.example` */
function sharedInWords({ count, examples }: AlikeNames): string | undefined {
  if (count === 0) return undefined;
  const what =
    count === 1
      ? '1 login name is the e-mail address of another account'
      : `${count} login names are the e-mail addresses of other accounts`;
  return `${what}: ${shownPairs({ count, examples })}`;
}

/** `2 pairs of login names differ only in case: ann and Ann, bob and BOB` */
function inWords(what: string, { count, examples }: AlikeNames): string | undefined {
  if (count === 0) return undefined;
  const pairs = count === 1 ? `1 pair of ${what} differs` : `${count} pairs of ${what} differ`;
  return `${pairs} only in case: ${shownPairs({ count, examples })}`;
}

function shownPairs({ count, examples }: AlikeNames): string {
  const shown = examples.map(([one, other]) => `${one} and ${other}`).join(', ');
  return count > examples.length ? `${shown}, and ${count - examples.length} more` : shown;
}

/** Names that the host application makes by a rule of its own: no fault, but to be known. */
async function derivedNames(session: Session): Promise<string | undefined> {
  const { displayName, givenName, familyName } = await countDerivedNames(session);
  const counts = { 'display name': displayName, 'given name': givenName, 'family name': familyName };
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (found.length === 0) return undefined;
  const names = found.map(([name, count]) => `${name} of ${count} ${count === 1 ? 'user' : 'users'}`);
  return `the host application derives names by its own rule: ${names.join(', ')}`;
}
