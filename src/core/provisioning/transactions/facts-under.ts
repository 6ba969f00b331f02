import type { Session } from '../../../database/database.js';
import type { HostUserShape } from '../../../database/queries/host/host-user-shape.js';
import { type Facts, type FactsQuery, NO_FACTS } from '../../../database/queries/users/facts.js';
import { provisioningFacts } from '../../../database/queries/users/provisioning-facts.js';
import type { ChangeScene } from '../account/access.js';
import { factsWithSeats } from '../account/seat.js';
import type { Held } from './held.js';
import { locksOf, MoreLocks, moreThan } from './locks.js';

/**
 * The scene with the facts that a change is decided by, as they are under these locks. Those that are not held yet are
 * taken if nobody has them: then nothing that was read before is out of date, since it is under the locks of the
 * beginning.
 * @param externalId that of the link, which no other link can have.
 * @throws MoreLocks where they cannot be had without waiting.
 */
export async function factsUnder(
  session: Session,
  scene: ChangeScene,
  wanted: Partial<Held>,
  query: FactsQuery,
  externalId: string | null = null,
): Promise<ChangeScene> {
  const { core, shape, held, ahead } = scene;
  const more = moreThan(held, wanted);
  if (!more) {
    const known = ahead && covers(ahead.query, query, externalId);
    return { ...scene, facts: known ? partOf(ahead.facts, query) : await ask(session, shape, query) };
  }
  // Who shares a transaction must not meet the others in it, and what is tried gives back only the locks it began with.
  if (session.shared || core.rehearses || more.claims === 'alone') throw new MoreLocks(more);
  const [random = 0] = core.random(1);
  const has = new Set(locksOf([held], random).map(({ name }) => name));
  const missing = locksOf([more], random).filter(({ name }) => !has.has(name));
  const taking = session.dialect.tryLocks(session, session.schema, missing);
  if (!session.pipelines && !(await taking)) throw new MoreLocks(more);
  const [taken, facts] = await Promise.all([taking, ask(session, shape, query)]);
  if (!taken) throw new MoreLocks(more);
  return { ...scene, held: more, facts, ahead: undefined };
}

/** Asks nothing where nothing is to be known. */
export async function ask(session: Session, shape: HostUserShape, query: FactsQuery): Promise<Facts> {
  const { names, addresses = [], linkedBy, access, departures } = query;
  if (access) return factsWithSeats(session, shape, query);
  const isNothing = !names && addresses.length === 0 && linkedBy === undefined && !departures;
  return isNothing ? NO_FACTS : provisioningFacts(session, shape, query);
}

function covers(asked: FactsQuery, query: FactsQuery, externalId: string | null): boolean {
  const { names, addresses = [], linkedBy, access, departures } = query;
  const given = new Set(asked.addresses);
  return (
    (!names || (asked.names?.userName === names.userName && isOwn(names.externalId, externalId))) &&
    // More candidates than were asked for might be taken for somebody's.
    (addresses.length === 0 ||
      (given.size === new Set(addresses).size && addresses.every((one) => given.has(one)))) &&
    (linkedBy === undefined || asked.linkedBy === linkedBy) &&
    (!access || asked.access === true) &&
    (!departures || asked.departures !== undefined)
  );
}

/** Nobody else can have the external id of a link: whoever is looked for by it is the user alone. */
const isOwn = (wanted: string | null, externalId: string | null): boolean =>
  wanted === null || wanted === externalId;

/** What was asked for, and not what was asked for nothing. */
const partOf = (
  facts: Facts,
  { names, addresses = [], linkedBy, access, departures }: FactsQuery,
): Facts => ({
  ...NO_FACTS,
  ...(names && { known: facts.known }),
  ...(addresses.length > 0 && { candidates: facts.candidates }),
  ...(linkedBy !== undefined && { linked: facts.linked, linkAgrees: facts.linkAgrees }),
  ...(access && {
    hosting: facts.hosting,
    accountEnabled: facts.accountEnabled,
    ssoProviders: facts.ssoProviders,
    pools: facts.pools,
  }),
  ...(departures && { departures: facts.departures }),
});
