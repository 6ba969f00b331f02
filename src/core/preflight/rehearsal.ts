import { DatabaseFault, isPassing } from '../../database/fault.js';
import { keepable } from '../../database/queries/host-users.js';
import type { Trial } from '../../database/rehearsal.js';
import { Problem } from '../../problem.js';
import type { Core } from '../core.js';
import { exclusion } from '../provisioning/access.js';
import { changeUser } from '../provisioning/change-user.js';
import { createUser } from '../provisioning/create-user.js';
import { different } from '../provisioning/host-profile.js';
import { linkMeant } from '../provisioning/origin.js';
import { refusalOfConstraint } from '../provisioning/races.js';
import { isOfHost, refusalIn } from '../provisioning/sparing-account.js';
import type { Profile } from '../provisioning/types.js';
import { NOTHING_ANNOUNCED } from './announced.js';
import { type Scenery, wantedOf } from './course.js';
import { type Foreseen, isRefusal, outcomeOf } from './foresee.js';
import type { Person } from './people.js';

/** How many users one transaction tries: SQL Server escalates to a lock of the whole table from 5,000 locks on. */
const AT_A_TIME = 200;
/** How long one transaction goes on, since the host application may wait for it. */
const HOLD_MS = 1_000;
/** How long it waits for a lock, so that the batch is skipped rather than that others wait for what it holds. */
export const LOCK_MS = 2_000;

export interface RehearsalCounts {
  /** New accounts that were written and rolled back, or refused: each may have used up a number of a sequence. */
  created: number;
  /** Accounts that were changed, and the change rolled back or refused. */
  changed: number;
  /** Users whose create or change was skipped, since the database was busy. */
  notTried: number;
}

/** A create or a change that writes an account. */
interface Attempt {
  /** Position in the list of those who are decided on together. */
  at: number;
  profile: Profile;
  /** The link that is changed; none for a create. */
  identityId: string | undefined;
}

/** What the attempt failed by; nothing where it held. */
type Result = { failure?: unknown };

/**
 * Carries out what was foreseen by the code of the endpoint itself, each user for themselves, and takes it back: what only
 * triggers and constraints of the host application know is known then.
 */
export class Rehearsal {
  readonly counts: RehearsalCounts = { created: 0, changed: 0, notTried: 0 };

  constructor(
    private readonly core: Core,
    /** Hears how many of those at hand were tried. */
    private readonly progress: (done: number) => void,
    private readonly lockMs = LOCK_MS,
  ) {}

  /** What was foreseen of these, with what the rehearsal says of it. */
  async of(people: readonly Person[], foreseen: readonly Foreseen[], scenery: Scenery): Promise<Foreseen[]> {
    const attempts = foreseen.flatMap((one, at) => {
      const person = people[at];
      return person ? (attemptOf(at, person.profile, one, scenery) ?? []) : [];
    });
    const told = [...foreseen];
    for (let from = 0; from < attempts.length; from += AT_A_TIME) {
      const some = attempts.slice(from, from + AT_A_TIME);
      const results = await this.#tryAll(some, scenery);
      for (const [n, { at }] of some.entries()) {
        const before = foreseen[at];
        const result = results[n];
        if (!before) continue;
        this.counts[!result ? 'notTried' : before.outcome === 'create' ? 'created' : 'changed']++;
        told[at] = result ? toldOf(before, result) : notTried(before);
      }
      this.progress(from + some.length);
    }
    return told;
  }

  /** The results of as many as could be tried, from the first on. */
  async #tryAll(attempts: readonly Attempt[], scenery: Scenery): Promise<Result[]> {
    const results: Result[] = [];
    while (results.length < attempts.length) {
      const { more, isBusy } = await this.#trySome(attempts.slice(results.length), scenery);
      results.push(...more);
      if (isBusy) break;
    }
    return results;
  }

  /** In one transaction, until the server ends it, or others have waited for it long enough. */
  #trySome(attempts: readonly Attempt[], scenery: Scenery): Promise<{ more: Result[]; isBusy: boolean }> {
    return this.core.database.rehearse(
      async (trials) => {
        const more: Result[] = [];
        const begin = performance.now();
        for (const attempt of attempts) {
          const result = await tried({ ...this.core, database: trials.next() }, attempt, scenery);
          if (isPassing(result.failure)) {
            if (!isBusy(result.failure)) throw result.failure;
            return { more, isBusy: true };
          }
          more.push(result);
          if (trials.isOver || performance.now() - begin > HOLD_MS) break;
        }
        return { more, isBusy: false };
      },
      { lockMs: this.lockMs },
    );
  }
}

