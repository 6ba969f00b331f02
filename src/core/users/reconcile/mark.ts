import type { Session } from '../../../database/database.js';
import { insertEvents } from '../../../database/queries/audit/events.js';
import { hostUserShape } from '../../../database/queries/host/host-user-shape.js';
import { isOn } from '../../../database/queries/host/host-users.js';
import { accountDetails } from '../../../database/queries/links/enabled-accounts.js';
import type { IdentityRow } from '../../../database/queries/links/identities.js';
import {
  endMarkLinks,
  endMarks,
  insertIdentities,
  linkedOrMarked,
  markLinks,
} from '../../../database/queries/links/missing-marks.js';
import { prerequisiteProblem } from '../../../problem.js';
import { changeTogether, kept, type Together } from '../../audit/change.js';
import type { Core } from '../../core.js';
import { assertHostViews } from '../../host/views.js';
import { becomesPending } from '../../provisioning/departures/becomes-pending.js';
import { aloneWithClaims } from '../../provisioning/transactions/locks.js';
import { randomUuid } from '../../uuid.js';
import { isMarkable } from './finding.js';
import type { Finding, Reconciliation } from './reconcile.js';

/** What marking came to. */
export interface Marked {
  marked: number;
  /** Marks that ended, because the list has the user as an active one. */
  ended: number;
  /** Findings that were not there any more when it was their turn: the IdP or the application had changed the account. */
  passedOver: number;
}

/** SQL Server takes 2,100 parameters, and a new link has fourteen. */
const AT_ONCE = 100;

/**
 * Refuses a list that is probably the wrong one.
 * @param expected the number of accounts to mark, as the administrator says; with those that are marked already, so
 *   that the same command finishes what was interrupted, or without them.
 * @throws Problem `reconcile-too-many`, `reconcile-not-as-expected`.
 */
export function assertExpected(
  { idp, toMark, markedAlready, linksInForce, plausible }: Reconciliation,
  expected: number | undefined,
): void {
  // A second run with the same list finds nothing more to mark.
  if (toMark === 0) return;
  if (expected === undefined && !plausible) {
    throw prerequisiteProblem(
      'reconcile-too-many',
      `The list would mark ${countedAccounts(toMark)}, which is more than a tenth of the ${linksInForce} links of IdP ${idp} that are in force. No account was marked.`,
      {
        hint: `Check that the list is complete, recent, and from the right tenant. If it is, use --expect ${toMark}.`,
      },
    );
  }
  if (expected !== undefined && expected !== toMark && expected !== toMark + markedAlready) {
    const already = markedAlready === 0 ? '' : ` (${markedAlready} more are marked already)`;
    throw prerequisiteProblem(
      'reconcile-not-as-expected',
      `The list would mark ${countedAccounts(toMark)}${already}, but --expect says ${expected}. No account was marked.`,
      {
        hint: 'Run the command without --mark to see the accounts, and review them again.',
      },
    );
  }
}

/** `1 account`, `2 accounts`. */
export const countedAccounts = (count: number): string => (count === 1 ? '1 account' : `${count} accounts`);

/**
 * Marks accounts as missing, which puts them on the pending list and changes nothing else, and ends marks of users whom
 * the list has. Some at a time, each time in one transaction with an event for each account. What is done stays when it
 * is interrupted, and a second run does the rest.
 * @param keep gets each finding as it is afterwards, in their order.
 * @throws Problem `host-views-missing`.
 */
export async function markFindings(
  core: Core,
  idp: { id: string; name: string },
  findings: AsyncIterable<readonly Finding[]>,
  {
    dryRun = false,
    progress,
    keep,
  }: { dryRun?: boolean; progress?: (done: number) => void; keep?: (finding: Finding) => void } = {},
): Promise<Marked> {
  const counts: Marked = { marked: 0, ended: 0, passedOver: 0 };
  let reached = 0;
  for await (const page of findings) {
    const due = page.filter(
      ({ finding, markedSince }) => finding === 'found' || (isMarkable(finding) && markedSince === null),
    );
    const after = new Map<Finding, Date | null>();
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const some = due.slice(at, at + AT_ONCE);
      const done = await changeTogether<Told>(
        core,
        some.length,
        (session) => together(core, session, idp, some),
        { dryRun, locks: aloneWithClaims },
      );
      for (const { finding, kind, at } of done) {
        counts[kind]++;
        if (!dryRun) after.set(finding, kind === 'marked' ? at : null);
      }
      counts.passedOver += some.length - done.length;
      reached += some.length;
      progress?.(reached);
    }
    if (!keep) continue;
    for (const finding of page) {
      const markedSince = after.get(finding);
      keep(markedSince === undefined ? finding : { ...finding, markedSince });
    }
  }
  return counts;
}

