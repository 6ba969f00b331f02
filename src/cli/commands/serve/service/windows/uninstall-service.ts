import { rm } from 'node:fs/promises';
import { JOBS } from '../../../../../installation/service/jobs.js';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import { uninstallCommands } from '../../../../../installation/service/windows/commands.js';
import { taskName } from '../../../../../installation/service/windows/task.js';
import { operationProblem } from '../../../../../problem.js';
import { attemptFiles } from './install-service.js';
import { askWindows, layoutsOf } from './known-service.js';
import { type RunWindows, runStep } from './run-command.js';

/** What is there of an installation, and what stays of it. */
export interface WindowsRemoval {
  isThere: boolean;
  /** Stops and removes the service, the tasks and the files of the wrapper. Settings, keys, lists and logs stay. */
  remove: () => Promise<void>;
  removed: string[];
  remaining: string[];
}

/** @throws Problem `service-unit-foreign`. */
export async function windowsRemoval(plan: ServicePlan, run: RunWindows): Promise<WindowsRemoval> {
  const { service, configuration, task } = await askWindows(plan, run);
  if (service !== undefined && configuration === undefined) {
    throw operationProblem('service-unit-foreign', `The service ${plan.name} was not made by scimctl.`, {
      hint: 'Choose the name of the service with --name.',
    });
  }
  const layouts = layoutsOf(plan);
  const files = layouts.flatMap(({ installed, configuration: path }) => [installed, path]);
  const tasks = JOBS.filter(({ name }) => task(name) !== undefined);
  const [layout] = layouts;
  return {
    isThere: service !== undefined || configuration !== undefined || tasks.length > 0,
    removed: [
      ...(service === undefined ? [] : [plan.name]),
      ...tasks.map((job) => taskName(plan, job)),
      ...(configuration === undefined ? [] : [...new Set(files)]),
    ],
    remaining: layout === undefined ? [] : [layout.settings],
    remove: async () => {
      for (const command of uninstallCommands(plan)) await runStep(command, run);
      await attemptFiles(layout?.installed ?? '', async () => {
        for (const path of new Set(files)) await rm(path, { force: true });
      });
    },
  };
}
