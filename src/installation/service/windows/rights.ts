import { win32 } from 'node:path';
import { jobsOf } from '../jobs.js';
import type { Configured, ServicePlan } from '../plan.js';
import { icacls, type WindowsCommand } from './command.js';
import type { WindowsLayout } from './layout.js';
import { ADMINISTRATORS, SYSTEM, serviceSid, taskSid } from './sid.js';
import { taskName } from './task.js';

/**
 * Gives the files and directories of a service to the administrators, and lets its accounts read them and write where
 * they have to. All earlier rights end, also those that an ordinary user gave who made the directory first. By security
 * identifier: names are translated, and a domain may have the same.
 *
 * The directory comes first. Afterwards only administrators can replace what is in it by a link, which would lead the
 * next commands elsewhere; the commands on directories do not follow one (`/L`).
 */
export function rightsCommands(plan: ServicePlan, layout: WindowsLayout): WindowsCommand[] {
  const { settings, logs, reports } = layout;
  const tasks = jobsOf(plan).map((job) => ({ job, who: plan.user ?? `*${taskSid(taskName(plan, job))}` }));
  const service = plan.user ?? `*${serviceSid(plan.name)}`;
  const isServed = plan.parts.includes('serve');
  const readers = [...(isServed ? [service] : []), ...tasks.map(({ who }) => who)];
  const writers = [...new Set(tasks.filter(({ job }) => job.writes).map(({ who }) => who))];
  const served = isServed ? filesIn(plan.serve) : [];
  const own = new Set([...served, ...(tasks.length > 0 ? filesIn(plan.jobs) : [])]);
  return [
    // icacls does not take a directory away from an owner who left the administrators out.
    { program: 'takeown', args: ['/f', settings, '/a'] },
    icacls(settings, '/reset', '/L'),
    icacls(settings, '/inheritance:r', '/grant:r', ...owners('(OI)(CI)F'), '/L'),
    notLink(settings),
    ...[...new Set(readers)].map((who) => icacls(settings, '/grant', `${who}:(OI)(CI)RX`)),
    ...[...own].filter((path) => isBelow(path, settings)).flatMap(ownFile),
    // Files with secrets do not inherit: those who made them left everybody else out.
    ...served.map((path) => icacls(path, '/grant', `${service}:R`)),
    ...tasks.flatMap(({ who }) => filesIn(plan.jobs).map((path) => icacls(path, '/grant', `${who}:R`))),
    ...(isServed ? ownDirectory(logs, [service]) : []),
    ...(writers.length > 0 ? ownDirectory(reports, writers) : []),
  ];
}

const owners = (rights: string): string[] => [`${ADMINISTRATORS}:${rights}`, `${SYSTEM}:${rights}`];

/** A directory in that of the settings, and all that was written there: a new list keeps the rights of the old one. */
const ownDirectory = (path: string, writers: readonly string[]): WindowsCommand[] => [
  notLink(path),
  icacls(path, '/setowner', ADMINISTRATORS, '/T', '/L'),
  icacls(path, '/reset', '/T', '/L'),
  ...writers.map((who) => icacls(path, '/grant', `${who}:(OI)(CI)M`)),
];

/** A file in the directory of the settings that only its own accounts may read, and not those of all parts. */
const ownFile = (path: string): WindowsCommand[] => [
  notLink(path),
  icacls(path, '/setowner', ADMINISTRATORS, '/L'),
  icacls(path, '/reset', '/L'),
  icacls(path, '/inheritance:r', '/grant:r', ...owners('F'), '/L'),
];

const notLink = (path: string): WindowsCommand => ({
  program: 'fsutil',
  args: ['reparsepoint', 'query', path],
  refusal: `${path} is a link to another place. Remove it.`,
});

/** A config file that scimctl wrote is private as well. */
const filesIn = ({ config, files }: Configured): string[] => [config, ...files.map(({ path }) => path)];

/** Whether a path of Windows is in a directory or below it. */
export const isBelow = (path: string, directory: string): boolean =>
  win32
    .normalize(path)
    .toLowerCase()
    .startsWith(`${win32.normalize(directory).replace(/\\$/, '').toLowerCase()}\\`);

/**
 * Whether the directory of the config file is the service's own, so that its rights can be changed: it has the name of
 * the service, and no program in it that others start.
 */
export function isOwnHome({ name, program, serve }: ServicePlan): boolean {
  const home = win32.dirname(serve.config);
  return win32.basename(home).toLowerCase() === name && !program.some((file) => isBelow(file, home));
}
