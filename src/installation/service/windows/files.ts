import { win32 } from 'node:path';
import { jobsOf } from '../jobs.js';
import type { ServiceFile, ServicePlan } from '../plan.js';
import { installCommands, remainsOf, stopCommand, uninstallCommands } from './commands.js';
import { type WindowsLayout, type Wrapper, windowsLayout } from './layout.js';
import { batchFile } from './script.js';
import { DESCRIBED, scheduledTask, taskName } from './task.js';
import { wrapperConfiguration } from './wrapper-files.js';

/** A file, and whether Windows wants it in UTF-16. */
export interface WindowsFile extends ServiceFile {
  isUtf16?: boolean;
}

/** What the file consists of on the disk. */
export const contentOf = ({ text, isUtf16 }: WindowsFile): string | Uint8Array =>
  isUtf16 ? Buffer.from(`\ufeff${text}`, 'utf16le') : text;

/** The directories of an installation, which are made if they are missing. */
export function windowsDirectories(plan: ServicePlan, layout: WindowsLayout): string[] {
  const isServed = plan.parts.includes('serve');
  return [
    layout.settings,
    ...(isServed ? [layout.logs, win32.dirname(layout.installed)] : []),
    ...(jobsOf(plan).some(({ writes }) => writes) ? [layout.reports] : []),
  ];
}

/** Everything that an installation on Windows consists of, with the batch files that make it and take it away. */
export function windowsFiles(plan: ServicePlan, wrapper: Wrapper): WindowsFile[] {
  const layout = windowsLayout(plan, wrapper);
  const isServed = plan.parts.includes('serve');
  const jobs = jobsOf(plan);
  const directories = windowsDirectories(plan, layout);
  const configuration = wrapperConfiguration(plan, wrapper);
  const copies: (readonly [string, string])[] = isServed
    ? [
        [wrapper.file, layout.installed],
        [configuration.name, layout.configuration],
      ]
    : [];
  return [
    ...(isServed ? [configuration] : []),
    ...jobs.map((job) => ({ ...scheduledTask(plan, job, layout), isUtf16: true })),
    {
      name: 'install.cmd',
      text: batchFile(plan.version, {
        ...(isServed && { owner: { service: plan.name, file: layout.configuration } }),
        ...(jobs.length > 0 && {
          tasks: { names: jobs.map((job) => taskName(plan, job)), contains: DESCRIBED },
        }),
        before: isServed ? [stopCommand(plan)] : [],
        directories,
        copies,
        commands: installCommands(plan, wrapper, '.'),
      }),
    },
    {
      name: 'uninstall.cmd',
      text: batchFile(plan.version, { commands: [...uninstallCommands(plan), ...remainsOf(plan)] }),
    },
  ];
}
