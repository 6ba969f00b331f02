import type { Session } from '../../database/database.js';
import type { RowFault } from '../../database/queries/host/host-rows.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host/host-user-shape.js';
import { describeHostViews } from '../../database/queries/host/host-views.js';
import { readLoginRules } from '../../database/queries/installation.js';
import { readServiceAccount } from '../../database/queries/service-accounts.js';
import { type DepartureFacts, NO_FACTS } from '../../database/queries/users/facts.js';
import { provisioningFacts } from '../../database/queries/users/provisioning-facts.js';
import type { Core } from '../core.js';
import { rowFaultInWords } from '../host/rows.js';
import { examinedRows } from '../host/status.js';
import { unfitInWords } from '../host/unreadable.js';
import { assertHostViews } from '../host/views.js';
import { assertMayProvision } from '../provisioning/account/access.js';
import { departuresSince, limitOf } from '../provisioning/departures/departure-limit.js';
import type { Idp } from '../provisioning/types.js';
import { seatPools } from '../seats.js';
import { findAccount } from '../service-accounts/service-account.js';
import type { ChangedField } from './announced.js';
import { Catalogue, type CatalogueReport } from './catalogue.js';
import type { Scenery } from './course.js';
import { DeparturesAhead } from './departures-ahead.js';
import { type Foreseen, foresee, OUTCOMES, type SyncOutcome } from './foresee.js';
import { lookedUp } from './look-ups.js';
import { NamesBefore } from './names-before.js';
import type { Person } from './people.js';
import { Rehearsal, type RehearsalCounts } from './rehearsal.js';
import { SeatsAhead } from './seats-ahead.js';

export interface Preflight {
  /** The number of users in the export. */
  users: number;
  /** Users with an existing account, which the sync takes over. */
  matched: number;
  toCreate: number;
  /** Users that this IdP has already linked. */
  linked: number;
  /** Refused: several accounts or several users of the export have the same address. */
  ambiguous: number;
  /** Refused: the account is protected from provisioning. */
  protected: number;
  /** Refused: another user of an IdP has the account. */
  claimed: number;
  /** Refused: the account of another person, or another user of the IdP, has the name. */
  taken: number;
  /** Refused: the account is disabled, and the IdP is configured not to take over disabled accounts. */
  disabled: number;
  /** Refused: the account of a user who returns may now belong to another person. */
  doubtful: number;
  /** Refused: the values of the IdP cannot be stored. */
  invalid: number;
  /** Refused: the host application does not accept the user. */
  refused: number;
  /** Accounts that the sync enables, and that it disables. */
  toEnable: number;
  toDisable: number;
  /** Enabled accounts that end up on the pending list. */
  becomePending: number;
  /** Existing accounts that the sync changes, by what it changes of them. */
  changed: Partial<Record<ChangedField, number>>;
  seatsNeeded: number;
  /** Infinity for no limit; NaN where the host application's seats cannot be counted. */
  seatsFree: number;
  /** Those of the `invalid` users for whom the export does not say whether they need a seat. */
  undecided: number;
  /** What the catalogue of the host application was compared for. */
  catalogue: CatalogueReport;
  /** What the rehearsal wrote and rolled back, if there was one. */
  rehearsal?: RehearsalCounts;
  /**
   * Whether there are enough free seats, even if all undecided users need one, and the host application accepts every
   * user, as far as is known. False for an empty list, and if a rehearsal had to skip users.
   */
  fits: boolean;
  /** Rows and columns of the host views that are not as docs/host-views.md says; absent if there are none. */
  hostFaults?: string[];
}

export interface PreflightOptions {
  /** The IdP that will sync; without it, an IdP that has linked no user yet. */
  idp?: string;
  /** Called with the number of users compared so far. */
  progress?: (done: number) => void;
  /** Tries what is foreseen and rolls it back. Requires `idp`. */
  rehearse?: boolean;
  /** The longest wait of a rehearsal for a lock, in milliseconds, on engines that set it per transaction. */
  lockMs?: number;
  /** Selects the users in the result; all users without it. */
  keep?: (foreseen: Foreseen) => boolean;
  /** The time that finding one name may take, in milliseconds, before many are looked up at once. */
  patienceMs?: number;
}

