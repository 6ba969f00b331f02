import type { Trial } from '../../database/database.js';
import { DatabaseFault, isPassing } from '../../database/faults/fault.js';
import { Problem } from '../../problem.js';
import type { Core } from '../core.js';
import { hostInWords, hostWords } from '../host/host-words.js';
import { isOfHost, refusalIn } from '../provisioning/account/sparing-account.js';
import { changeUser } from '../provisioning/change-user.js';
import { createUser } from '../provisioning/create-user.js';
import { linkMeant } from '../provisioning/matching/origin.js';
import { refusalOfConstraint } from '../provisioning/transactions/races.js';
import type { Profile } from '../provisioning/types.js';
import { NOTHING_ANNOUNCED } from './announced.js';
import { type Scenery, wantedByExport } from './course.js';
import { type Foreseen, isSyncRefusal, outcomeOf } from './foresee.js';
import type { Person } from './people.js';

/** The number of users per transaction. From 5,000 locks on, SQL Server locks the whole table. */
const AT_A_TIME = 200;
/** The longest duration of a transaction, because the host application may have to wait for it. */
const HOLD_MS = 1_000;
/** The longest wait for a lock. After it, the batch is skipped, so that others do not wait for its locks. */
export const LOCK_MS = 2_000;

export interface RehearsalCounts {
  /** New accounts that were written and rolled back, or refused. Each may have used up a sequence number. */
  created: number;
  /** Accounts whose change was rolled back or refused. */
  changed: number;
  /** Users whose create or change was skipped because the database was busy. */
  notTried: number;
}

/** A create or a change that writes an account. */
interface Attempt {
  /** Position in the batch. */
  at: number;
  profile: Profile;
  /** The link to change; undefined for a create. */
  identityId: string | undefined;
}

/** The failure of an attempt; absent if it succeeded. */
type Result = { failure?: unknown };

/**
 * Carries out what was foreseen with the code of the endpoint, each user separately, and rolls it back. This finds what
 * only the triggers and constraints of the host application refuse.
 */
export class Rehearsal {
  readonly counts: RehearsalCounts = { created: 0, changed: 0, notTried: 0 };

  constructor(
    private readonly core: Core,
    /** Called with the number of attempts of the batch so far. */
    private readonly progress: (done: number) => void,
    private readonly lockMs = LOCK_MS,
  ) {}

  /** What was foreseen for these users, with the results of the rehearsal. */
  async of(people: readonly Person[], foreseen: readonly Foreseen[], scenery: Scenery): Promise<Foreseen[]> {
    const attempts = foreseen.flatMap((one, at) => {
      const person = people[at];
      return person ? (attemptOf(at, person.profile, one, scenery) ?? []) : [];
    });
    const told = [...foreseen];
    for (let from = 0; from < attempts.length; from += AT_A_TIME) {
      const some = attempts.slice(from, from + AT_A_TIME);
      const { results, busy } = await this.#tryAll(some, scenery);
      for (const [n, { at }] of some.entries()) {
        const before = foreseen[at];
        const result = results[n];
        if (!before) continue;
        this.counts[!result ? 'notTried' : before.outcome === 'create' ? 'created' : 'changed']++;
        told[at] = result ? toldOf(before, result) : notTried(before, busy);
      }
      this.progress(from + some.length);
    }
    return told;
  }

  /** The results in order, up to the first attempt that had to be skipped, and why it had to be. */
  async #tryAll(attempts: readonly Attempt[], scenery: Scenery): Promise<Tried> {
    const results: Result[] = [];
    while (results.length < attempts.length) {
      const { results: more, busy } = await this.#trySome(attempts.slice(results.length), scenery);
      results.push(...more);
      if (busy) return { results, busy };
    }
    return { results };
  }

  /** Tries users in one transaction until the server ends it or its time is over. */
  #trySome(attempts: readonly Attempt[], scenery: Scenery): Promise<Tried> {
    return this.core.database.rehearse(
      async (trials) => {
        const results: Result[] = [];
        const begin = performance.now();
        for (const attempt of attempts) {
          const result = await tried({ ...this.core, database: trials.next() }, attempt, scenery);
          if (isPassing(result.failure)) {
            if (!isBusy(result.failure)) throw result.failure;
            return { results, busy: result.failure };
          }
          results.push(result);
          if (trials.isOver || performance.now() - begin > HOLD_MS) break;
        }
        return { results };
      },
      { lockMs: this.lockMs },
    );
  }
}

/** The results of some attempts, and the fault for which the others were skipped. */
interface Tried {
  results: Result[];
  busy?: DatabaseFault;
}

/** Other sessions hold locks, or a trigger takes too long; the server itself works. */
const isBusy = (error: unknown): error is DatabaseFault =>
  error instanceof DatabaseFault &&
  ['lock-timeout', 'deadlock', 'serialization', 'statement-timeout'].includes(error.fault);

/** The attempt for a user; undefined if no account is written. */
function attemptOf(
  at: number,
  profile: Profile,
  foreseen: Foreseen,
  { known }: Scenery,
): Attempt | undefined {
  const { outcome, changes, needsSeat } = foreseen;
  if (isSyncRefusal(outcome)) return undefined;
  const meant = linkMeant(known(profile), profile);
  const link = 'there' in meant ? meant.there : undefined;
  const writes = outcome === 'create' || needsSeat || Object.keys(changes).length > 0;
  return writes ? { at, profile, identityId: link?.identityId } : undefined;
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
        ...wantedByExport(current, profile),
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

/** The refusal of a departure by the host application. The departure is recorded anyway. */
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
  // Nothing prevents a departure, but the account stays as it is.
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

function notTried(foreseen: Foreseen, busy: DatabaseFault | undefined): Foreseen {
  const why =
    busy?.fault === 'statement-timeout'
      ? 'a statement ran for too long'
      : 'another session held a lock for too long';
  // A trigger of the host application may have said so itself.
  const said = busy?.words ? ` The database reported: ${hostInWords(hostWords(busy.words))}` : '';
  return {
    ...foreseen,
    rehearsal: 'not-tried',
    detail: `Not tried: ${why}.${said}`,
    advice: 'Run the rehearsal again when the host application is less busy.',
  };
}
