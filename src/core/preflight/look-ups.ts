import type { Database } from '../../database/database.js';
import {
  addressesAtOnce,
  CALLED,
  type Called,
  hostUsersById,
  hostUsersCalled,
  idsOfHostUsersCalled,
  linksNamed,
} from '../../database/queries/first-sync.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import { type HostUserCandidate, sameAddress } from '../../database/queries/host-users.js';
import type { UserRow } from '../../database/queries/users.js';
import { addressOf } from '../provisioning/match.js';
import { holdsBadText } from '../provisioning/stored-attributes.js';
import type { Profile } from '../provisioning/types.js';
import type { Scenery } from './foresee.js';
import { Pace } from './pace.js';
import { pack, unpack } from './packed-person.js';
import type { Person } from './people.js';

/** Some people, with what the database has of them: the accounts that their addresses mean, and their links. */
interface Batch {
  people: Person[];
  lookedUp: Pick<Scenery, 'candidates' | 'linked'>;
}

/** What is looked up, and where. */
interface Place {
  database: Database;
  shape: HostUserShape;
  /** The IdP whose links count; none for one that has no users yet. */
  serviceAccountId: string | undefined;
}

/** How many batches are asked for ahead, so that the database works while another one is decided. */
const AHEAD = 3;

/**
 * The people again, some at a time, in their order. Where the host application finds names by an index, they are
 * looked up as they come. Where it reads all its users through for each statement, which `Pace` finds out, as many as
 * fit into one are gathered first.
 */
export async function* lookedUp(
  place: Place,
  people: AsyncIterable<readonly Person[]>,
): AsyncGenerator<Batch> {
  const pace = new Pace(await place.database.read(async (session) => addressesAtOnce(session)));
  const begun: Promise<Batch>[] = [];
  let waiting: Person[] = [];
  let gathered: string[] = [];
  for await (const some of people) {
    for (const person of some) {
      if (pace.gathers) {
        gathered.push(pack(person));
        if (gathered.length < pace.size) continue;
        while (begun.length > 0) yield (await begun.shift()) as Batch;
        yield* lookUpGathered(place, gathered);
        gathered = [];
        continue;
      }
      waiting.push(person);
      if (waiting.length < pace.size) continue;
      const batch = waiting;
      waiting = [];
      if (pace.measures) {
        yield await pace.measured(() => lookUp(place, batch));
        continue;
      }
      begun.push(begin(place, batch));
      if (begun.length > AHEAD) yield (await begun.shift()) as Batch;
    }
  }
  while (begun.length > 0) yield (await begun.shift()) as Batch;
  if (waiting.length > 0) yield await lookUp(place, waiting);
  if (gathered.length > 0) yield* lookUpGathered(place, gathered);
}

function begin(place: Place, people: Person[]): Promise<Batch> {
  const batch = lookUp(place, people);
  // What fails is heard of when its turn comes.
  batch.catch(() => undefined);
  return batch;
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

/** How many of those gathered are held whole at a time. */
const HELD = 1_000;

async function* lookUpGathered(place: Place, packed: string[]): AsyncGenerator<Batch> {
  const { database, shape } = place;
  const ids = await idsFor(place, packed);
  for (let from = 0; from < packed.length; from += HELD) {
    const people = packed.slice(from, from + HELD).map(unpack);
    packed.fill('', from, from + HELD);
    const wanted = [...new Set(people.flatMap((_, at) => ids[from + at] ?? []))];
    yield batchOf(place, people, await database.read((session) => hostUsersById(session, shape, wanted)));
  }
}

/** The ids of the accounts that each may mean: looked for by both names at once, which takes long. */
async function idsFor(
  { database, shape }: Place,
  packed: readonly string[],
): Promise<(string | string[] | undefined)[]> {
  const addresses = packed.map((text) => addressFor(unpack(text)));
  const called = await Promise.all(
    CALLED.map((column) =>
      database.read((session) => idsOfHostUsersCalled(session, shape, column, addresses)),
    ),
  );
  const found = new Array<string | string[] | undefined>(packed.length).fill(undefined);
  for (const [at, userId] of called.flat()) {
    const known = found[at];
    // Most have one, and a list for each would take more memory than the ids.
    if (known === undefined) found[at] = userId;
    else if (known !== userId) found[at] = [known, userId].flat();
  }
  return found;
}

async function batchOf(
  { database, shape, serviceAccountId }: Place,
  people: Person[],
  accounts: readonly HostUserCandidate[],
): Promise<Batch> {
  const candidates = candidatesOf(accounts);
  if (serviceAccountId === undefined) return { people, lookedUp: { candidates, linked: () => undefined } };
  const names = people.filter(isAskable).map(({ profile }) => profile);
  const links = await database.read((session) => linksNamed(session, shape, serviceAccountId, names));
  return { people, lookedUp: { candidates, linked: linkedOf(links) } };
}

/** Some databases refuse to be asked for what no account can be called. */
const isAskable = ({ profile: { userName, externalId }, invalid }: Person): boolean =>
  invalid === undefined && !holdsBadText([userName, externalId]);

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
  return (address) =>
    (byName.get(address.toLowerCase()) ?? []).filter(
      ({ loginName, email }) => sameAddress(loginName, address) || sameAddress(email, address),
    );
}

/** By external id first, then by user name, as the IdP finds them. */
function linkedOf(links: readonly UserRow[]): Scenery['linked'] {
  const byExternalId = new Map(links.map((row) => [row.externalId, row]));
  const byUserName = new Map(links.map((row) => [row.userName.toLowerCase(), row]));
  return ({ externalId, userName }: Profile) =>
    (externalId !== null ? byExternalId.get(externalId) : undefined) ??
    byUserName.get(userName.toLowerCase());
}
