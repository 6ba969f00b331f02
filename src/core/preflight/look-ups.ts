import type { Database } from '../../database/database.js';
import {
  accountsHad,
  addressesAtOnce,
  CALLED,
  type Called,
  hostUsersById,
  hostUsersCalled,
  idsOfHostUsersCalled,
  type LinkNamed,
  linksNamed,
} from '../../database/queries/host/first-sync.js';
import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import type { HostUserCandidate } from '../../database/queries/host/host-users.js';
import { plainName, spacedUserNames } from '../../database/queries/spaced-names.js';
import { within } from '../../within.js';
import { isForFormerLinks } from '../provisioning/account/adopt-disabled.js';
import { namesToLookUp } from '../provisioning/account/login-rule.js';
import { holdsBadText } from '../provisioning/stored-attributes.js';
import type { Idp, Profile } from '../provisioning/types.js';
import type { Scenery } from './course.js';
import type { Person } from './people.js';

/** Users with what the database has for them: the accounts that their addresses mean, and their links. */
interface Batch {
  people: Person[];
  lookedUp: Pick<Scenery, 'candidates' | 'known' | 'hadBefore'>;
}

/** What is looked up, and where. */
interface Place {
  database: Database;
  shape: HostUserShape;
  /** The IdP whose links count; none for one that has no users yet. */
  idp: Idp | undefined;
  /** What the installation calls new accounts. */
  rules: LoginRules;
  /** How long it may take to find one name, in milliseconds, before users are gathered. */
  patienceMs: number;
}

type LoginRules = Pick<Idp, 'loginRule' | 'renamesOnMatch'>;

/** The number of batches that are requested ahead, so that the database works while one is decided. */
const AHEAD = 3;

/** The number of users in a batch. */
const AT_A_TIME = 1_000;

/**
 * Yields the users in batches, in their order, with what the database has of them. With an index over its names, the
 * host application finds a name at once, and each batch is looked up as it comes. Without an index, each statement
 * reads all its users, so as many users are gathered first as fit into one statement.
 */
export async function* lookedUp(
  place: Place,
  people: AsyncIterable<readonly Person[]>,
): AsyncGenerator<Batch> {
  const begun: Promise<Batch>[] = [];
  for await (const lookUp of lookUpsOf(place, people)) {
    const batch = lookUp();
    // A failure is reported when the batch is awaited.
    batch.catch(() => undefined);
    begun.push(batch);
    if (begun.length > AHEAD) yield (await begun.shift()) as Batch;
  }
  while (begun.length > 0) yield (await begun.shift()) as Batch;
}

type LookUp = () => Promise<Batch>;

async function* lookUpsOf(place: Place, people: AsyncIterable<readonly Person[]>): AsyncGenerator<LookUp> {
  const findsAtOnce = await isQuick(place);
  const names = await place.database.read(async (session) => addressesAtOnce(session));
  const atOnce = Math.max(1, Math.floor(names / namesToLookUp(place.rules, ANYBODY).length));
  const most = findsAtOnce ? Math.min(AT_A_TIME, atOnce) : atOnce;
  const lookUps = findsAtOnce ? lookUpsByName : lookUpsById;
  let waiting: Person[] = [];
  for await (const some of people) {
    for (const person of some) {
      if (waiting.push(person) < most) continue;
      yield* lookUps(place, waiting);
      waiting = [];
    }
  }
  if (waiting.length > 0) yield* lookUps(place, waiting);
}

/** A user for whom as many names are looked up as for any other. */
const ANYBODY: Profile = {
  ...{ userName: 'name', email: 'local@domain', externalId: null, active: true },
  ...{ displayName: null, givenName: null, familyName: null, attributes: {} },
};

/** Whether the host application finds a name at once. A slow search is not waited for; it ends by itself. */
async function isQuick({ database, shape, patienceMs }: Place): Promise<boolean> {
  const search = async () => {
    const begin = performance.now();
    await database.read((session) => hostUsersCalled(session, shape, 'login_name', ['nobody@host.invalid']));
    return performance.now() - begin;
  };
  const first = search();
  // The first search may take longer, because it warms up. A failure is reported by the next statement, which fails too.
  const firstMs = await within(Math.min(4 * patienceMs, LONGEST_TIMER_MS), first, () => undefined);
  if (firstMs === undefined) return false;
  return firstMs < patienceMs || (await search()) < patienceMs;
}

