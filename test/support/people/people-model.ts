/*
 * The reference model of people: what docs/people.md says, in as few lines as it takes, over plain objects in
 * memory. Written from that page and not from the code, so that a fault is not made twice. It knows the reference
 * host application (where login names are unique without regard to case), and no database.
 */

export interface Account {
  key: string;
  login: string;
  email: string | null;
  display: string;
  given: string | null;
  family: string | null;
  /** Whether it lets its user in, if not at this moment: a lock ends by itself, or by a disable. */
  enabled: boolean;
  locked: boolean;
  protected: boolean;
  seat: string | null;
  provider: boolean;
}

/** A user of an IdP's own list. */
export type Listed = Pick<Said, 'userName' | 'externalId' | 'email'> & { active: boolean };

/** What an IdP says of a user; null is not known, or was taken away. */
export interface Said {
  userName: string;
  externalId: string | null;
  email: string | null;
  display: string | null;
  given: string | null;
  family: string | null;
}
type Names = Pick<Said, 'userName' | 'email'>;
/** A request: only what it says itself, but for POST and PUT, which are whole. */
export type Wish = Partial<Said> & { active?: boolean };

export interface Idp {
  name: string;
  policy: 'manual' | 'disable';
  adoptsDisabled: boolean;
  /** More departures than this within the window, and than this share of the links, are too many. */
  limit: { max: number; windowMs: number; percent: number | null } | null;
  releasedAt: number;
}

export interface Link {
  /** The `id` of the SCIM resource, once the endpoint has said it; what is kept for the record alone has none. */
  id: string | null;
  idp: Idp;
  account: string;
  said: Said;
  /** The names before the mark of a deleted user. */
  unmarked: Names | null;
  ended: { reason: 'disabled' | 'deleted' | 'missing'; since: number } | null;
  /** Since when the IdP's own list does not have the user as an active one, though the link is in force. */
  missing: number | null;
  unlinked: number | null;
  isSuperseded: boolean;
  /** Made by hand, until the IdP lets its user in. */
  awaits: boolean;
  /** Whether it ever was in force; one that is made for a user who is not active is not. */
  wasInForce: boolean;
  /** When it was last changed. */
  changed: number;
  /** When it departed, as the limit counts it; and whether the limit kept the account enabled. */
  departed: number | null;
  isHeldBack: boolean;
  /** The account as it was last read. */
  read: { login: string; email: string | null };
  /** The external id under which the link was last in force. */
  inForceAs: string | null;
  /** What the application made of a name that was written, where that is something else. */
  derived: Partial<Record<Name, string | null>>;
}

type Name = 'display' | 'given' | 'family';
const NAMES: readonly Name[] = ['display', 'given', 'family'];

export interface Outcome {
  status: number;
  /** Of the refusal. */
  problem?: string;
  /** The action of the event; null for none. */
  event: string | null;
  link?: Link;
}

export interface PendingRow {
  account: string;
  reason: 'disabled' | 'deleted' | 'missing' | 'doubtful';
  idp?: string;
  since?: number;
  isHeldBack?: boolean;
}

class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}
const STATUS: Record<string, number> = {
  'user-unknown': 404,
  'seats-exhausted': 400,
  'host-write-ignored': 400,
  'host-refused': 400,
};
const fold = (text: string | null) => text?.toLowerCase() ?? null;
const full = ({ given, family }: Pick<Account, 'given' | 'family'>) =>
  [given, family].filter(Boolean).join(' ');

export class People {
  accounts: Account[] = [];
  links: Link[] = [];
  pools = [
    { type: 'Concurrent', total: 100 },
    { type: 'Dedicated', total: 100 },
  ];
  /** What the host application does with what is written to it. */
  host = { ignoresEnabled: false, ignoresNames: false, ignoresEmail: false, derivesDisplay: false };
  /** What the installation calls accounts (docs/host-views.md). */
  logins: { rule: 'email' | 'user-name' | 'local-part'; renamesOnMatch: boolean } = {
    rule: 'email',
    renamesOnMatch: true,
  };
  #made = 0;

  // Requests of an IdP.

