import { hostUserShape } from '../../../database/queries/host/host-user-shape.js';
import {
  accountDetails,
  countInForce,
  type EnabledAccount,
  enabledAccounts,
  toEnabledAccount,
} from '../../../database/queries/links/enabled-accounts.js';
import { type MarkRow, missingMarks } from '../../../database/queries/links/missing-marks.js';
import { workAhead } from '../../../database/sql/paging.js';
import type { Core } from '../../core.js';
import { DigestTable } from '../../preflight/export/digest-table.js';
import type { Person } from '../../preflight/people.js';
import { pendingUserPages } from '../pending.js';
import { findingOf, isMarkable, isPlausible, type LeaverFinding } from './finding.js';
import { FirstAccounts } from './first-accounts.js';
import { ListedUsers } from './listed-users.js';

/** One account, and what was found of it. */
export interface Finding {
  finding: LeaverFinding;
  /** The account. */
  userId: string;
  loginName: string;
  email: string | null;
  displayName: string | null;
  /** Of the link in force; null where there is none. */
  userName: string | null;
  externalId: string | null;
  licenceType: string | null;
  lastSignInAt: Date | null;
  /** Since when the account is marked as missing; null where it is not. */
  markedSince: Date | null;
  /** Login names of the other accounts of the same user. */
  others: string[];
  /** What a mark is made of. */
  link: EnabledAccount['link'];
  /** The link that bears a mark which ends. */
  mark?: Pick<MarkRow, 'identityId' | 'isInForce'>;
}

/** What a comparison came to. */
export interface Reconciliation {
  idp: string;
  /** Users of the list, and how many of them are active. */
  users: number;
  active: number;
  /** Those whose entry does not say whether they are active, or cannot be relied on. They count as active. */
  undecided: number;
  /** Accounts that were compared: enabled, not protected, and not linked by another IdP. */
  compared: number;
  /** Those of them that are on the pending list for another reason. Nothing is found of them. */
  pendingAlready: number;
  unknown: number;
  missing: number;
  disabled: number;
  several: number;
  found: number;
  /** Links of the IdP in force. */
  linksInForce: number;
  /** Accounts of these findings that are not marked yet. */
  toMark: number;
  /** Accounts of these findings that are marked already. */
  markedAlready: number;
  /** Whether `toMark` is at most a tenth of the links in force. */
  plausible: boolean;
}

export interface ReconcileOptions {
  /** Called with the number of accounts compared so far. */
  progress?: (accounts: number) => void;
  /** Gets each finding. */
  keep: (finding: Finding) => void;
}

/** Details of so many accounts are asked for at once. */
const AT_ONCE = 500;

const PAGES = { first: 1_000, next: 5_000 };

/**
 * Compares the IdP's own list with the accounts that are enabled. Changes nothing. Each account is read once, in pages,
 * and of each user of the list a few dozen bytes are kept.
 * @throws Problem `host-views-missing`, and what reading the users throws.
 */
export async function reconcile(
  core: Core,
  idp: { id: string; name: string },
  people: AsyncIterable<readonly Person[]>,
  { progress, keep }: ReconcileOptions,
): Promise<Reconciliation> {
  const listed = new ListedUsers();
  const { pending, marks } = await readBeside(people, listed, () => knownBefore(core, idp.id));
  const findings = new Findings(core, keep);
  const marked = new Map(marks.filter((mark) => mark.agrees).map((mark) => [mark.userId, mark]));
  const firsts = new FirstAccounts();
  const several = new Map<number, string[]>();
  const counts = { compared: 0, pendingAlready: 0 };
  const pages = core.database.pages<Record<string, unknown>>(
    async (session) => enabledAccounts(session, await hostUserShape(session), idp.id),
    PAGES,
  );
  // The database reads on while one page is compared.
  for await (const page of workAhead(pages, async (rows) => rows, 2)) {
    for (const row of page) {
      const account = toEnabledAccount(row);
      counts.compared++;
      if (pending.get(account.userId) !== undefined) {
        counts.pendingAlready++;
        continue;
      }
      const { link, userId } = account;
      const user = listed.find({
        externalId: link?.externalId ?? null,
        names: [link?.userName ?? null, account.loginName, account.email],
      });
      const kind = findingOf(account, user);
      if (kind) {
        const mark = marked.get(userId);
        const isMarked = mark !== undefined && mark.isInForce === (link !== null);
        await findings.add(kind, userId, { link, markedSince: isMarked ? mark.since : null });
      } else if (user) {
        const first = firsts.get(user.number);
        if (first === undefined) firsts.set(user.number, userId);
        else several.set(user.number, [...(several.get(user.number) ?? [first]), userId]);
      }
    }
    progress?.(counts.compared);
  }
  for (const ids of several.values())
    for (const userId of ids) await findings.add('several', userId, { others: ids });
  for (const mark of marks) {
    // Of an account without a link, what the IdP said before does not count, as it does not above.
    const { externalId, userName } = mark.isInForce ? mark : NOT_LINKED;
    const names = [userName, mark.loginName, mark.email];
    if (listed.find({ externalId, names })?.isActive)
      await findings.add('found', mark.userId, { markedSince: mark.since, mark });
  }
  await findings.end();
  const linksInForce = await core.database.read((session) => countInForce(session, idp.id));
  const { toMark, markedAlready } = findings;
  return {
    idp: idp.name,
    ...listed.counts,
    ...counts,
    ...findings.counts,
    linksInForce,
    toMark,
    markedAlready,
    plausible: isPlausible(toMark, linksInForce),
  };
}