/** With an index, finding a name takes a few milliseconds; reading a million users takes some hundred. */
const PATIENCE_MS = 25;

/**
 * What a first sync of these users would do in the current state of the database. Changes nothing: a rehearsal is
 * rolled back. Keeps at most the users of one statement in memory, and the names of all others.
 * @throws Problem `idp-unknown`, `host-views-missing`, and what reading the users throws; with a rehearsal also
 *   `hosting-cloud`, `idp-disabled`, `saml-not-enabled`, because the endpoint would refuse every user.
 */
export async function preflight(
  core: Core,
  people: readonly Person[] | AsyncIterable<readonly Person[]>,
  {
    idp,
    progress,
    keep = () => true,
    patienceMs = PATIENCE_MS,
    rehearse = false,
    lockMs,
  }: PreflightOptions = {},
): Promise<{ summary: Preflight; people: Foreseen[] }> {
  const { shape, known, fallback, departures } = await begin(core, idp);
  const tally = new Tally();
  const kept: Foreseen[] = [];
  const before = {
    names: new NamesBefore(),
    departures: new DeparturesAhead(limitOf(known ?? UNKNOWN_IDP), departures, core.clock()),
  };
  const source = Symbol.asyncIterator in people ? people : inOnePiece(people);
  const place = { database: core.database, shape, idp: known, rules: known ?? fallback, patienceMs };
  const rehearsal =
    rehearse && known ? new Rehearsal(core, (done) => progress?.(tally.users + done), lockMs) : undefined;
  if (rehearsal && known) await assertGoesOn(core, shape, known);
  const catalogue = await Catalogue.read(core, shape, known ?? fallback);
  const { hostFaults, areSeatsKnown } = await examinedHost(core);
  // Where they cannot be counted, no user can be told that a seat is free.
  const pools = areSeatsKnown ? await core.database.read(seatPools) : [];
  const seats = new SeatsAhead(pools);
  const tell = (some: readonly Person[], foreseen: readonly Foreseen[]) => {
    for (const [at, one] of foreseen.entries()) {
      seats.assign(one);
      tally.add(one, some[at]?.undecided ?? false);
      if (keep(one)) kept.push(one);
    }
    progress?.(tally.users);
  };
  // The database compares one batch with the catalogue while the next one is decided.
  let behind = async () => {};
  for await (const batch of lookedUp(place, source)) {
    const scenery: Scenery = { shape, idp: known ?? fallback, ...batch.lookedUp };
    const decided = foresee(batch.people, scenery, before);
    const tried = (await rehearsal?.of(batch.people, decided, scenery)) ?? decided;
    const compared = catalogue.of(batch.people, tried);
    // A failure is reported when the batch is awaited.
    compared.catch(() => undefined);
    await behind();
    behind = async () => tell(batch.people, await compared);
  }
  await behind();
  const free = areSeatsKnown ? pools.reduce((sum, one) => sum + one.free, 0) : Number.NaN;
  return {
    summary: {
      ...tally.summary(free, hostFaults, rehearsal?.counts),
      catalogue: catalogue.report,
    },
    people: kept,
  };
}

/** Makes sure that the endpoint would not refuse every user, whatever the host application says. */
const assertGoesOn = (core: Core, shape: HostUserShape, idp: Idp): Promise<void> =>
  core.database.read(async (session) => {
    const query = { serviceAccountId: idp.id, access: true };
    assertMayProvision({ idp, facts: await provisioningFacts(session, shape, query) });
  });

const SEATS: readonly string[] = ['seats_total', 'seats_used'];

/** Reads every row of the host views once. */
async function examinedHost({ database }: Core): Promise<{ hostFaults: string[]; areSeatsKnown: boolean }> {
  const unfit = (await database.read(describeHostViews)).flatMap((view) => view.unfit);
  const { rows, unreadable } = await examinedRows(database, { compares: false });
  const isSaid = ({ view, column }: RowFault) =>
    unfit.some((one) => one.view === view && one.column === column);
  return {
    hostFaults: [
      ...unfit.map(unfitInWords),
      ...(unreadable === undefined ? [] : [unreadable]),
      ...rows.filter((fault) => !isSaid(fault)).map(rowFaultInWords),
    ],
    areSeatsKnown: !rows.some(({ view, column }) => view === 'host_licence' && SEATS.includes(column)),
  };
}