  post(idp: Idp, said: Said, active: boolean, now: number): Outcome {
    return this.#attempt('user.create', () => {
      const mine = this.links.filter(
        (link) => link.idp === idp && link.unlinked === null && !isFinding(link),
      );
      const named = mine.filter(({ said: { userName } }) => fold(userName) === fold(said.userName));
      const known = mine.find((link) => said.externalId !== null && link.said.externalId === said.externalId);
      const isThere = (link: Link) => isVisible(link) && !link.awaits && (isInForce(link) || !active);
      if (known && isThere(known)) throw new Refusal('user-exists');
      const isOther = known !== undefined && isAnotherPerson(known, said);
      const isMeant = (link: Link) => link.awaits && isInForce(link) && link.said.externalId === null;
      const awaited = known && !isOther ? undefined : named.find((link) => link !== known && isMeant(link));
      if (named.some((link) => link !== known && link !== awaited && isInForce(link))) {
        throw new Refusal('user-exists');
      }
      const others = named.filter((link) => link !== known && !isInForce(link) && isSamePerson(link, said));
      const same = known && !isOther ? known : (awaited ?? newest(others));
      if (same && isThere(same)) throw new Refusal('user-exists');
      for (const other of named) if (other !== same && isVisible(other)) other.isSuperseded = true;
      if (isOther) Object.assign(known, { isSuperseded: true, said: this.#formerSaid(known) });
      if (same) {
        const account = this.#accountOf(same) ?? (active ? this.#match(said) : undefined);
        const event = same.awaits ? (account ? 'user.match' : 'user.create') : 'user.revive';
        same.unmarked = null;
        if (active) this.#comeBack(same, said);
        else this.#createEnded(same, said, now);
        same.changed = now;
        return { status: 201, event, link: same };
      }
      const link = this.#newLink(idp, said, active ? null : { reason: 'disabled', since: now }, now);
      const found = this.#match(said);
      if (found && active) this.#enter(link, found);
      else if (found) {
        this.#read(link, this.#open(found, link));
        if (found.enabled && idp.policy === 'disable') link.departed = now;
      } else this.#makeAccount(link, active);
      return { status: 201, event: found ? 'user.match' : 'user.create', link };
    });
  }