const NOT_LINKED = { externalId: null, userName: null };

/**
 * Reads the list, and what the database has to say beside it: from the first users on, because a list that cannot be
 * read at all needs none of it.
 */
async function readBeside<T>(
  people: AsyncIterable<readonly Person[]>,
  listed: ListedUsers,
  ask: () => Promise<T>,
): Promise<T> {
  let asked: Promise<T> | undefined;
  try {
    for await (const some of people) {
      if (!asked) {
        asked = ask();
        // A failure is reported when the list is read.
        asked.catch(() => undefined);
      }
      for (const person of some) listed.add(person);
    }
    return await (asked ?? ask());
  } finally {
    await asked?.catch(() => undefined);
  }
}

/** What the database knows of accounts before they are compared. */
async function knownBefore(core: Core, idp: string): Promise<{ pending: DigestTable; marks: MarkRow[] }> {
  const [pending, marks] = await Promise.all([
    pendingAccounts(core),
    core.database.read(async (session) => missingMarks(session, await hostUserShape(session), idp)),
  ]);
  return { pending, marks };
}

/** Accounts on the pending list because an IdP has said that their users left, or because they are doubtful. */
async function pendingAccounts(core: Core): Promise<DigestTable> {
  const pending = new DigestTable();
  for (const reason of ['disabled', 'deleted', 'doubtful'] as const) {
    for await (const page of pendingUserPages(core, { reason }))
      for (const { userId } of page) pending.add(userId, 0);
  }
  return pending;
}

type Known = Partial<Pick<Finding, 'link' | 'markedSince' | 'mark' | 'others'>>;

/** Counts findings, and completes them some at a time with what the host application has of their accounts. */
class Findings {
  readonly counts: Record<LeaverFinding, number> = {
    unknown: 0,
    missing: 0,
    disabled: 0,
    several: 0,
    found: 0,
  };
  toMark = 0;
  markedAlready = 0;
  #waiting: { kind: LeaverFinding; userId: string; known: Known }[] = [];

  constructor(
    private readonly core: Core,
    private readonly keep: (finding: Finding) => void,
  ) {}

  async add(kind: LeaverFinding, userId: string, known: Known): Promise<void> {
    this.counts[kind]++;
    if (isMarkable(kind) && known.markedSince) this.markedAlready++;
    else if (isMarkable(kind)) this.toMark++;
    if (this.#waiting.push({ kind, userId, known }) >= AT_ONCE) await this.end();
  }

  async end(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    const ids = new Set(waiting.flatMap(({ userId, known }) => [userId, ...(known.others ?? [])]));
    const asked = [...ids];
    const accounts = new Map<string, Awaited<ReturnType<typeof accountDetails>>[number]>();
    for (let at = 0; at < asked.length; at += AT_ONCE) {
      const found = await this.core.database.read(async (session) =>
        accountDetails(session, await hostUserShape(session), asked.slice(at, at + AT_ONCE)),
      );
      for (const one of found) accounts.set(one.userId, one);
    }
    for (const { kind, userId, known } of waiting) {
      const account = accounts.get(userId);
      const { link = null, markedSince = null, others = [], mark } = known;
      // Only a mark outlives its account.
      if (!account && kind !== 'found') continue;
      this.keep({
        finding: kind,
        userId,
        loginName: account?.loginName ?? '',
        email: account?.email ?? null,
        displayName: account?.displayName ?? null,
        userName: link?.userName ?? null,
        externalId: link?.externalId ?? null,
        licenceType: account?.licenceType ?? null,
        lastSignInAt: account?.lastSignInAt ?? null,
        markedSince,
        others: others.filter((id) => id !== userId).map((id) => accounts.get(id)?.loginName ?? id),
        link,
        ...(mark && { mark: { identityId: mark.identityId, isInForce: mark.isInForce } }),
      });
    }
  }
}
