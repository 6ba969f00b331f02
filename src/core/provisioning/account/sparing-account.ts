import { DatabaseFault, isFault, isPassing } from '../../../database/faults/fault.js';
import type { LinkRow } from '../../../database/queries/users/users.js';
import { Problem } from '../../../problem.js';
import type { Done } from '../../audit/intent.js';
import type { ChangePlan } from '../change-plan.js';
import { becomesPending } from '../departures/becomes-pending.js';
import type { ProvisionedUser } from '../types.js';

/** What an attempt found out about itself before it failed. */
export interface Seen {
  /** Whether the request ends the link; undefined where it was not decided. */
  isDeparture?: boolean;
  /** Whether it had its locks: what it waited for then is not another change of ours. */
  hasBegun?: boolean;
  /** The user as the request was decided on, with what the host application said. */
  current?: ProvisionedUser;
  /** The link with its account, as they were read. */
  row?: LinkRow;
}

/**
 * Where the host application refuses, its views are broken, or its rows are locked for as long as is waited, a departure
 * is recorded all the same.
 * @param inSight the attempt as it should be.
 * @param blindly the attempt without the host application; it fails with the cause where it is no departure.
 */
export async function sparingTheAccount<T>(
  inSight: (seen: Seen) => Promise<T>,
  blindly: (cause: Error, seen: Seen) => Promise<T>,
): Promise<T> {
  const seen: Seen = {};
  try {
    return await inSight(seen);
  } catch (error) {
    const cause = refusalIn(error);
    const isInTheWay = isOfHost(cause) || (seen.hasBegun === true && isBusy(cause));
    if (seen.isDeparture === false || !isInTheWay) throw error;
    return blindly(cause, seen);
  }
}

/** The refusal of a write that is not that of the request: it leaves no event of its own. */
class Spared extends Error {
  /** Not its cause: what is in there would be taken for a fault of the database. */
  constructor(readonly refusal: Error) {
    super('the host application refused the change of an account whose user has left');
  }
}

/** The host application's own refusal, where an attempt failed by one that is not that of the request. */
export const refusalIn = (error: unknown): unknown => (error instanceof Spared ? error.refusal : error);

/** A departure whose write the host application refuses is not refused by that. */
export const spared = <T>(done: Done<T>): Done<T> => {
  const { write } = done;
  if (!write) return done;
  return {
    ...done,
    write: async (event) => {
      try {
        return await write(event);
      } catch (error) {
        throw error instanceof Problem && isOfHost(error) ? new Spared(error) : error;
      }
    },
  };
};

/**
 * Faults of a transaction that nobody has committed, after it was tried again as often as makes sense: somebody else has
 * the account's row, or a trigger of the host application says so.
 */
const isBusy = (error: unknown): error is Error =>
  isFault(error, 'lock-timeout', 'deadlock', 'serialization', 'statement-timeout');

function reasonLeft(cause: Error): string {
  if (cause instanceof Problem) return cause.code;
  return isBusy(cause) ? 'host-busy' : 'host-broken';
}

/**
 * A plan for which the account of a link that ends is left as it is: event and log say why.
 * @param row the link alone.
 * @param seen the link with its account, where that could be read before the write was refused.
 */
export function leavingAccount(plan: ChangePlan, cause: Error, row: LinkRow, seen?: LinkRow): ChangePlan {
  const ends = row.deprovisionedAt === null;
  const host = ends && seen?.agrees ? seen.host : null;
  return {
    ...plan,
    link: { ...plan.link, ...(host && { accountLogin: host.loginName, accountEmail: host.email }) },
    details: {
      ...plan.details,
      accountLeft: reasonLeft(cause),
      // As it cannot be seen, it may well be enabled.
      ...(ends && becomesPending({ loginName: host?.loginName ?? row.accountLogin }, true)),
    },
    skipped: { ...plan.skipped, ...(cause instanceof Problem && cause.host && { host: cause.host }) },
  };
}

const OF_HOST = ['host-refused', 'host-broken', 'host-write-ignored', 'host-views-missing'];

/** Whether the host application, or its views, are what an attempt failed by. */
export const isOfHost = (error: unknown): error is Error =>
  (error instanceof Problem && OF_HOST.includes(error.code)) ||
  (error instanceof DatabaseFault && !isPassing(error));