  /** PATCH says only what it wants; PUT says all, and leaves out what it keeps. */
  change(idp: Idp, link: Link | undefined, wish: Wish, now: number, unknownPath = false): Outcome {
    return this.#attempt('user.update', () => {
      if (!link || link.idp !== idp || !isVisible(link)) throw new Refusal('user-unknown');
      if (unknownPath && wish.active !== false) return { status: 400, event: null };
      const account = this.#accountOf(link);
      const departs = wish.active === false && isInForce(link);
      const returns = wish.active === true && (!isInForce(link) || !account || link.awaits);
      const { active, ...says } = wish;
      const said = { ...link.said, ...says };
      const isSeen = account !== undefined && isInForce(link) && !this.#isDoubtful(link);
      const change = isSeen && !departs && !returns ? this.#changeOf(link, account, wish, said) : {};
      if (returns) this.#assertSure(link, said);
      this.#claimNames(link, said, active === false, returns || isInForce(link));
      const isNew = !sameSaid(said, link.said);
      link.unmarked = unmarkedNames(link, said);
      if (departs) {
        link.said = said;
        this.#depart(link, 'disabled', now);
      } else if (returns) this.#comeBack(link, said);
      else {
        link.said = said;
        if (account && Object.keys(change).length > 0) this.#write(link, account, change);
        if (isInForce(link)) link.inForceAs = said.externalId;
      }
      // Whatever the IdP says of a user who was missing, the user is there.
      const isFound = isInForce(link) && link.missing !== null;
      const update = isNew || isFound || Object.keys(change).length > 0 ? 'user.update' : null;
      const event = departs ? 'user.deprovision' : returns ? 'user.enable' : update;
      if (event !== null) {
        link.changed = now;
        link.missing = null;
        if (isSeen && !departs) this.#read(link, account);
      }
      return { status: 200, event, link };
    });
  }

  delete(idp: Idp, link: Link | undefined, now: number): Outcome {
    return this.#attempt('user.delete', () => {
      if (!link || link.idp !== idp || !isVisible(link)) throw new Refusal('user-unknown');
      this.#depart(link, 'deleted', now);
      link.changed = now;
      link.missing = null;
      return { status: 204, event: 'user.delete', link };
    });
  }

  /** What the IdP reads of a link: the account while it is in force, and else what the IdP said itself. */
  reads(link: Link): Said & { active: boolean; account: string | null; seat: string | null } {
    const account = this.#accountOf(link);
    const { userName, externalId } = link.said;
    if (!account || !isInForce(link) || this.#isDoubtful(link)) {
      return {
        ...link.said,
        active: isInForce(link) && !link.awaits && account !== undefined,
        account: null,
        seat: null,
      };
    }
    const { email, display, given, family, key, seat } = account;
    return { userName, externalId, email, display, given, family, active: !link.awaits, account: key, seat };
  }

  visible(idp: Idp): Link[] {
    return this.links.filter((link) => link.idp === idp && isVisible(link));
  }

  // Commands.

  disable(account: Account): Outcome {
    return this.#attempt('user.disable', () => {
      if (account.protected) throw new Refusal('user-protected');
      if (!account.enabled) return { status: 0, event: null };
      const row = this.pending().find((one) => one.account === account.key);
      if (row?.reason === 'doubtful') throw new Refusal('user-doubtful');
      if (!row) throw new Refusal('user-not-pending');
      this.#write(null, account, { enabled: false, seat: null });
      return { status: 0, event: 'user.disable' };
    });
  }

  /** An administrator says whose the account is. Nothing of it is changed: that is for the IdP's next request to do. */
  link(
    account: Account,
    idp: Idp,
    names: Partial<Pick<Said, 'userName' | 'externalId'>>,
    now: number,
  ): Outcome {
    return this.#attempt('user.link', () => {
      if (account.protected) throw new Refusal('user-protected');
      const { userName, externalId = null } = names;
      const links = this.links.filter(({ unlinked }) => unlinked === null);
      const hasId = (link: Link) => externalId !== null && link.said.externalId === externalId;
      const hasName = (link: Link, name = userName) =>
        name !== undefined && fold(link.said.userName) === fold(name);
      const isMeant = (link: Link) =>
        link.idp === idp && (externalId === null || hasId(link)) && (userName === undefined || hasName(link));
      const own = links.filter((link) => link.account === account.key);
      const claim = own.find((link) => isInForce(link) && !this.#isDoubtful(link));
      if (claim && isMeant(claim)) return { status: 0, event: null, link: claim };
      if (claim && !claim.awaits) throw new Refusal('user-claimed');
      const theirs = links.filter((link) => link.idp === idp && !isFinding(link));
      const isFree = (link: Link) => link.said.externalId === null || externalId === null;
      const former = theirs.find(hasId) ?? newest(theirs.filter((link) => hasName(link) && isFree(link)));
      const isElsewhere =
        former && former.account !== account.key && this.#accountOf(former) && !this.#isDoubtful(former);
      if (isElsewhere && isInForce(former) && !former.awaits) throw new Refusal('user-exists');
      const mayReturn =
        former?.account === account.key || (former && !isElsewhere && (isVisible(former) || hasId(former)));
      const found = former && (isInForce(former) || mayReturn) ? former : undefined;
      const name = userName ?? found?.said.userName ?? account.login;
      const id = externalId ?? found?.said.externalId ?? null;
      const over = own.filter((link) => link !== found && (this.#isDoubtful(link) || link === claim));
      const namesakes = theirs.filter(
        (link) => link !== found && !over.includes(link) && (hasName(link, name) || hasId(link)),
      );
      const leaveAll = () => {
        for (const link of over)
          Object.assign(link, { unlinked: now, said: { ...link.said, externalId: null } });
      };
      // Whose account it is has nothing to do with whether the user has left.
      const stays = found && !isInForce(found) && found.account === account.key;
      if (stays && !found.isSuperseded && isMeant(found)) {
        const isKnown = externalId === null || found.inForceAs === id;
        if (over.length === 0 && isKnown && !this.#isDoubtful(found))
          return { status: 0, event: null, link: found };
        leaveAll();
        found.said = { ...found.said, userName: name, externalId: id };
        Object.assign(found, { inForceAs: id, changed: now });
        this.#read(found, account);
        return { status: 0, event: 'user.link', link: found };
      }
      if (namesakes.some(isInForce)) throw new Refusal('user-exists');
      leaveAll();
      for (const link of namesakes) {
        if (isVisible(link) || hasId(link)) link.isSuperseded = true;
        // Where the person is the same, the other link is the one to be found.
        const kept = this.#formerSaid(link);
        if (hasId(link)) link.said = kept.externalId === externalId ? { ...kept, externalId: null } : kept;
      }
      const nothing = { email: null, display: null, given: null, family: null };
      const link = found ?? this.#newLink(idp, { userName: name, externalId: id, ...nothing }, null, now);
      link.said = { ...link.said, userName: name, externalId: id };
      if (stays) {
        Object.assign(link, { isSuperseded: false, inForceAs: id, changed: now });
        this.#read(link, account);
        return { status: 0, event: 'user.link', link };
      }
      if (!isInForce(link) || link.account !== account.key) link.awaits = true;
      Object.assign(link, {
        ended: null,
        isSuperseded: false,
        departed: null,
        wasInForce: true,
        missing: null,
      });
      Object.assign(link, { inForceAs: id, changed: now });
      this.#read(link, account);
      return { status: 0, event: 'user.link', link };
    });
  }

  /** An administrator says that the account is of none of the users whose links to it are doubtful. */
  disown(account: Account, now: number): Outcome {
    return this.#attempt('user.unlink', () => {
      if (account.protected) throw new Refusal('user-protected');
      const doubtful = this.links.filter(
        (link) => link.account === account.key && link.unlinked === null && this.#isDoubtful(link),
      );
      for (const link of doubtful)
        Object.assign(link, { unlinked: now, said: { ...link.said, externalId: null } });
      return { status: 0, event: doubtful.length > 0 ? 'user.unlink' : null };
    });
  }

  /** Disables what was held back and is still pending, and starts the count again. */
  release(idp: Idp, now: number): void {
    const held = this.links.filter((link) => link.idp === idp && link.isHeldBack);
    const isCounting = idp.limit && this.links.some((link) => link.idp === idp && counts(link, now));
    for (const link of held) {
      const account = this.#accountOf(link);
      // A doubtful account may be another person's by now.
      const rows = account && this.#lastOf(account) === link ? this.#pendingRow(account) : [];
      const isPending = account && rows.some(({ reason }) => reason !== 'doubtful');
      if (isPending && this.host.ignoresEnabled) continue;
      link.isHeldBack = false;
      if (!isPending) continue;
      this.#write(null, account, { enabled: false, seat: null });
      this.#read(link, account);
    }
    if (held.length > 0 || isCounting) idp.releasedAt = now;
  }

  removeIdp(idp: Idp, now: number): void {
    for (const link of this.links) {
      if (link.idp !== idp || link.ended || link.unlinked !== null) continue;
      // A leaver stays a leaver.
      if (link.missing === null) link.unlinked = now;
      else Object.assign(link, { ended: { reason: 'missing', since: link.missing }, missing: null });
    }
  }

  /**
   * Marks the enabled accounts that no active user of the IdP's own list has, unless another IdP has them or they are
   * pending already, and ends marks of those whom the list has.
   * @returns the events.
   */
  reconcile(idp: Idp, list: readonly Listed[], now: number): string[] {
    const find = (externalId: string | null, names: readonly (string | null)[]): Listed | undefined => {
      const byId = list.filter((one) => externalId !== null && one.externalId === externalId);
      const named = names.flatMap((name) =>
        list.filter((one) => name !== null && [fold(one.userName), fold(one.email)].includes(fold(name))),
      );
      const found = byId.length > 0 ? byId : named;
      return found.find(({ active }) => active) ?? found[0];
    };
    const pending = this.pending();
    const isMark = (link: Link) =>
      link.unlinked === null &&
      ((isFinding(link) && !this.#isHistory(link)) ||
        (link.idp === idp && isInForce(link) && link.missing !== null));
    const isTheirMark = (link: Link) => isMark(link) && !this.#isDoubtful(link);
    const ends = this.links.filter((link) => {
      if (!isMark(link)) return false;
      const { login, email } = this.#accountOf(link) ?? link.read;
      // Of an account that no IdP has, only its own names tell.
      const said = isFinding(link) ? null : link.said;
      return find(said?.externalId ?? null, [said?.userName ?? null, login, email])?.active === true;
    });
    const events: string[] = [];
    for (const account of this.accounts) {
      if (!account.enabled || account.protected) continue;
      const links = this.links.filter((link) => link.account === account.key && link.unlinked === null);
      const claim = links.find(isInForce);
      if (claim && claim.idp !== idp) continue;
      const row = pending.find((one) => one.account === account.key);
      if (row && row.reason !== 'missing') continue;
      const user = find(claim?.said.externalId ?? null, [
        claim?.said.userName ?? null,
        account.login,
        account.email,
      ]);
      if (user?.active || (claim ? claim.missing !== null : links.some(isTheirMark))) continue;
      events.push('user.missing');
      if (claim) claim.missing = now;
      else {
        const said = {
          userName: account.login,
          externalId: null,
          email: null,
          display: null,
          given: null,
          family: null,
        };
        const link = this.#newLink(idp, said, { reason: 'missing', since: now }, now);
        link.isSuperseded = true;
        this.#read(link, account);
      }
    }
    for (const link of ends) {
      events.push('user.found');
      if (isFinding(link)) link.unlinked = now;
      else link.missing = null;
    }
    return events;
  }

  /** One row for each enabled account whose latest link ended by the IdP's word; and those that are doubtful. */
  pending(): PendingRow[] {
    return this.accounts.flatMap((account) => this.#pendingRow(account));
  }

  // The rules.

  #pendingRow(account: Account): PendingRow[] {
    const { key } = account;
    const last = this.#lastOf(account);
    if (account.protected || !last) return [];
    if (this.#isDoubtful(last)) return [{ account: key, reason: 'doubtful' }];
    const { idp, isHeldBack, missing, unlinked } = last;
    const isMissing = missing !== null && unlinked === null;
    const ended = last.ended ?? (isMissing ? { reason: 'missing' as const, since: missing } : null);
    return ended && account.enabled ? [{ account: key, idp: idp.name, ...ended, isHeldBack }] : [];
  }

  /** The latest link of an account, in force or ended last; a doubtful one only where no other knows the account. */
  #lastOf({ key }: Account): Link | undefined {
    const links = this.links
      .filter((link) => link.account === key && !(link.ended && link.unlinked !== null))
      .sort((a, b) => endOf(a) - endOf(b));
    const sure = links.filter((link) => !this.#isDoubtful(link));
    const last = links.at(-1);
    const isKnown = sure.some(({ unlinked }) => unlinked === null) || last?.unlinked !== null;
    if (!isKnown) return last;
    // A link made by hand says nothing against a departure before its IdP has said anything.
    const isUnused = (link: Link) => link.awaits && link.missing === null;
    const used = sure.filter((link) => !isUnused(link)).at(-1);
    const hasLeft = used?.unlinked === null && used.ended && used.ended.reason !== 'missing';
    return hasLeft ? used : sure.at(-1);
  }

  /** A link that is the account's came into force since, or ended later; any link, where this one is not the account's. */
  #isHistory(link: Link): boolean {
    const isNobodys = this.#accountOf(link) === undefined || this.#isDoubtful(link);
    return this.links.some(
      (later) =>
        later !== link &&
        later.account === link.account &&
        !(later.ended && later.unlinked !== null) &&
        (isNobodys || !this.#isDoubtful(later)) &&
        endOf(later) > endOf(link),
    );
  }

  #depart(link: Link, reason: 'disabled' | 'deleted', now: number): void {
    const account = this.#accountOf(link);
    const ends = isInForce(link);
    if (ends && account && !this.#isDoubtful(link)) this.#read(link, account);
    link.ended = { reason, since: link.ended?.since ?? now };
    if (!ends) return;
    link.awaits = false;
    link.departed = now;
    if (link.idp.policy !== 'disable' || !account || account.protected || this.#isDoubtful(link)) return;
    if (!account.enabled && account.seat === null) return;
    if (this.#isTooMany(link, now)) link.isHeldBack = true;
    // Whatever the host application makes of it, the departure is recorded.
    else if (!account.enabled || !this.host.ignoresEnabled) {
      this.#write(link, account, { enabled: false, seat: null });
    }
  }

  /** Whether this departure is one too many; once accounts are held back, each is, until they are released. */
  #isTooMany(link: Link, now: number): boolean {
    const { limit } = link.idp;
    if (!limit) return false;
    const theirs = this.links.filter(({ idp }) => idp === link.idp);
    if (theirs.some(({ isHeldBack }) => isHeldBack)) return true;
    const departures = theirs.filter((one) => counts(one, now)).length;
    // Those in force before.
    const all = theirs.filter((one) => isInForce(one) || (counts(one, now) && one !== link)).length + 1;
    return departures > limit.max && (limit.percent === null || departures * 100 > limit.percent * all);
  }

  /** A link that ended, or whose account is gone, is in force again. */
  #comeBack(link: Link, said: Said): void {
    const former = this.#accountOf(link);
    const stays = this.#assertSure(link, said);
    const meant = { ...said, ...link.unmarked };
    const account = stays ? former : this.#match(meant);
    // The departure of the former person stays on record.
    const record = { ...link, id: null, isSuperseded: true, said: this.#formerSaid(link) };
    // A user who was deleted softly comes back under the names of before.
    link.said = meant;
    if (former && account !== former) {
      this.links.push(record);
      link.isHeldBack = false;
    }
    if (account) this.#enter(link, account);
    else this.#makeAccount(link, true);
    Object.assign(link, {
      said,
      ended: null,
      isSuperseded: false,
      departed: null,
      missing: null,
      awaits: false,
      wasInForce: true,
    });
  }

  /** Whether a link comes back to the account that it led to; not where that may be another person's by now. */
  #assertSure(link: Link, said: Said): boolean {
    const former = this.#accountOf(link);
    const stays = former !== undefined && !(link.ended && isAnotherPerson(link, said));
    if (!stays || !this.#isDoubtful(link)) return stays;
    this.#open(former, link);
    throw new Refusal('user-doubtful');
  }

  /** A create of a user who is not active: the link has ended, and nothing of the account is changed. */
  #createEnded(link: Link, said: Said, now: number): void {
    const account = this.#accountOf(link);
    const isSure = account && !this.#isDoubtful(link);
    if (isSure) this.#read(link, account);
    if (!link.ended) link.departed = isSure && account.enabled && link.idp.policy === 'disable' ? now : null;
    const ended = { reason: 'disabled', since: link.ended?.since ?? now } as const;
    Object.assign(link, { said, ended, isSuperseded: false, awaits: false, missing: null });
  }

  /** What is kept of the former person: under the external id that was theirs, unless another has it by now. */
  #formerSaid(link: Link): Said {
    const externalId = link.inForceAs;
    const isTheirs = (other: Link) => other.idp === link.idp && other.said.externalId === externalId;
    const isFree = !this.links.some((other) => other !== link && other.unlinked === null && isTheirs(other));
    return { ...link.said, externalId: isFree ? externalId : null };
  }

  /** The link comes into force with an account that is there. */
  #enter(link: Link, account: Account): void {
    const { said, idp } = link;
    this.#open(account, link);
    // What the IdP has not said, the application keeps.
    const names = {
      login: this.#loginOnMatch(said),
      email: said.email,
      display: displayOf(said),
      given: said.given,
      family: said.family,
    };
    const wanted = unmarked(account, withoutNulls(names));
    if (wanted.login !== undefined && this.#keepsLogin(account, wanted.login)) delete wanted.login;
    this.#assertFree(account, wanted);
    const seat = account.enabled && account.seat ? account.seat : this.#freeSeat();
    const isFirst = !this.links.some(
      (other) =>
        other.idp === idp && other.account === account.key && other.unlinked === null && other.wasInForce,
    );
    if (isFirst && !account.enabled && !idp.adoptsDisabled) throw new Refusal('user-disabled');
    this.#write(link, account, { ...wanted, enabled: true, seat, provider: true });
    link.inForceAs = said.externalId;
  }

  /** A protected account, and one that another link has in force, is not for the taking. */
  #open(account: Account, link: Link): Account {
    if (account.protected) throw new Refusal('user-protected');
    const isClaim = (other: Link) => other !== link && other.account === account.key && isInForce(other);
    if (this.links.some(isClaim)) throw new Refusal('user-claimed');
    return account;
  }

  /** Where matches rename: the address or the user name; a local part is never changed. */
  #loginOnMatch(said: Said): string | null {
    const { rule, renamesOnMatch } = this.logins;
    if (!renamesOnMatch || rule === 'local-part') return null;
    return rule === 'user-name' ? said.userName : addressOf(said);
  }

  /** A change in the IdP renames accounts whose login the rule gave. */
  #followsRule({ login }: Account, { email, userName }: Said): boolean {
    const { rule, renamesOnMatch } = this.logins;
    if (rule === 'local-part') return false;
    const given = rule === 'user-name' ? userName : (email ?? userName);
    return renamesOnMatch || fold(login) === fold(given);
  }

  /** No other account may go by it; a local part gets a number, unless the account that has it may be this user's. */
  #loginOfNew({ email, userName }: Said): string {
    const owner = (name: string) => this.accounts.find((account) => fold(account.login) === fold(name));
    if (this.logins.rule !== 'local-part') {
      const login = this.logins.rule === 'user-name' ? userName : (email ?? userName);
      if (this.accounts.some((account) => goesBy(account, login))) throw new Refusal('user-name-taken');
      return login;
    }
    const local = (email ?? userName).replace(/(?<=.)@.*$/, '');
    const names = Array.from({ length: 20 }, (_, n) => (n === 0 ? local : `${local}${n + 1}`));
    const isLinked = ({ key }: Account) => this.links.some((link) => link.account === key && isInForce(link));
    // Neither name proves that an account is this user's, or that it is not.
    const namesake = names.some((name) => fold(name) === fold(userName)) ? owner(userName) : undefined;
    if (namesake && !isLinked(namesake)) throw new Refusal('user-name-taken');
    for (const name of names) {
      const other = owner(name);
      if (!other) return name;
      if (other.email === null && !isLinked(other)) throw new Refusal('user-name-taken');
    }
    throw new Refusal('user-name-taken');
  }

  #makeAccount(link: Link, active: boolean): void {
    const { said } = link;
    const { email, given, family } = said;
    const login = this.#loginOfNew(said);
    const seat = active ? this.#freeSeat() : null;
    const wanted = { login, email, display: displayOf(said) ?? said.userName, given, family };
    const account: Account = {
      ...{
        key: `new-${++this.#made}`,
        ...wanted,
        seat,
        enabled: active,
        locked: false,
        protected: false,
        provider: true,
      },
    };
    this.accounts.push(account);
    this.#write(link, account, wanted, true);
    link.inForceAs = said.externalId;
  }

  /** What is different from what the IdP sees, and not only said again of what the application has made its own of. */
  #changeOf(link: Link, account: Account, wish: Wish, said: Said): Partial<Account> {
    const isChanged = (name: Name | 'email'): boolean => {
      const value = wish[name];
      if (value === undefined || value === account[name]) return false;
      if (value !== link.said[name]) return true;
      if (value === null) return false;
      return name === 'email' ? fold(value) !== fold(account.email) : link.derived[name] !== account[name];
    };
    const wanted: Partial<Account> = {};
    for (const name of ['email', 'given', 'family'] as const)
      if (isChanged(name)) wanted[name] = wish[name] ?? null;
    const email = wish.email === undefined ? account.email : wish.email;
    const isRenamed = said.userName !== link.said.userName;
    const { rule } = this.logins;
    if (rule === 'user-name' ? isRenamed : isChanged('email') || (email === null && isRenamed)) {
      const login = rule === 'user-name' ? said.userName : (email ?? said.userName);
      if (this.#followsRule(account, link.said)) wanted.login = login;
    }
    // Where the IdP says no display name, it follows from the parts of the name.
    const isNamed = isChanged('given') || isChanged('family');
    const parts = { given: account.given, family: account.family, ...wish };
    if (isChanged('display'))
      wanted.display = displayOf({ ...parts, display: wish.display ?? null }) ?? said.userName;
    else if (isNamed && said.display === null)
      wanted.display = displayOf({ ...parts, display: null }) ?? account.display;
    const change = different(account, unmarked(account, wanted, knownNames(link)));
    if (account.protected && Object.keys(change).length > 0) throw new Refusal('user-protected');
    this.#assertFree(account, change);
    return change;
  }

  /** What the host application makes of a write, and the refusal where it ignored what must not be ignored. */
  #write(link: Link | null, account: Account, wanted: Partial<Account>, isNew = false): void {
    const { ignoresEnabled, ignoresNames, ignoresEmail, derivesDisplay } = this.host;
    if ((wanted.display?.length ?? 0) > 200) throw new Refusal('host-refused');
    if (link) this.#read(link, account);
    const followers = this.links.filter(
      (other) =>
        other !== link &&
        other.account === account.key &&
        other.unlinked === null &&
        !this.#isDoubtful(other),
    );
    if (!isNew && Object.keys(different(account, wanted)).length === 0) return;
    const before = isNew ? wanted : { ...account };
    const changed = different(account, wanted);
    Object.assign(account, wanted);
    if (ignoresEnabled && !isNew) account.enabled = before.enabled ?? true;
    else if (changed.enabled === false) account.locked = false;
    if (ignoresEmail && !isNew) account.email = before.email ?? null;
    if (ignoresNames && !isNew) for (const name of NAMES) Object.assign(account, { [name]: before[name] });
    if (derivesDisplay) account.display = `${full(account) || account.login} *`;
    for (const attribute of ['login', 'email', 'enabled', 'seat'] as const) {
      const isTaken = wanted[attribute] === undefined || isAlike(wanted[attribute], account[attribute]);
      if (!isTaken) throw new Refusal('host-write-ignored');
    }
    // Who has renamed it is known: nobody else has become its owner.
    if ('login' in changed || 'email' in changed) for (const other of followers) this.#read(other, account);
    if (!link) return;
    link.derived = { ...link.derived };
    // A change of one name may change what the application makes of another.
    for (const name of NAMES) {
      const isKnown = name in link.derived || before[name] === link.said[name];
      if (wanted[name] === undefined && !isKnown) continue;
      const said = wanted[name] === undefined ? link.said[name] : wanted[name];
      if (said === account[name]) delete link.derived[name];
      else link.derived[name] = account[name];
    }
    this.#read(link, account);
  }

  /** By the address, as login name or e-mail address, and exactly before without regard to case. */
  #match(said: Said): Account | undefined {
    const address = addressOf(said);
    if (address === null) return undefined;
    const exact = this.accounts.filter((one) => [one.login, one.email].includes(address));
    const near = exact.length > 0 ? exact : this.accounts.filter((one) => goesBy(one, address));
    const open = near.filter((one) => !one.protected);
    if (open.length > 1) throw new Refusal('user-ambiguous');
    return open[0] ?? near[0];
  }

  /** Where another account has the new login in other letters, each keeps the login that it has. */
  #keepsLogin(account: Account, login: string): boolean {
    const others = this.accounts.filter((one) => one !== account && goesBy(one, login));
    if (!goesBy(account, login)) return false;
    if (fold(account.login) === fold(login)) return others.length > 0;
    const isOdd = (name: string | null) => name !== login && fold(name) === fold(login);
    return (
      !others.some((one) => one.login === login) && others.some((one) => isOdd(one.login) || isOdd(one.email))
    );
  }

  /**
   * User name and external id are those of one user of the IdP. Who has left gives them up to an active one; a departure
   * goes without, where they are another's.
   */
  #claimNames(link: Link, said: Said, departs: boolean, isActive: boolean): void {
    const others = this.links.filter(
      (other) => other !== link && other.idp === link.idp && other.unlinked === null,
    );
    const hasName = (other: Link) => isVisible(other) && fold(other.said.userName) === fold(said.userName);
    const hasId = (other: Link) => said.externalId !== null && other.said.externalId === said.externalId;
    const named = said.userName === link.said.userName ? [] : others.filter(hasName);
    const same = said.externalId === link.said.externalId ? [] : others.filter(hasId);
    if (departs) {
      if (named.length > 0) said.userName = link.said.userName;
      if (same.length > 0) said.externalId = link.said.externalId;
      return;
    }
    const seen = [...named, ...same].filter(isVisible);
    if (seen.some((other) => !isActive || isInForce(other))) throw new Refusal('user-exists');
    for (const other of same) {
      const former = this.#formerSaid(other);
      const isKnown = isVisible(other) && former.externalId !== said.externalId;
      // A deleted user gives its id up.
      other.said = { ...other.said, externalId: isKnown ? former.externalId : null };
    }
    for (const other of seen) other.isSuperseded = true;
  }

  /** Neither the login name nor the e-mail address is what it was: an address that is missing tells nothing. */
  #isDoubtful({ account: key, read }: Link): boolean {
    const account = this.accounts.find((one) => one.key === key);
    const isSame = (field: 'login' | 'email') =>
      account?.[field] != null && fold(account[field]) === fold(read[field]);
    return account !== undefined && !isSame('login') && !isSame('email');
  }

  #read(link: Link, { key, login, email }: Account): void {
    link.account = key;
    link.read = { login, email };
  }

  #accountOf = (link: Link) => this.accounts.find(({ key }) => key === link.account);

  /** No two accounts go by one address; one that they share already can be the login name of one of them. */
  #assertFree(own: Account, { login = own.login, email }: Partial<Account>): void {
    const isNew = (address: string) => !goesBy(own, address);
    const addresses = [
      ...(fold(login) === fold(own.login) ? [] : [login]),
      ...(email && isNew(email) ? [email] : []),
    ];
    const isTaken = (one: Account) =>
      addresses.some(
        (address) => fold(one.login) === fold(address) || (goesBy(one, address) && isNew(address)),
      );
    if (this.accounts.some((one) => one !== own && isTaken(one))) throw new Refusal('user-name-taken');
  }

  #freeSeat(): string {
    for (const { type, total } of this.pools) {
      if (this.accounts.filter(({ enabled, seat }) => enabled && seat === type).length < total) return type;
    }
    throw new Refusal('seats-exhausted');
  }

  #newLink(idp: Idp, said: Said, ended: Link['ended'], changed: number): Link {
    const link: Link = {
      ...{
        id: null,
        idp,
        account: '',
        said,
        unmarked: null,
        ended,
        unlinked: null,
        isSuperseded: false,
        awaits: false,
      },
      ...{
        changed,
        missing: null,
        departed: null,
        isHeldBack: false,
        read: { login: '', email: null },
        inForceAs: said.externalId,
        wasInForce: ended === null,
        derived: {},
      },
    };
    this.links.push(link);
    return link;
  }

  /** All of it or nothing. */
  #attempt(action: string, work: () => Outcome): Outcome {
    const before = [structuredClone(this.accounts), this.links.map((link) => ({ ...link }))] as const;
    const links = [...this.links];
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.accounts = before[0];
      this.links = links;
      for (const [at, link] of links.entries()) Object.assign(link, before[1][at]);
      return { status: STATUS[error.code] ?? 409, problem: error.code, event: action };
    }
  }
}

