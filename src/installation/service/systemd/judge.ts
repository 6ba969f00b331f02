import { JOBS } from '../jobs.js';
import { isOfFindings, type JudgedPart, NOT_INSTALLED } from '../judged-part.js';
import { markOf } from '../mark.js';
import type { JobName } from '../plan.js';
import { jobListFile } from './unit-names.js';

/** What systemd says of a unit, by the names of its properties: `ActiveState` and so on. */
export type UnitProperties = Readonly<Record<string, string>>;

/** What is known of a unit: its file, where there is one, and what systemd says. */
export interface KnownUnit {
  text?: string;
  properties?: UnitProperties;
}

type Known = (unit: string) => KnownUnit | undefined;

interface Asked {
  name: string;
  /** Of this program. */
  version: string;
  known: Known;
}

/** How every part of an installation is, the endpoint first. */
export const judgeService = (asked: Asked): JudgedPart[] => [
  judgeEndpoint(asked),
  ...JOBS.map((job) => judgeJob(asked, job.name)),
];

type Verdict = Pick<JudgedPart, 'status' | 'summary' | 'advice'>;

function judgeEndpoint({ name, version, known }: Asked): JudgedPart {
  const unit = known(`${name}.service`);
  if (unit?.text === undefined) return { part: 'serve', ...NOT_INSTALLED };
  const {
    ActiveState = '',
    Result,
    ExecMainStatus,
    ActiveEnterTimestamp,
    StateChangeTimestamp,
  } = unit.properties ?? {};
  const running = ActiveState === 'active';
  const logs = `Read the log: journalctl -u ${name}`;
  const wrong: Verdict | undefined = running
    ? undefined
    : ActiveState === 'inactive'
      ? { status: 'fail', summary: 'stopped', advice: `Start it: systemctl start ${name}` }
      : {
          status: 'fail',
          summary: `not running (${Result ?? ActiveState}, exit code ${ExecMainStatus ?? '?'})`,
          advice: logs,
        };
  const enabled = isEnabled(unit);
  return {
    part: 'serve',
    ...NOT_INSTALLED,
    ...(wrong ?? judgeFile(unit.text, version, enabled) ?? { status: 'pass', summary: 'running' }),
    installed: true,
    enabled,
    running,
    since: instantOf(running ? ActiveEnterTimestamp : StateChangeTimestamp),
    version: markOf(unit.text)?.version ?? null,
  };
}

function judgeJob({ name, version, known }: Asked, job: JobName): JudgedPart {
  const [service, timer] = [known(`${name}-${job}.service`), known(`${name}-${job}.timer`)];
  const text = service?.text ?? timer?.text;
  if (text === undefined) return { part: job, ...NOT_INSTALLED };
  const last = service?.properties ?? {};
  const ended = instantOf(last.ExecMainExitTimestamp);
  const exitCode = ended === null ? null : Number(last.ExecMainStatus);
  const enabled = isEnabled(timer);
  const failed = exitCode !== null && exitCode !== 0 ? judgeExit(exitCode, name, job) : undefined;
  const wrong: Verdict | undefined =
    timer?.properties?.ActiveState === 'active'
      ? failed
      : {
          status: 'fail',
          summary: 'its timer is stopped',
          advice: `Start it: systemctl enable --now ${name}-${job}.timer`,
        };
  const quiet = ended === null ? 'has not run yet' : 'ended well';
  return {
    part: job,
    ...NOT_INSTALLED,
    ...(wrong ??
      judgeFile(text, version, enabled) ??
      judgeFile(timer?.text ?? '', version, enabled) ?? { status: 'pass', summary: quiet }),
    installed: true,
    enabled,
    running: last.ActiveState === 'activating',
    since: ended,
    lastExitCode: exitCode,
    nextAt: instantOf(timer?.properties?.NextElapseUSecRealtime),
    version: markOf(text)?.version ?? null,
  };
}

function judgeExit(code: number, name: string, job: JobName): Verdict {
  const log = `journalctl -u ${name}-${job}`;
  if (!isOfFindings(code)) {
    return { status: 'fail', summary: `failed (exit code ${code})`, advice: `Read the log: ${log}` };
  }
  const { writes } = JOBS.find((each) => each.name === job) ?? {};
  return {
    status: 'warn',
    summary: `has findings (exit code ${code})`,
    advice: writes ? `Read the list: ${jobListFile(name, job)}` : `Read them: ${log}`,
  };
}

/** What is wrong with a unit that does its work nevertheless. */
function judgeFile(text: string, version: string, enabled: boolean): Verdict | undefined {
  const origin = markOf(text);
  if (origin === undefined || origin.isEdited) {
    return {
      status: 'warn',
      summary: 'its unit was edited',
      advice: 'Move the changes to a drop-in with systemctl edit, and run service install with --replace.',
    };
  }
  if (origin.version !== version) {
    return {
      status: 'warn',
      summary: `its unit was written by version ${origin.version}`,
      advice: 'Run service install again, with the same options.',
    };
  }
  if (!enabled) {
    return {
      status: 'warn',
      summary: 'does not start with the machine',
      advice: 'Run service install again, with the same options.',
    };
  }
  return undefined;
}

const isEnabled = (unit: KnownUnit | undefined): boolean =>
  unit?.properties?.UnitFileState?.startsWith('enabled') === true;

/** `Mon 2026-11-30 05:37:51 UTC`. */
function instantOf(text: string | undefined): Date | null {
  const [, day, time] = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)? UTC$/.exec(text ?? '') ?? [];
  return day === undefined ? null : new Date(`${day}T${time}Z`);
}
