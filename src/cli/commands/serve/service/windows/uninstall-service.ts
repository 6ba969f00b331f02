import { JOBS } from '../../../../../installation/service/jobs.js';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import { uninstallCommands } from '../../../../../installation/service/windows/commands.js';
import { taskName } from '../../../../../installation/service/windows/task.js';
import { operationProblem } from '../../../../../problem.js';
import { removeEmptyHomes, removeFiles, thatExist } from '../remove-files.js';
import { askWindows, layoutsOf } from './known-service.js';
import type { Purge } from './purge.js';
import { type RunWindows, runStep } from './run-command.js';

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
  const { service, configuration, task } = await askWindows(plan, run);
  if (service !== undefined && configuration === undefined) {
    throw operationProblem('service-unit-foreign', `The service ${plan.name} was not made by scimctl.`, {
      hint: 'Choose the name of the service with --name.',
    });
  }
  const layouts = layoutsOf(plan);
  const files = await thatExist(
    new Set(layouts.flatMap(({ installed, configuration: path }) => [installed, path])),
  );
  const tasks = JOBS.filter(({ name }) => task(name) !== undefined);
  const [layout] = layouts;
  return {
    isThere: service !== undefined || configuration !== undefined || tasks.length > 0,
    removed: [
      ...(service === undefined ? [] : [plan.name]),
      ...tasks.map((job) => taskName(plan, job)),
      ...(configuration === undefined ? [] : files),
      ...(purge?.doomed ?? []),
    ],
    remaining: purge?.spared ?? (layout === undefined ? [] : [layout.settings]),
    remove: async () => {
      for (const command of uninstallCommands(plan)) await runStep(command, run);
      // The files of the wrapper last: they tell a second run that something is left.
      const paths = [...(purge?.doomed ?? []), ...files];
      await removeFiles(paths, 'an administrator');
      await removeEmptyHomes(paths);
    },
  };
}
