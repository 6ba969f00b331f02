import { JOBS } from '../jobs.js';
import { isOfFindings, type JudgedPart, NOT_INSTALLED } from '../judged-part.js';
import { markOf } from '../mark.js';
import type { JobName } from '../plan.js';

/** What programs of Windows printed; nothing where they ended with an error, as for what is not there. */
export interface WindowsAnswers {
  /** Of this program. */
  version: string;
  /** `sc.exe query NAME`. */
  service?: string;
  /** `sc.exe qc NAME`. */
  start?: string;
  /** The configuration of the wrapper. */
  configuration?: string;
  /** `schtasks.exe /query /tn TASK /fo csv /v /nh`. */
  task: (job: JobName) => string | undefined;
  /** `schtasks.exe /query /tn TASK /xml`. */
  definition: (job: JobName) => string | undefined;
}

/** How every part of an installation is, the endpoint first. Without times, which Windows prints as its language has them. */
export const judgeWindows = (answers: WindowsAnswers): JudgedPart[] => [
  judgeService(answers),
  ...JOBS.map(({ name }) => judgeTask(name, answers.task(name), answers.definition(name))),
];

/** States of services, and when they start; see SERVICE_STATUS and QUERY_SERVICE_CONFIG. */
const RUNNING = 4;
const AUTO_START = 2;

/** Whether `sc.exe query NAME` says that a service runs. */
export const isRunning = (said: string): boolean => secondNumber(said) === RUNNING;

/** The account in what `sc.exe qc NAME` says, in its last line. A name in another code page cannot be given back. */
export function accountIn(said: string): string | undefined {
  const account = /:[ \t]*(\S[ -~]*)$/.exec(said.trimEnd().split(/\r?\n/).at(-1) ?? '')?.[1];
  return account?.trim();
}

function judgeService({ service, start, configuration, version }: WindowsAnswers): JudgedPart {
  if (service === undefined) return { part: 'serve', ...NOT_INSTALLED };
  const running = isRunning(service);
  const enabled = start === undefined ? null : secondNumber(start) === AUTO_START;
  const origin = configuration === undefined ? undefined : markOf(configuration);
  const there = {
    ...NOT_INSTALLED,
    installed: true,
    enabled,
    running,
    version: origin?.version ?? null,
  };
  if (!running) {
    const advice =
      'Start it with sc.exe start, and read the Application event log and the log of the endpoint.';
    return { part: 'serve', ...there, status: 'fail', summary: 'not running', advice };
  }
  if (origin && (origin.isEdited || origin.version !== version)) {
    const summary = origin.isEdited
      ? 'its configuration was edited'
      : `its configuration was written by version ${origin.version}`;
    return { part: 'serve', ...there, status: 'warn', summary, advice: INSTALL_AGAIN };
  }
  if (enabled === false) {
    const summary = 'does not start with the machine';
    return { part: 'serve', ...there, status: 'warn', summary, advice: INSTALL_AGAIN };
  }
  return { part: 'serve', ...there, status: 'pass', summary: 'running' };
}

const INSTALL_AGAIN = 'Run service install again, with the same options.';

/**
 * The second number of `TYPE : 10 …` and `STATE : 4 …`, or of `START_TYPE : 2 …`: the words are translated, the order is
 * not. Each on a line of its own: the name of the service, in the first line, may look like a number.
 */
function secondNumber(said: string): number | undefined {
  const [, second] = [...said.matchAll(/:[ \t]+([0-9a-f]+)[ \t]+\p{L}/gu)];
  return second?.[1] === undefined ? undefined : Number.parseInt(second[1], 16);
}

/** Results of Task Scheduler that are no exit codes: is running, has not run yet. */
const NO_RESULT = [0x41301, 0x41303];

function judgeTask(part: JobName, said: string | undefined, definition: string | undefined): JudgedPart {
  if (said === undefined) return { part, ...NOT_INSTALLED };
  const result = Number(cellsOf(said)[6]);
  const enabled = definition === undefined ? null : !isTurnedOff(definition);
  const there = { ...NOT_INSTALLED, installed: true, enabled };
  if (enabled === false) {
    const summary = 'its task is turned off';
    return { part, ...there, status: 'fail', summary, advice: INSTALL_AGAIN };
  }
  if (NO_RESULT.includes(result)) return { part, ...there, status: 'pass', summary: 'has not run yet' };
  const ended = { ...there, lastExitCode: Number.isNaN(result) ? null : result };
  if (result === 0) return { part, ...ended, status: 'pass', summary: 'ended well' };
  const isFinding = isOfFindings(result);
  return {
    part,
    ...ended,
    status: isFinding ? 'warn' : 'fail',
    summary: isFinding ? `has findings (exit code ${result})` : `failed (${result})`,
    advice: 'Run the command of the task by hand to see more.',
  };
}

/** Whether the task or its trigger was disabled. Both can have the element; a missing one means true. */
const isTurnedOff = (definition: string): boolean => /<Enabled>\s*false\s*<\/Enabled>/i.test(definition);

/** The cells of the first line: name of the machine, task, next run, status, logon, last run, last result. */
const cellsOf = (csv: string): string[] =>
  [...(csv.trim().split(/\r?\n/)[0] ?? '').matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell);