async function* inOnePiece(people: readonly Person[]): AsyncGenerator<readonly Person[]> {
  yield people;
}

interface Beginning {
  shape: HostUserShape;
  /** The IdP, if the caller names one. */
  known?: Idp;
  /** One that is not set up yet. */
  fallback: Idp;
  departures: DepartureFacts;
}

const begin = (core: Core, idp: string | undefined): Promise<Beginning> =>
  core.database.read(async (session) => {
    await assertHostViews(session, ['host_user', 'host_licence']);
    const shape = await hostUserShape(session);
    const known = idp === undefined ? undefined : await findIdp(core, session, idp);
    const fallback: Idp = { ...UNKNOWN_IDP, ...(await readLoginRules(session)) };
    if (!known) return { shape, fallback, departures: NO_FACTS.departures };
    const limit = limitOf(known);
    const asked = limit && { ...departuresSince(limit, core.clock()), beyond: 0 };
    const query = { serviceAccountId: known.id, ...(asked && { departures: asked }) };
    const { departures } = asked ? await provisioningFacts(session, shape, query) : NO_FACTS;
    return { shape, known, fallback, departures };
  });

/** The IdP as the endpoint sees it after authentication. */
async function findIdp(core: Core, session: Session, reference: string): Promise<Idp> {
  const account = await findAccount(session, reference, core.clock());
  const row = await readServiceAccount(session, account.id);
  const limit = row?.departureLimit;
  return {
    ...account,
    adoptsDisabled: row?.adoptsDisabled ?? true,
    ssoSubject: row?.ssoSubject ?? null,
    ...(await readLoginRules(session)),
    departureLimit: limit ? { ...limit, releasedAt: row.releasedAt } : null,
  };
}

/** An IdP that is not set up yet. */
const UNKNOWN_IDP: Idp = {
  id: '',
  name: '',
  kind: 'generic',
  ssoProviderId: '',
  deprovisionPolicy: 'manual',
};

/** Counts users without keeping them. */
class Tally {
  readonly #counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    SyncOutcome,
    number
  >;
  #seatsNeeded = 0;
  #undecided = 0;
  #toEnable = 0;
  #toDisable = 0;
  #becomePending = 0;
  readonly #changed: Preflight['changed'] = {};
  users = 0;

  add({ outcome, needsSeat, changes, becomesPending }: Foreseen, isUndecided: boolean): void {
    this.users++;
    this.#counts[outcome]++;
    if (needsSeat) this.#seatsNeeded++;
    if (isUndecided) this.#undecided++;
    if (changes.enabled?.[1] === true) this.#toEnable++;
    if (changes.enabled?.[1] === false) this.#toDisable++;
    if (becomesPending) this.#becomePending++;
    for (const field of Object.keys(changes) as ChangedField[])
      this.#changed[field] = (this.#changed[field] ?? 0) + 1;
  }

  summary(
    seatsFree: number,
    hostFaults: string[],
    rehearsal?: RehearsalCounts,
  ): Omit<Preflight, 'catalogue'> {
    const { match: matched, create: toCreate, ...others } = this.#counts;
    const [users, seatsNeeded, undecided] = [this.users, this.#seatsNeeded, this.#undecided];
    const isTaken = others.refused === 0 && !rehearsal?.notTried;
    const isSound = isTaken && hostFaults.length === 0;
    const fits = others.invalid < users && seatsNeeded + undecided <= seatsFree && isSound;
    const announced = {
      toEnable: this.#toEnable,
      toDisable: this.#toDisable,
      becomePending: this.#becomePending,
      changed: this.#changed,
    };
    const tried = rehearsal && { rehearsal };
    return {
      ...{ users, matched, toCreate, ...others, ...announced },
      ...{ seatsNeeded, seatsFree, undecided, ...tried, fits },
      ...(hostFaults.length > 0 && { hostFaults }),
    };
  }
}
