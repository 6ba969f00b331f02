import { type Behind, cleanUp, cleanUpResult, type Leftover } from './clean-up.js';
import { Client, type Endpoint } from './client.js';
import type { IdpName } from './names.js';
import type { ProbePlan } from './plan.js';
import type { Run } from './scene.js';
import { perform, type StepResult } from './steps/step.js';
import type { TestUser } from './steps/test-user.js';

export interface ProbeReport {
  /** The worst one decides; skipped ones do not count. */
  status: 'pass' | 'warn' | 'fail';
  url: string;
  checks: StepResult[];
}

export interface ProbeOptions {
  endpoint: Endpoint;
  plan: ProbePlan;
  idps: readonly IdpName[];
  clock: () => Date;
  random: (bytes: number) => Uint8Array;
  /** Nothing new is begun once it is aborted; what was made is cleared away. */
  signal: AbortSignal;
  /** Told each result as it comes. */
  onResult?: (result: StepResult) => void;
  /** Clears away what test users leave behind the endpoint; those of whom nothing is known are named. */
  clearBehind?: (users: readonly TestUser[]) => Promise<Behind>;
  /** Told what is left after an interruption, when no report is returned any more, if anything was made. */
  onInterrupted?: (left: Leftover[], behind: Behind) => void;
}

/** A request of clearing up waits so long at most. Milliseconds. */
const CLEAN_UP_REQUEST_MS = 4000;

/**
 * Does the steps of a plan one after another, and clears away what they have made, however they end.
 * @throws the signal's reason, after clearing up.
 */
export async function runProbe(options: ProbeOptions): Promise<ProbeReport> {
  const { endpoint, plan, idps, clock, random, signal, onResult } = options;
  const client = new Client(endpoint, clock, signal);
  const run: Run = { client, idps, random, said: new Set() };
  const checks: StepResult[] = [];
  const add = (result: StepResult) => {
    checks.push(result);
    onResult?.(result);
  };
  let isComplete = false;
  try {
    for (const step of plan.steps) {
      const isUseless = checks[0]?.status === 'fail' && checks[0].deviations?.some(isFatal);
      add(isUseless ? skipped(step.name, step.idp) : await perform(step, run));
    }
    isComplete = true;
  } finally {
    client.close();
    const mayMake = plan.users.length + plan.groups.length > 0;
    const left = mayMake ? await clearUp(options) : [];
    const made = plan.users.filter(({ uncertain }) => uncertain !== undefined);
    const behind = await behindOf(options, made);
    if (made.length > 0) {
      if (isComplete) add(cleanUpResult(left, behind));
      else options.onInterrupted?.(left, behind);
    }
  }
  return { status: worst(checks), url: endpoint.url.href, checks };
}

const behindOf = async ({ clearBehind }: ProbeOptions, made: readonly TestUser[]): Promise<Behind> => {
  const users = made.filter(({ madeAs, unanswered }) => madeAs !== undefined || unanswered);
  return users.length > 0 && clearBehind
    ? clearBehind(users)
    : { cleared: [], unknown: users.map(({ userName }) => userName) };
};

/** With a client of its own, which an interruption does not stop. */
async function clearUp({ endpoint, clock, plan }: ProbeOptions): Promise<Leftover[]> {
  const timeoutMs = Math.min(endpoint.timeoutMs, CLEAN_UP_REQUEST_MS);
  const client = new Client({ ...endpoint, timeoutMs }, clock);
  try {
    return await cleanUp(client, plan, clock);
  } finally {
    client.close();
  }
}

/** With these everything else can still be tried. */
const SURVIVABLE = ['plain-http', 'empty-not-200'];

const isFatal = ({ code, status }: { code: string; status: string }) =>
  status === 'fail' && !SURVIVABLE.includes(code);

const skipped = (name: string, idp: StepResult['idp']): StepResult => ({
  name,
  idp,
  status: 'skipped',
  summary: 'not run, because the endpoint was not reached',
});

const SEVERITY = ['fail', 'warn', 'pass'] as const;

const worst = (checks: readonly StepResult[]): ProbeReport['status'] =>
  SEVERITY.find((status) => checks.some((check) => check.status === status)) ?? 'pass';