/** The longest that Node.js can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

async function* lookUpsByName(place: Place, people: Person[]): AsyncGenerator<LookUp> {
  yield () => lookUp(place, people);
}

async function lookUp(place: Place, people: Person[]): Promise<Batch> {
  const { database, shape } = place;
  const called = (column: Called, addresses: readonly string[]) =>
    database.read((session) => hostUsersCalled(session, shape, column, addresses));
  const addresses = [...new Set(people.flatMap((person) => namesFor(person, place.rules)))];
  const accounts = await Promise.all(CALLED.map((column) => called(column, addresses)));
  return batchOf(place, people, accounts.flat());
}

/** Takes the users out of the list, so that those who are decided take no memory. */
async function* lookUpsById(place: Place, people: Person[]): AsyncGenerator<LookUp> {
  const { database, shape, rules } = place;
  const names: string[] = [];
  /** Where the names of each user end. */
  const ends: number[] = [];
  for (const person of people) ends.push(names.push(...namesFor(person, rules)));
  const ids = await idsFor(place, names);
  for (let from = 0; people.length > 0; from += AT_A_TIME) {
    const some = people.splice(0, AT_A_TIME);
    const found = ids.slice(ends[from - 1] ?? 0, ends[from + some.length - 1]);
    const wanted = [...new Set(found.flatMap((one) => one ?? []))];
    yield async () => {
      const accounts = await database.read((session) => hostUsersById(session, shape, wanted));
      return batchOf(place, some, accounts);
    };
  }
}

/** The ids of the accounts that each name may mean. Both columns are searched at the same time. */
async function idsFor(
  { database, shape }: Place,
  addresses: readonly string[],
): Promise<(string | string[] | undefined)[]> {
  const called = await Promise.all(
    CALLED.map((column) =>
      database.read((session) => idsOfHostUsersCalled(session, shape, column, addresses)),
    ),
  );
  const found = new Array<string | string[] | undefined>(addresses.length).fill(undefined);
  for (const [at, userId] of called.flat()) {
    const known = found[at];
    // Most addresses have one id, and a list for each would take more memory than the ids.
    if (known === undefined) found[at] = userId;
    else if (known !== userId) found[at] = [known, userId].flat();
  }
  return found;
}

async function batchOf(
  { database, shape, idp, rules }: Place,
  people: Person[],
  accounts: readonly HostUserCandidate[],
): Promise<Batch> {
  const candidates = candidatesOf(accounts, rules);
  if (!idp) return { people, lookedUp: { candidates, known: () => [], hadBefore: () => false } };
  const names = people.filter(({ invalid }) => invalid === undefined).map(({ profile }) => askable(profile));
  const links = await database.read(async (session) => {
    const spaced = await spacedUserNames(session, idp.id);
    const others = spaced.map(({ name }) => ({ userName: name, externalId: null }));
    return linksNamed(session, shape, idp.id, [...names, ...others]);
  });
  const hosts = [...accounts, ...links.flatMap(({ host }) => host ?? [])];
  const ids = hosts.filter((host) => isForFormerLinks(idp, host)).map(({ userId }) => userId);
  const had = await database.read((session) => accountsHad(session, idp.id, [...new Set(ids)]));
  return { people, lookedUp: { candidates, known: knownOf(links), hadBefore: (userId) => had.has(userId) } };
}

/** Some databases refuse to search for text that they cannot store. */
function askable({ userName, externalId }: Profile): { externalId: string | null; userName: string | null } {
  const orNone = (text: string | null) => (holdsBadText(text) ? null : text);
  return { externalId: orNone(externalId), userName: orNone(userName) };
}

/** The names to search for, if the database accepts them. */
const namesFor = ({ profile, invalid }: Person, rules: LoginRules): string[] =>
  invalid !== undefined
    ? []
    : namesToLookUp(rules, profile)
        .filter((name) => !holdsBadText(name))
        .map((name) => name.toLowerCase());

function candidatesOf(accounts: readonly HostUserCandidate[], rules: LoginRules): Scenery['candidates'] {
  const byName = new Map<string, HostUserCandidate[]>();
  const known = new Set<string>();
  for (const account of accounts) {
    // It may already have been found by its other name.
    if (known.has(account.userId)) continue;
    known.add(account.userId);
    const [login, email] = [account.loginName.toLowerCase(), account.email?.toLowerCase()];
    for (const name of email === undefined || email === login ? [login] : [login, email]) {
      const others = byName.get(name);
      others ? others.push(account) : byName.set(name, [account]);
    }
  }
  const called = (name: string) => byName.get(name.toLowerCase()) ?? [];
  return (profile) => {
    const [name = '', ...others] = namesToLookUp(rules, profile);
    // Most applications call an account by one name, and each user is looked up.
    return others.length === 0 ? called(name) : [...new Set([name, ...others].flatMap(called))];
  };
}

/** The links with the external id or the user name, newest first. */
function knownOf(links: readonly LinkNamed[]): Scenery['known'] {
  const byExternalId = groupedBy(links, ({ externalId }) => externalId);
  const byUserName = groupedBy(links, ({ userName }) => plainName(userName));
  return ({ externalId, userName }) => {
    const named = byUserName.get(plainName(userName)) ?? [];
    const others = (externalId === null ? undefined : byExternalId.get(externalId)) ?? [];
    return [...new Set([...named, ...others])].sort(newestFirst);
  };
}

const newestFirst = (a: LinkNamed, b: LinkNamed) => b.updatedAt.getTime() - a.updatedAt.getTime();

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    group ? group.push(one) : groups.set(key, [one]);
  }
  return groups;
}