/** Others are in the way; the server itself is well. */
const isBusy = (error: unknown): boolean =>
  error instanceof DatabaseFault &&
  ['lock-timeout', 'deadlock', 'serialization', 'statement-timeout'].includes(error.fault);

/** What is to be tried of a user; nothing where no account is written. */
function attemptOf(
  at: number,
  profile: Profile,
  foreseen: Foreseen,
  { known, shape, idp }: Scenery,
): Attempt | undefined {
  const { outcome, changes, needsSeat, becomesPending } = foreseen;
  if (isRefusal(outcome)) return undefined;
  const meant = linkMeant(known(profile), profile);
  const link = 'there' in meant ? meant.there : undefined;
  const writes = outcome === 'create' || needsSeat || Object.keys(changes).length > 0;
  // A departure may free a seat and change nothing else.
  const host = link?.deprovisionedAt === null && link.agrees && !profile.active ? link.host : null;
  const frees = () =>
    host !== null &&
    !host.isProtected &&
    !becomesPending &&
    Object.keys(keepable(shape, different(host, exclusion(idp.deprovisionPolicy)))).length > 0;
  return writes || frees() ? { at, profile, identityId: link?.identityId } : undefined;
}

async function tried(
  { database, ...parts }: Core & { database: Trial },
  { profile, identityId }: Attempt,
  { idp }: Scenery,
): Promise<Result> {
  const core: Core = { ...parts, database, rehearses: true };
  const { active } = profile;
  try {
    if (identityId === undefined) await createUser(core, idp, profile);
    else {
      await changeUser(core, idp, identityId, (current) => ({
        ...wantedOf(current, profile),
        active,
        says: active,
      }));
    }
    // A departure is recorded even where the host application refuses to disable the account.
    const left = active ? undefined : accountLeftBy(database);
    return left ? { failure: left } : {};
  } catch (error) {
    const failure = (active || identityId === undefined ? undefined : accountLeftBy(database)) ?? error;
    const isOfUser = failure instanceof Problem && ['operation', 'usage'].includes(failure.kind);
    if (!isOfUser && !isPassing(failure)) throw failure;
    return { failure };
  }
}

/** What the host application refused of a departure, which is recorded all the same. */
function accountLeftBy({ failures }: Trial): unknown {
  const refusal = failures.map(refusalIn).find(isOfHost);
  return refusalOfConstraint(refusal) ?? refusal;
}

function toldOf(foreseen: Foreseen, { failure }: Result): Foreseen {
  if (!(failure instanceof Problem)) return { ...foreseen, rehearsal: 'passed' };
  const { message, hint, trail } = failure;
  const attributes = Array.isArray(trail.attributes) ? { attributes: trail.attributes as string[] } : {};
  const said = {
    rehearsal: 'refused' as const,
    detail: message,
    ...(hint !== undefined && { advice: hint }),
    ...attributes,
  };
  // Nothing prevents a departure, and the account stays as it is.
  if (foreseen.outcome === 'linked' && !foreseen.active) {
    return { ...foreseen, changes: {}, becomesPending: foreseen.changes.enabled !== undefined, ...said };
  }
  return {
    ...foreseen,
    ...NOTHING_ANNOUNCED,
    outcome: outcomeOf(failure) ?? 'refused',
    needsSeat: false,
    ...said,
  };
}

const notTried = (foreseen: Foreseen): Foreseen => ({
  ...foreseen,
  rehearsal: 'not-tried',
  detail: 'Not tried: another session held a lock for too long.',
  advice: 'Run the rehearsal again when the host application is less busy.',
});
