import { readdir } from 'node:fs/promises';
import { basename, dirname, join, win32 } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JOBS } from '../../../../../installation/service/jobs.js';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import { remainsOf, uninstallCommands } from '../../../../../installation/service/windows/commands.js';
import type { WindowsLayout } from '../../../../../installation/service/windows/layout.js';
import { taskName } from '../../../../../installation/service/windows/task.js';
import { operationProblem } from '../../../../../problem.js';
import { removeEmptyHomes, removeFiles, thatExist } from '../remove-files.js';
import { askWindows, layoutsOf } from './known-service.js';
import { configIn, type Purge } from './purge.js';
import { assertOurTask } from './restore-installation.js';
import { failureOf, type RunWindows } from './run-command.js';

/** What is there of an installation, and what stays of it. */
export interface WindowsRemoval {
  isThere: boolean;
  /** Stops and removes the service, the tasks, the files of the wrapper, and what is purged. */
  remove: () => Promise<void>;
  removed: string[];
  remaining: string[];
}

/**
 * Without `purge`, settings, keys, lists and logs stay.
 * @throws Problem `service-unit-foreign`.
 */
export async function windowsRemoval(
  plan: ServicePlan,
  run: RunWindows,
  purge?: Purge,
): Promise<WindowsRemoval> {
  const { service, configuration, task, definition } = await askWindows(plan, run);
  if (service !== undefined && configuration === undefined) {
    throw operationProblem('service-unit-foreign', `The service ${plan.name} was not made by scimctl.`, {
      hint: 'Choose the name of the service with --name.',
    });
  }
  for (const job of JOBS) {
    const text = definition(job.name);
    if (text !== undefined) assertOurTask(taskName(plan, job), text);
  }
  const layouts = layoutsOf(plan);
  const files = await thatExist(
    new Set(layouts.flatMap(({ installed, configuration: path }) => [installed, path])),
  );
  const replaced = purge ? await replacedFiles(layouts) : [];
  const tasks = JOBS.filter(({ name }) => task(name) !== undefined);
  return {
    isThere: service !== undefined || configuration !== undefined || tasks.length > 0,
    removed: [
      ...(service === undefined ? [] : [plan.name]),
      ...tasks.map((job) => taskName(plan, job)),
      ...(configuration === undefined ? [] : files),
      ...replaced,
      ...(purge?.doomed ?? []),
    ],
    remaining: purge?.spared ?? homesIn([configuration, ...JOBS.map(({ name }) => definition(name))]),
    remove: async () => {
      const failed: { args: readonly string[]; text: string }[] = [];
      for (const command of uninstallCommands(plan)) {
        const end = await run(command);
        const { program, args } = command;
        const isRemoval = /^\/?delete$/.test(args[0] ?? '') && program !== 'reg';
        if (end.code !== 0 && isRemoval) failed.push({ args, text: failureOf(command, end) });
      }
      await assertGone(plan, failed, run);
      // The files of the wrapper last: they tell a second run that something is left.
      const paths = [...(purge?.doomed ?? []), ...replaced, ...files];
      await removeFiles(paths, 'an administrator');
      await removeEmptyHomes(paths);
    },
  };
}

/** The directories of the config files that a configuration and tasks name: settings, keys, lists and logs. */
function homesIn(texts: readonly (string | undefined)[]): string[] {
  const configs = texts.map((text) => text && configIn(text)).filter((path) => path !== undefined);
  return [...new Set(configs.filter((path) => path !== '').map((path) => win32.dirname(path)))];
}

/** Edited configurations of the wrapper that an installation with `--replace` kept. */
async function replacedFiles(layouts: readonly WindowsLayout[]): Promise<string[]> {
  const found: string[] = [];
  for (const { configuration } of layouts) {
    const names = await readdir(dirname(configuration)).catch(() => []);
    const begin = `${basename(configuration)}.replaced-`;
    found.push(
      ...names.filter((name) => name.startsWith(begin)).map((name) => join(dirname(configuration), name)),
    );
  }
  return found;
}

/** Windows removes a service when its last handle is closed, which takes a moment after its end. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 250;

/**
 * @param failed the removals that did not succeed, also of what was not there.
 * @throws Problem `service-manager-failed`, which names what is still there.
 */
async function assertGone(
  plan: ServicePlan,
  failed: readonly { args: readonly string[]; text: string }[],
  run: RunWindows,
): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const left: { refusal: string; why: readonly string[] }[] = [];
    for (const command of remainsOf(plan)) {
      if ((await run(command)).code !== 0) continue;
      const name = command.args.at(-1) ?? '';
      const why = failed.filter(({ args }) => args.includes(name)).map(({ text }) => text);
      left.push({ refusal: command.refusal, why });
    }
    if (left.length === 0) return;
    if (left.some(({ why }) => why.length > 0) || performance.now() > end) {
      const text = left.flatMap(({ refusal, why }) => [refusal, ...why]).join(' ');
      throw operationProblem('service-manager-failed', text, {
        hint: 'Run the command as an administrator. If you did, close other programs that show the service, such as the Services console, and run the command again.',
      });
    }
    await delay(PAUSE_MS);
  }
}