/** A link that was made for a mark; it is no earlier link of any user. */
const isFinding = ({ ended }: Link) => ended?.reason === 'missing';
const isLinked = (link: Link) => link.unlinked === null && !link.isSuperseded;
const isInForce = (link: Link) => isLinked(link) && link.ended === null;
const isVisible = (link: Link) => isLinked(link) && link.ended?.reason !== 'deleted';
/** The end of its time in force; what the IdP said of it goes before the end of the IdP. */
const endOf = (link: Link) => link.ended?.since ?? link.unlinked ?? Number.POSITIVE_INFINITY;
/** Whether a departure counts towards the limit of its IdP. */
const counts = ({ departed, idp: { limit, releasedAt } }: Link, now: number) =>
  departed !== null && departed > Math.max(now - (limit?.windowMs ?? 0), releasedAt);
const newest = (links: Link[]) =>
  links.find(isInForce) ?? links.find(isVisible) ?? [...links].sort((a, b) => b.changed - a.changed)[0];
/** The external id is another one than that under which the link was last in force. */
const isAnotherPerson = (link: Link, said: Said) =>
  link.inForceAs !== said.externalId && !isSamePerson(link, said);
/** The external id tells, where both have one; else the address of the account does, where it is known. */
const isSamePerson = ({ read, inForceAs, account }: Link, said: Said) => {
  if (inForceAs !== null && said.externalId !== null) return inForceAs === said.externalId;
  if (account === '') return true;
  const address = fold(addressOf(said) ?? said.userName);
  return address === fold(read.login) || address === fold(read.email);
};
const addressOf = ({ email, userName }: Said) => email ?? (userName.includes('@') ? userName : null);
/** Names and addresses in another case are the same. */
const isAlike = (one: unknown, other: unknown) => String(one).toLowerCase() === String(other).toLowerCase();
const goesBy = ({ login, email }: Account, address: string) =>
  fold(login) === fold(address) || fold(email) === fold(address);