/** What was done about a finding, and when. */
interface Told {
  finding: Finding;
  identityId: string;
  kind: 'marked' | 'ended';
  at: Date;
}

async function together(
  core: Core,
  session: Session,
  idp: { id: string; name: string },
  findings: readonly Finding[],
): Promise<Together<Told>> {
  await assertHostViews(session, ['host_user']);
  const now = core.clock();
  const toMark = findings.filter(({ finding }) => finding !== 'found');
  const ids = toMark.map(({ userId }) => userId);
  const shape = await hostUserShape(session);
  const hosts = await accountDetails(session, shape, ids);
  const open = new Set(hosts.filter((one) => isOn(one) && !one.isProtected).map(({ userId }) => userId));
  const still = toMark.filter(({ userId }) => open.has(userId));
  const links = await markLinks(
    session,
    still.flatMap(({ link }) => link ?? []),
    now,
  );
  const without = still.filter(({ link }) => !link);
  const taken = await linkedOrMarked(
    session,
    shape,
    without.map(({ userId }) => userId),
  );
  const made = without
    .filter(({ userId }) => !taken.has(userId))
    .map((finding) => ({ finding, row: linkFor(core, idp.id, finding, now) }));
  await insertIdentities(
    session,
    made.map(({ row }) => row),
  );
  const ends = findings.flatMap((finding) => (finding.mark ? { finding, ...finding.mark } : []));
  const idsOf = (isInForce: boolean) =>
    ends.filter((one) => one.isInForce === isInForce).map(({ identityId }) => identityId);
  const ended = new Set([
    ...(await endMarks(session, idsOf(true))),
    ...(await endMarkLinks(session, idsOf(false), now)),
  ]);
  const told: Told[] = [
    ...still.flatMap((finding) =>
      finding.link && links.has(finding.link.identityId)
        ? [{ finding, identityId: finding.link.identityId, kind: 'marked' as const, at: now }]
        : [],
    ),
    ...made.map(({ finding, row }) => ({
      finding,
      identityId: row.identityId,
      kind: 'marked' as const,
      at: now,
    })),
    ...ends
      .filter(({ identityId }) => ended.has(identityId))
      .map(({ finding, identityId }) => ({ finding, identityId, kind: 'ended' as const, at: now })),
  ];
  return {
    events: told.map(({ finding, identityId, kind }) => ({
      action: kind === 'marked' ? 'user.missing' : 'user.found',
      target: { type: 'user', id: identityId, name: finding.userName ?? finding.loginName },
      details: {
        idp: idp.name,
        hostUserId: finding.userId,
        ...(kind === 'marked'
          ? { finding: finding.finding, ...becomesPending(finding, true) }
          : { missingSince: finding.markedSince }),
      },
    })),
    write: async (events) => {
      await insertEvents(session, events);
      return told;
    },
  };
}

/**
 * The record that the list of the IdP has no active user for an account without a link. It never was in force, and no
 * IdP sees it.
 */
const linkFor = (
  core: Core,
  serviceAccountId: string,
  { userId, loginName, email }: Finding,
  now: Date,
): IdentityRow => ({
  identityId: randomUuid(core.random),
  serviceAccountId,
  externalId: null,
  userName: kept(loginName, 320) ?? userId,
  hostUserId: userId,
  createdAt: now,
  updatedAt: now,
  deprovisionedAt: now,
  deprovisionReason: 'missing',
  attributes: {},
  accountLogin: loginName,
  accountEmail: email,
  supersededAt: now,
  pendingSeenAt: now,
});
