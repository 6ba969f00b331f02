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
} from '../../database/queries/first-sync.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserCandidate } from '../../database/queries/host-users.js';
import { plainName, spacedUserNames } from '../../database/queries/spaced-names.js';
import { isForFormerLinks } from '../provisioning/adopt-disabled.js';
import { addressOf } from '../provisioning/match.js';
import { holdsBadText } from '../provisioning/stored-attributes.js';
import type { Idp, Profile } from '../provisioning/types.js';
import type { Scenery } from './course.js';
import type { Person } from './people.js';

/** Some people, with what the database has of them: the accounts that their addresses mean, and their links. */
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
  /** How long it may take to find a name, in milliseconds, before people are gathered. */
  patienceMs: number;
}

/** How many batches are asked for ahead, so that the database works while another one is decided. */
const AHEAD = 3;

/** How many people a batch has. */
const AT_A_TIME = 1_000;

/**
 * The people again, some at a time, in their order. Where the host application finds a name at once, they are looked
 * up as they come. Where it takes long, as it reads all its users through for each statement, as many as fit into one
 * statement are gathered first.
 */
export async function* lookedUp(
  place: Place,
  people: AsyncIterable<readonly Person[]>,
): AsyncGenerator<Batch> {
  const lookUps = (await findsAtOnce(place)) ? asTheyCome(place, people) : gathered(place, people);
  const begun: Promise<Batch>[] = [];
  for await (const lookUp of lookUps) {
    const batch = lookUp();
    // What fails is heard of when its turn comes.
    batch.catch(() => undefined);
    begun.push(batch);
    if (begun.length > AHEAD) yield (await begun.shift()) as Batch;
  }
  while (begun.length > 0) yield (await begun.shift()) as Batch;
}

type LookUp = () => Promise<Batch>;

async function findsAtOnce({ database, shape, patienceMs }: Place): Promise<boolean> {
  const took: number[] = [];
  // The first one warms up.
  for (let turn = 0; turn < 2; turn++) {
    const begin = performance.now();
    await database.read((session) => hostUsersCalled(session, shape, 'login_name', ['nobody@host.invalid']));
    took.push(performance.now() - begin);
  }
  return Math.min(...took) < patienceMs;
}

async function* asTheyCome(place: Place, people: AsyncIterable<readonly Person[]>): AsyncGenerator<LookUp> {
  let waiting: Person[] = [];
  for await (const some of people) {
    for (const person of some) {
      if (waiting.push(person) < AT_A_TIME) continue;
      const batch = waiting;
      waiting = [];
      yield () => lookUp(place, batch);
    }
  }
  if (waiting.length > 0) yield () => lookUp(place, waiting);
}

async function lookUp(place: Place, people: Person[]): Promise<Batch> {
  const { database, shape } = place;
  const called = (column: Called, addresses: readonly string[]) =>
    database.read((session) => hostUsersCalled(session, shape, column, addresses));
  const addresses = [...new Set(people.flatMap((person) => addressFor(person) ?? []))];
  const byLogin = await called('login_name', addresses);
  const logins = new Set(byLogin.map(({ loginName }) => loginName.toLowerCase()));
  // Where a login name is the address, `chooseMatch` does not look at e-mail addresses.
  const others = addresses.filter((address) => !logins.has(address));
  return batchOf(place, people, [...byLogin, ...(await called('email', others))]);
}

async function* gathered(place: Place, people: AsyncIterable<readonly Person[]>): AsyncGenerator<LookUp> {
  const most = await place.database.read(async (session) => addressesAtOnce(session));
  let waiting = new Waiting();
  for await (const some of people) {
    for (const person of some) {
      if (waiting.push(person) < most) continue;
      yield* lookUpsById(place, waiting);
      waiting = new Waiting();
    }
  }
  yield* lookUpsById(place, waiting);
}

/** Users waiting for the next look-up, each as text: objects would take several times the memory. */
class Waiting {
  readonly #texts: string[] = [];
  readonly addresses: (string | null)[] = [];

  push(person: Person): number {
    this.addresses.push(addressFor(person));
    return this.#texts.push(JSON.stringify(person));
  }

  /** These, who no longer wait. */
  take(from: number, to: number): Person[] {
    const people = this.#texts.slice(from, to).map((text) => JSON.parse(text) as Person);
    this.#texts.fill('', from, to);
    return people;
  }
}

async function* lookUpsById(place: Place, waiting: Waiting): AsyncGenerator<LookUp> {
  const { database, shape } = place;
  const ids = await idsFor(place, waiting.addresses);
  for (let from = 0; from < ids.length; from += AT_A_TIME) {
    const to = from + AT_A_TIME;
    yield async () => {
      const wanted = [...new Set(ids.slice(from, to).flatMap((one) => one ?? []))];
      const accounts = await database.read((session) => hostUsersById(session, shape, wanted));
      return batchOf(place, waiting.take(from, to), accounts);
    };
  }
}

/** The ids of the accounts that each address may mean: looked for by both names at once, which takes long. */
async function idsFor(
  { database, shape }: Place,
  addresses: readonly (string | null)[],
): Promise<(string | string[] | undefined)[]> {
  const called = await Promise.all(
    CALLED.map((column) =>
      database.read((session) => idsOfHostUsersCalled(session, shape, column, addresses)),
    ),
  );
  const found = new Array<string | string[] | undefined>(addresses.length).fill(undefined);
  for (const [at, userId] of called.flat()) {
    const known = found[at];
    // Most have one, and a list for each would take more memory than the ids.
    if (known === undefined) found[at] = userId;
    else if (known !== userId) found[at] = [known, userId].flat();
  }
  return found;
}

async function batchOf(
  { database, shape, idp }: Place,
  people: Person[],
  accounts: readonly HostUserCandidate[],
): Promise<Batch> {
  const candidates = candidatesOf(accounts);
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

/** Some databases refuse to be asked for what no account can be called. */
function askable({ userName, externalId }: Profile): { externalId: string | null; userName: string | null } {
  const orNone = (text: string | null) => (holdsBadText(text) ? null : text);
  return { externalId: orNone(externalId), userName: orNone(userName) };
}

/** The address to ask for, if it can be. */
function addressFor({ profile, invalid }: Person): string | null {
  const address = addressOf(profile) ?? profile.userName;
  return invalid !== undefined || holdsBadText(address) ? null : address.toLowerCase();
}

function candidatesOf(accounts: readonly HostUserCandidate[]): Scenery['candidates'] {
  const byName = new Map<string, HostUserCandidate[]>();
  const known = new Set<string>();
  for (const account of accounts) {
    // By its other name it may have been found already.
    if (known.has(account.userId)) continue;
    known.add(account.userId);
    const [login, email] = [account.loginName.toLowerCase(), account.email?.toLowerCase()];
    for (const name of email === undefined || email === login ? [login] : [login, email]) {
      const others = byName.get(name);
      others ? others.push(account) : byName.set(name, [account]);
    }
  }
  return (address) => byName.get(address.toLowerCase()) ?? [];
}

/** Those that have the external id or the user name, newest first. */
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
