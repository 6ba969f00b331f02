import type { Database } from '../../database/database.js';
import { DatabaseFault, isPassing, problemOfFault } from '../../database/faults/fault.js';
import { Problem, usageProblem } from '../../problem.js';
import { explainUnreadable } from '../host/unreadable.js';
import { departures } from './departures.js';
import { groups } from './groups.js';
import { hostViews } from './host.js';
import { doubtful, suspended } from './links.js';
import {
  type CheckFinding,
  type CheckInput,
  type CheckStatus,
  fail,
  type Prerequisite,
  skipped,
} from './prerequisite.js';
import { certificate, saml, seatsPrerequisite, tokenPrerequisite } from './provisioning.js';
import { rights } from './rights.js';
import { hosting, schema } from './schema.js';
import { clock, reached, tls, version } from './server.js';
import { receivers } from './trail/receivers.js';
import { trail } from './trail/trail.js';
import { userNames } from './user-names.js';

export interface CheckResult extends CheckFinding {
  name: string;
}

export interface CheckReport {
  /** The worst one decides; skipped ones do not count. */
  status: Exclude<CheckStatus, 'skipped'>;
  checks: CheckResult[];
}

export interface RunChecks extends Omit<CheckInput, 'database' | 'once' | 'isThorough'> {
  /** May fail; that is the first finding. */
  connect: () => Promise<Database>;
  /** Only these and what they need; all where empty. */
  names?: readonly string[];
  /** See `CheckInput`; true unless it is said. */
  isThorough?: boolean;
}

const DATABASE = { name: 'database', about: 'the database can be reached', needs: [] as readonly string[] };

const REST: readonly Prerequisite[] = [
  version,
  tls,
  rights,
  clock,
  schema,
  trail,
  receivers,
  hostViews,
  hosting,
  saml,
  certificate,
  seatsPrerequisite,
  tokenPrerequisite,
  departures,
  doubtful,
  suspended,
  groups,
  userNames,
];

/** Every prerequisite, in the order in which they build on each other. */
export const PREREQUISITES: readonly Pick<Prerequisite, 'name' | 'about' | 'needs'>[] = [DATABASE, ...REST];

/**
 * Checks the prerequisites of provisioning. One that cannot be looked at because an earlier one failed is
 * skipped, and so is all that is left when the database no longer answers; nothing throws but a name that does
 * not exist.
 * @throws Problem `check-unknown`, `idp-unknown`.
 */
export async function runChecks({
  connect,
  names = [],
  isThorough = true,
  ...input
}: RunChecks): Promise<CheckReport> {
  const wanted = closure(names);
  const checks: CheckResult[] = [];
  const { finding: first, database } = await reach(connect);
  if (wanted.has(DATABASE.name)) checks.push({ name: DATABASE.name, ...first });
  const failed = new Set(first.status === 'fail' ? [DATABASE.name] : []);
  const once = remembering();
  let silent = false;
  for (const prerequisite of REST.filter(({ name }) => wanted.has(name))) {
    const need = prerequisite.needs.find((one) => failed.has(one));
    const obstacle = obstacleOf(silent, database ? need : (need ?? DATABASE.name));
    const looked: Looked =
      database && obstacle === undefined
        ? await look(prerequisite, { ...input, database, once, isThorough })
        : { finding: skipped(`not checked, because ${obstacle}`) };
    if (looked.unanswered) silent = true;
    if (looked.finding.status === 'fail' || need) failed.add(prerequisite.name);
    checks.push({ name: prerequisite.name, ...looked.finding });
  }
  const shown =
    names.length === 0
      ? checks
      : checks.filter(({ name, status }) => names.includes(name) || status === 'fail');
  return { status: worst(shown), checks: shown };
}

/** Answers are kept for one run, so that it asks little; what failed is asked again. */
function remembering(): CheckInput['once'] {
  const known = new Map<string, unknown>();
  return async <T>(name: string, ask: () => Promise<T>) => {
    if (!known.has(name)) known.set(name, await ask());
    return known.get(name) as T;
  };
}

/** A database that no longer answers is waited for once, not by every check that is left. */
const obstacleOf = (silent: boolean, failedNeed: string | undefined): string | undefined => {
  if (silent) return 'the database did not answer in time';
  return failedNeed === undefined ? undefined : `${failedNeed} failed`;
};

async function reach(
  connect: () => Promise<Database>,
): Promise<{ finding: CheckFinding; database?: Database }> {
  try {
    const database = await connect();
    return { finding: await reached(database), database };
  } catch (error) {
    return { finding: asFinding(error) };
  }
}

interface Looked {
  finding: CheckFinding;
  /** The database could not be asked: gone, silent, or too slow. */
  unanswered?: boolean;
}

async function look(prerequisite: Prerequisite, input: CheckInput): Promise<Looked> {
  try {
    return { finding: await prerequisite.run(input) };
  } catch (error) {
    if (error instanceof Problem && /^idp-/.test(error.code)) throw error;
    const told = await explainUnreadable(error, input.database);
    return { finding: asFinding(told), unanswered: isPassing(error) };
  }
}

/** A mistake of ours is not a finding and goes on up. */
function asFinding(error: unknown): CheckFinding {
  const problem = error instanceof DatabaseFault ? problemOfFault(error) : error;
  if (!(problem instanceof Problem)) throw error;
  return fail(
    problem.message.replace(/\.$/, ''),
    problem.hint ?? 'Run the command again with --verbose for details.',
    {
      code: problem.code,
    },
  );
}

/** The named ones and all that they build on. */
function closure(names: readonly string[]): Set<string> {
  const known = new Map(PREREQUISITES.map((each) => [each.name, each]));
  const wanted = new Set<string>();
  const add = (name: string) => {
    const found = known.get(name);
    if (!found) {
      throw usageProblem('check-unknown', `There is no check named ${JSON.stringify(name)}.`, {
        hint: `The checks are: ${[...known.keys()].join(', ')}.`,
      });
    }
    wanted.add(name);
    found.needs.forEach(add);
  };
  (names.length > 0 ? names : [...known.keys()]).forEach(add);
  return wanted;
}

const SEVERITY: readonly CheckReport['status'][] = ['fail', 'warn', 'pass'];

const worst = (checks: readonly CheckFinding[]): CheckReport['status'] =>
  SEVERITY.find((status) => checks.some((check) => check.status === status)) ?? 'pass';
