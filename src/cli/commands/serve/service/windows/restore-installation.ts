import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jobsOf } from '../../../../../installation/service/jobs.js';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import type { WindowsCommand } from '../../../../../installation/service/windows/command.js';
import {
  accountCommand,
  createTask,
  uninstallCommands,
} from '../../../../../installation/service/windows/commands.js';
import { contentOf } from '../../../../../installation/service/windows/files.js';
import type { WindowsLayout } from '../../../../../installation/service/windows/layout.js';
import { accountIn, isRunning } from '../../../../../installation/service/windows/state.js';
import { isOurTask, taskName, taskUser } from '../../../../../installation/service/windows/task.js';
import { operationProblem } from '../../../../../problem.js';
import type { RunWindows } from './run-command.js';

/** What is there of an installation before it is made again. */
export interface Installed {
  service?: {
    isRunning: boolean;
    account: string | undefined;
    /** The contents of the wrapper and of its configuration, by path. */
    files: ReadonlyMap<string, Uint8Array>;
  };
  /** The definitions of the tasks, by name. */
  tasks: ReadonlyMap<string, string>;
}

/** The service of the name of the plan; undefined where there is none. */
export async function installedService(
  { installed, configuration }: WindowsLayout,
  { name }: ServicePlan,
  run: RunWindows,
): Promise<Installed['service']> {
  const { code, said } = await run({ program: 'sc', args: ['query', name] });
  if (code !== 0) return undefined;
  const start = await run({ program: 'sc', args: ['qc', name] });
  const files = new Map<string, Uint8Array>();
  for (const path of [installed, configuration]) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes) files.set(path, bytes);
  }
  return { isRunning: isRunning(said), account: start.code === 0 ? accountIn(start.said) : undefined, files };
}

/**
 * The definitions of the tasks of a plan that are there.
 * @throws Problem `service-unit-foreign`.
 */
export async function ourTasks(plan: ServicePlan, run: RunWindows): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const job of jobsOf(plan)) {
    const name = taskName(plan, job);
    const query = ['/query', '/tn', name];
    if ((await run({ program: 'schtasks', args: query })).code !== 0) continue;
    const { said } = await run({ program: 'schtasks', args: [...query, '/xml'] });
    assertOurTask(name, said);
    found.set(name, said);
  }
  return found;
}

/** @throws Problem `service-unit-foreign`. */
export function assertOurTask(name: string, definition: string): void {
  if (isOurTask(definition)) return;
  throw operationProblem('service-unit-foreign', `The task ${name} was not made by scimctl.`, {
    hint: 'Choose another name for the service with --name, or rename the task.',
  });
}

interface Failed {
  plan: ServicePlan;
  layout: WindowsLayout;
  before: Installed;
  /** The commands that were run, or whose run failed. */
  begun: readonly WindowsCommand[];
  /** Where the files of tasks are written. */
  place: string;
  run: RunWindows;
}

/** Takes back what an installation has done, as far as it came. Its own failures must not hide the first one. */
export async function restoreInstallation(failed: Failed): Promise<void> {
  const { plan, layout, before, run } = failed;
  await restoreTasks(failed);
  if (!plan.parts.includes('serve')) return;
  const attempt = (command: WindowsCommand) => run(command).catch(() => undefined);
  if (before.service === undefined) {
    for (const command of uninstallCommands({ ...plan, parts: ['serve'] })) await attempt(command);
    await removeAll([layout.installed, layout.configuration]);
    return;
  }
  const { isRunning: wasRunning, account, files } = before.service;
  for (const [path, bytes] of files) await writeFile(path, bytes).catch(() => undefined);
  if (account !== undefined) await attempt(accountCommand(plan.name, account));
  if (wasRunning) await attempt({ program: 'sc', args: ['start', plan.name] });
}

async function restoreTasks({ plan, before, begun, place, run }: Failed): Promise<void> {
  for (const job of jobsOf(plan)) {
    const name = taskName(plan, job);
    if (!begun.some(({ args }) => args[0] === '/create' && args.includes(name))) continue;
    const definition = before.tasks.get(name);
    const file = join(place, `${name}.before.xml`);
    const command: WindowsCommand =
      definition === undefined
        ? { program: 'schtasks', args: ['/delete', '/tn', name, '/f'] }
        : createTask(name, file, accountOf(definition, plan));
    try {
      if (definition !== undefined) {
        await writeFile(
          file,
          contentOf({ name: file, text: definition.replace(/^\ufeff/, ''), isUtf16: true }),
        );
      }
      await run(command);
    } catch {
      // The next one may still be restored.
    }
    await removeAll([file]);
  }
}

/** Task Scheduler writes down the security identifier of an account, which schtasks does not take. */
function accountOf(definition: string, plan: ServicePlan): string | undefined {
  const user = taskUser(definition);
  return user?.startsWith('S-1-') ? (plan.user ?? user) : user;
}

/** Removes files as far as they can be. */
export async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined);
}