const displayOf = (said: Pick<Said, Name>) => said.display ?? (full(said) || null);
const different = (account: Account, wanted: Partial<Account>): Partial<Account> =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => account[name as keyof Account] !== value),
  );
const withoutNulls = (wanted: object): Partial<Account> =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
/** Without the name by which Entra ID marks a deleted user: 32 hexadecimal digits in front of one that it had. */
const isMarkOf = (value: unknown, names: readonly (string | null)[]) => {
  const rest = /^[0-9a-f]{32}(.+)$/i.exec(String(value))?.[1];
  return rest !== undefined && names.some((name) => fold(name) === fold(rest));
};
const unmarked = (account: Account, wanted: Partial<Account>, known: (string | null)[] = []) =>
  Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) =>
        !(
          (name === 'login' || name === 'email') &&
          isMarkOf(value, [account.login, account.email, ...known])
        ),
    ),
  ) as Partial<Account>;
const knownNames = ({ said, unmarked }: Link) => [
  said.userName,
  said.email,
  ...(unmarked ? [unmarked.userName, unmarked.email] : []),
];
/** What is kept of the names when the IdP says others. */
const unmarkedNames = (link: Link, said: Said): Names | null => {
  const kept = link.unmarked ?? link.said;
  const isMarked = (name: keyof Names) => isMarkOf(said[name], knownNames(link));
  if (!isMarked('userName') && !isMarked('email')) return null;
  return {
    userName: isMarked('userName') ? kept.userName : said.userName,
    email: isMarked('email') ? kept.email : said.email,
  };
};
const sameSaid = (a: Said, b: Said) =>
  (Object.keys(a) as (keyof Said)[]).every((name) => a[name] === b[name]);
