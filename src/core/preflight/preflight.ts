import type { Session } from '../../database/database.js';
import { type HostUserShape, hostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserCandidate } from '../../database/queries/host-users.js';
import { linkedUsers } from '../../database/queries/linked-users.js';
import { provisioningFacts } from '../../database/queries/provisioning-facts.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { addressOf } from '../provisioning/match.js';
import { holdsBadText } from '../provisioning/stored-attributes.js';
import type { Idp } from '../provisioning/types.js';
import { seatPools } from '../seats.js';
import { findAccount, type ServiceAccount } from '../service-accounts/service-account.js';
import { type Foreseen, foresee, OUTCOMES, type Outcome, type Scenery } from './foresee.js';
import type { Person } from './people.js';

export interface Preflight {
  /** How many are in the export. */
  users: number;
  /** Accounts that are there already, and are taken over. */
  matched: number;
  toCreate: number;
  /** Whom this IdP has linked before: nothing is to be decided about them. */
  linked: number;
  /** Refused: several accounts, or several people of the export, go by one address. */
  ambiguous: number;
  /** Refused: the account is kept from provisioning. */
  protected: number;
  /** Refused: another user of an IdP has the account. */
  claimed: number;
  /** Refused: an account that is not theirs has the name. */
  taken: number;
  /** Refused: the account is disabled, and the IdP is set to leave such accounts alone. */
  disabled: number;
  /** Refused: what the IdP says cannot be stored. */
  invalid: number;
  /** Accounts that the sync enables, and that it disables. */
  toEnable: number;
  toDisable: number;
  /** Enabled accounts that end up on the pending list. */
  becomePending: number;
  seatsNeeded: number;
  seatsFree: number;
  /** Whether the free seats suffice. */
  fits: boolean;
}

export interface PreflightOptions {
  /** The IdP whose first sync it is; without it, one that has linked nobody yet. */
  idp?: string;
  /** Hears how many are looked up. */
  progress?: (done: number) => void;
}

/** So many addresses at a time: SQL Server takes 2,100 parameters at most. */
const AT_A_TIME = 200;

/**
 * What a first sync of these people would come to, as things are at this moment. Changes nothing.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function preflight(
  core: Core,
  people: readonly Person[],
  { idp, progress }: PreflightOptions = {},
): Promise<{ summary: Preflight; people: Foreseen[] }> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user', 'host_licence']);
    const account = idp === undefined ? undefined : await findAccount(session, idp, core.clock());
    const shape = await hostUserShape(session);
    const scenery: Scenery = {
      core,
      shape,
      idp: account ? { ...account, adoptsDisabled: account.adoptDisabled !== 'refuse' } : NOBODY,
      candidates: await candidatesFor(session, shape, people, progress),
      linked: account ? await linksOf(session, account) : () => undefined,
    };
    const foreseen = foresee(people, scenery);
    const pools = await seatPools(session);
    return { summary: summaryOf(foreseen, pools), people: foreseen };
  });
}

/** An IdP that is not set up yet. */
const NOBODY: Idp = { id: '', name: '', kind: 'generic', ssoProviderId: '', deprovisionPolicy: 'manual' };

async function candidatesFor(
  session: Session,
  shape: HostUserShape,
  people: readonly Person[],
  progress: PreflightOptions['progress'],
): Promise<Scenery['candidates']> {
  const keys = people.map(({ profile }) => (addressOf(profile) ?? profile.userName).toLowerCase());
  // Some databases refuse to be asked for what nobody can be called.
  const addresses = [...new Set(keys)].filter((key) => key !== '' && !holdsBadText(key));
  const found = new Map<string, HostUserCandidate[]>();
  for (let from = 0; from < addresses.length; from += AT_A_TIME) {
    const some = addresses.slice(from, from + AT_A_TIME);
    const { candidates } = await provisioningFacts(session, shape, { serviceAccountId: '', addresses: some });
    const asked = new Set(some);
    for (const one of candidates) {
      for (const key of new Set([one.loginName, one.email].map((text) => text?.toLowerCase()))) {
        // The other name of this host user may be asked for at another time, and bring it again.
        if (key !== undefined && asked.has(key)) found.set(key, [...(found.get(key) ?? []), one]);
      }
    }
    progress?.(Math.min(from + AT_A_TIME, addresses.length));
  }
  return (address) => found.get(address.toLowerCase()) ?? [];
}

/** By external id first, then by user name, as the IdP finds them. */
async function linksOf(session: Session, { id }: ServiceAccount): Promise<Scenery['linked']> {
  const rows = await linkedUsers(session, { serviceAccountId: id, withGroups: false });
  const byExternalId = new Map(rows.map((row) => [row.externalId, row]));
  const byUserName = new Map(rows.map((row) => [row.userName.toLowerCase(), row]));
  return ({ externalId, userName }) =>
    (externalId !== null ? byExternalId.get(externalId) : undefined) ??
    byUserName.get(userName.toLowerCase());
}

function summaryOf(people: readonly Foreseen[], pools: readonly { free: number }[]): Preflight {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of people) counts[outcome]++;
  const { match: matched, create: toCreate, ...others } = counts;
  const seatsNeeded = people.filter(({ needsSeat }) => needsSeat).length;
  const seatsFree = pools.reduce((sum, { free }) => sum + free, 0);
  return {
    users: people.length,
    matched,
    toCreate,
    ...others,
    toEnable: people.filter(({ changes }) => changes.enabled?.[1] === true).length,
    toDisable: people.filter(({ changes }) => changes.enabled?.[1] === false).length,
    becomePending: people.filter(({ becomesPending }) => becomesPending).length,
    seatsNeeded,
    seatsFree,
    fits: seatsNeeded <= seatsFree,
  };
}
