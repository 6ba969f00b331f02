import { win32 } from 'node:path';
import { jobsOf } from '../jobs.js';
import type { Configured, ServicePlan } from '../plan.js';
import { windowsCommandLine } from './command-line.js';
import { type WindowsLayout, type Wrapper, windowsLayout } from './layout.js';
import { ADMINISTRATORS, SYSTEM, serviceSid } from './sid.js';
import { taskName } from './task.js';
import { displayName } from './wrapper-files.js';

/** A program of Windows with its arguments. */
export interface WindowsCommand {
  program: 'sc' | 'icacls' | 'schtasks' | 'reg' | 'net';
  args: readonly string[];
  /** Whether it may fail because what it stops or takes away is not there. */
  mayFail?: boolean;
  /** Run if it fails, because what it makes is there already. */
  otherwise?: WindowsCommand;
}

/** Times in milliseconds after which Windows starts a service that has failed: the first, the second, each other time. */
const RESTARTS = 'restart/5000/restart/30000/restart/60000';

/**
 * What makes the service and the tasks, when the files are in their places.
 * @param files the directory of the task files; `.` for the current one.
 */
export function installCommands(plan: ServicePlan, wrapper: Wrapper, files: string): WindowsCommand[] {
  const layout = windowsLayout(plan, wrapper);
  const { name } = plan;
  const tasks = jobsOf(plan).map((job) => {
    const task = taskName(plan, job);
    const runAs = plan.user === undefined ? [] : ['/ru', plan.user, '/rp', ''];
    return schtasks('/create', '/tn', task, '/xml', win32.join(files, `${task}.xml`), '/f', ...runAs);
  });
  return [
    ...(plan.parts.includes('serve') ? service(plan, layout) : []),
    ...tasks,
    ...rights(plan, layout),
    ...(plan.parts.includes('serve') ? [sc('start', name)] : []),
  ];
}

function service(plan: ServicePlan, { installed }: WindowsLayout): WindowsCommand[] {
  const { name, user } = plan;
  const account = user === undefined ? [`NT SERVICE\\${name}`] : [user, 'password=', ''];
  const settings = [
    ...[name, 'binPath=', windowsCommandLine([installed]), 'start=', 'delayed-auto'],
    ...['DisplayName=', displayName(plan), 'obj=', ...account],
  ];
  return [
    { ...sc('create', ...settings), otherwise: sc('config', ...settings) },
    sc('description', name, 'Provisioning of users by Entra ID or Okta'),
    sc('sidtype', name, 'unrestricted'),
    sc('failure', name, 'reset=', '86400', 'actions=', RESTARTS),
    // Also where the endpoint ends by itself with an error, and not only where the wrapper crashes.
    sc('failureflag', name, '1'),
    // The account of the service may write events only for a source that is registered.
    reg(
      'add',
      eventSource(name),
      '/v',
      'EventMessageFile',
      '/t',
      'REG_EXPAND_SZ',
      '/d',
      EVENT_MESSAGES,
      '/f',
    ),
  ];
}

/** By security identifier: names are translated, and a domain may have the same. */
function rights(plan: ServicePlan, layout: WindowsLayout): WindowsCommand[] {
  const { settings, logs, reports } = layout;
  const owners = [`${ADMINISTRATORS}:(OI)(CI)F`, `${SYSTEM}:(OI)(CI)F`];
  const whole = (directory: string) => icacls(directory, '/inheritance:r', '/grant:r', ...owners);
  const tasks = jobsOf(plan).map((job) => ({ job, who: plan.user ?? `NT TASK\\${taskName(plan, job)}` }));
  const service = plan.user ?? `*${serviceSid(plan.name)}`;
  const isServed = plan.parts.includes('serve');
  const readers = [...(isServed ? [service] : []), ...tasks.map(({ who }) => who)];
  const writers = [...new Set(tasks.filter(({ job }) => job.writes).map(({ who }) => who))];
  return [
    whole(settings),
    ...[...new Set(readers)].map((who) => icacls(settings, '/grant', `${who}:(OI)(CI)RX`)),
    // Files with secrets do not inherit: those who made them left everybody else out.
    ...(isServed ? filesIn(plan.serve).map((path) => icacls(path, '/grant', `${service}:R`)) : []),
    ...tasks.flatMap(({ who }) => filesIn(plan.jobs).map((path) => icacls(path, '/grant', `${who}:R`))),
    ...(isServed ? [icacls(logs, '/grant', `${service}:(OI)(CI)M`)] : []),
    ...writers.map((who) => icacls(reports, '/grant', `${who}:(OI)(CI)M`)),
  ];
}

/** A config file that scimctl wrote is private as well. */
const filesIn = ({ config, files }: Configured): string[] => [config, ...files.map(({ path }) => path)];

/** What takes the service and the tasks away again. Files, rights and logs stay. */
export const uninstallCommands = (plan: ServicePlan): WindowsCommand[] => [
  ...jobsOf(plan).map((job) => optional(schtasks('/delete', '/tn', taskName(plan, job), '/f'))),
  ...(plan.parts.includes('serve')
    ? [
        stopCommand(plan),
        optional(sc('delete', plan.name)),
        optional(reg('delete', eventSource(plan.name), '/f')),
      ]
    : []),
];

/** Waits until the service has ended, as `sc stop` does not; a file of a running program cannot be replaced. */
export const stopCommand = ({ name }: ServicePlan): WindowsCommand => ({
  program: 'net',
  args: ['stop', name, '/y'],
  mayFail: true,
});

const eventSource = (name: string) =>
  `HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\${name}`;

/** The messages of .NET Framework for events that consist of a text. */
const EVENT_MESSAGES = 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\EventLogMessages.dll';

const optional = (command: WindowsCommand): WindowsCommand => ({ ...command, mayFail: true });
const sc = (...args: string[]): WindowsCommand => ({ program: 'sc', args });
const icacls = (...args: string[]): WindowsCommand => ({ program: 'icacls', args });
const schtasks = (...args: string[]): WindowsCommand => ({ program: 'schtasks', args });
const reg = (...args: string[]): WindowsCommand => ({ program: 'reg', args });
