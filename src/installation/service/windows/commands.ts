import { win32 } from 'node:path';
import { jobsOf } from '../jobs.js';
import type { ServicePlan } from '../plan.js';
import type { WindowsCommand } from './command.js';
import { windowsCommandLine } from './command-line.js';
import { type WindowsLayout, type Wrapper, windowsLayout } from './layout.js';
import { rightsCommands } from './rights.js';
import { taskName } from './task.js';
import { displayName } from './wrapper-files.js';

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
    return createTask(task, win32.join(files, `${task}.xml`), plan.user);
  });
  return [
    ...rightsCommands(plan, layout),
    // Before the service: if Windows refuses the account, an earlier service is as it was.
    ...tasks,
    ...(plan.parts.includes('serve') ? service(plan, layout) : []),
    ...(plan.parts.includes('serve') ? [sc('start', name)] : []),
  ];
}

/** @param user a group managed service account; undefined for an account of Windows. */
export function createTask(name: string, file: string, user: string | undefined): WindowsCommand {
  const runAs = user === undefined ? [] : ['/ru', user, '/rp', ''];
  return schtasks('/create', '/tn', name, '/xml', file, '/f', ...runAs);
}

/** A virtual account has no password to give; that of a group managed service account is empty. */
const accountWords = (account: string): string[] =>
  account.startsWith('NT ') ? [account] : [account, 'password=', ''];

/** Gives an existing service an account. */
export const accountCommand = (name: string, account: string): WindowsCommand =>
  sc('config', name, 'obj=', ...accountWords(account));

function service(plan: ServicePlan, { installed }: WindowsLayout): WindowsCommand[] {
  const { name, user } = plan;
  const account = accountWords(user ?? `NT SERVICE\\${name}`);
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

/** What succeeds while the service or a task is still there; without the rights to remove them, each step only fails. */
export const remainsOf = (plan: ServicePlan): (WindowsCommand & { refusal: string })[] => [
  ...jobsOf(plan).map((job) => ({
    ...schtasks('/query', '/tn', taskName(plan, job)),
    refusal: `The task ${taskName(plan, job)} is still there.`,
  })),
  ...(plan.parts.includes('serve')
    ? [{ ...sc('query', plan.name), refusal: `The service ${plan.name} is still there.` }]
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
const schtasks = (...args: string[]): WindowsCommand => ({ program: 'schtasks', args });
const reg = (...args: string[]): WindowsCommand => ({ program: 'reg', args });
