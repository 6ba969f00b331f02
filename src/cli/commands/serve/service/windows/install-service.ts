import { copyFile, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { markOf } from '../../../../../installation/service/mark.js';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import type { WindowsCommand } from '../../../../../installation/service/windows/command.js';
import { installCommands, stopCommand } from '../../../../../installation/service/windows/commands.js';
import {
  contentOf,
  windowsDirectories,
  windowsFiles,
} from '../../../../../installation/service/windows/files.js';
import { type Wrapper, windowsLayout } from '../../../../../installation/service/windows/layout.js';
import { configurationProblem, operationProblem } from '../../../../../problem.js';
import {
  type Installed,
  installedService,
  ourTasks,
  removeAll,
  restoreInstallation,
} from './restore-installation.js';
import { type RunWindows, runStep } from './run-command.js';

interface Wish {
  plan: ServicePlan;
  wrapper: Wrapper;
  run: RunWindows;
  /** Whether an edited configuration is replaced, and kept beside the new one. */
  replace: boolean;
  start: boolean;
  /** In the name of what is kept. */
  stamp: string;
}

/**
 * What stands in the way of an installation.
 * @returns what is there already and is ours.
 * @throws Problem `service-file-missing`, `service-unit-foreign`, `service-unit-edited`.
 */
export async function assertInstallable({
  plan,
  wrapper,
  run,
  replace,
}: Omit<Wish, 'start' | 'stamp'>): Promise<Installed> {
  const tasks = await ourTasks(plan, run);
  if (!plan.parts.includes('serve')) return { tasks };
  const { configuration } = windowsLayout(plan, wrapper);
  await readFile(wrapper.file).catch((cause) => {
    throw configurationProblem('service-file-missing', `The wrapper ${wrapper.file} is not there.`, {
      hint: 'The archives for Windows have it in the directory service. Or name the executable of WinSW with --wrapper.',
      cause,
    });
  });
  const text = await readFile(configuration).then(String, () => undefined);
  const service = await installedService(windowsLayout(plan, wrapper), plan, run);
  if (service && text === undefined) {
    throw operationProblem(
      'service-unit-foreign',
      `Another program has a service with the name ${plan.name}.`,
      {
        hint: 'Choose another name for the service with --name.',
      },
    );
  }
  if (wrapper.kind === 'own' && text !== undefined && !replace && markOf(text)?.isEdited !== false) {
    throw operationProblem('service-unit-edited', `${configuration} was edited since scimctl wrote it.`, {
      hint: 'Give the changes as options, or write them into the config file. Then add --replace, which keeps the edited file beside the new one.',
    });
  }
  return { tasks, ...(service && { service }) };
}

/**
 * Makes the service and the tasks, as `install.cmd` of `service print` does. After a failure, what is new is taken
 * away again, and what was there before is as it was.
 * @throws Problem `service-manager-failed`, and those of `assertInstallable`.
 */
export async function installOnWindows(wish: Wish): Promise<void> {
  const { plan, wrapper, run, start, stamp } = wish;
  const before = await assertInstallable(wish);
  const layout = windowsLayout(plan, wrapper);
  const isServed = plan.parts.includes('serve');
  // Administrators alone write there.
  const place = dirname(layout.installed);
  const files = windowsFiles(plan, wrapper).filter(({ name }) => !name.endsWith('.cmd'));
  const tasks = files.filter(({ isUtf16 }) => isUtf16).map(({ name }) => join(place, name));
  const commands = installCommands(plan, wrapper, place).filter((command) => start || !isStart(command));
  const made: string[] = [];
  const begun: WindowsCommand[] = [];
  const replaced: string[] = [];
  try {
    if (isServed) await runStep(stopCommand(plan), run);
    await attemptFiles(place, async () => {
      for (const directory of [...windowsDirectories(plan, layout), place])
        if (await mkdir(directory, { recursive: true })) made.push(directory);
      if (isServed) {
        const old = await readFile(layout.configuration).catch(() => undefined);
        const isOwn = old !== undefined && markOf(String(old))?.isEdited === false;
        if (old !== undefined && !isOwn) {
          replaced.push(`${layout.configuration}.replaced-${stamp}`);
          await writeFile(`${layout.configuration}.replaced-${stamp}`, old);
        }
        await copyFile(wrapper.file, layout.installed);
      }
      for (const file of files) await writeFile(join(place, file.name), contentOf(file));
    });
    for (const command of commands) {
      begun.push(command);
      await runStep(command, run);
    }
  } catch (error) {
    await restoreInstallation({ plan, layout, before, begun, place, run });
    await removeAll([...tasks, ...replaced]);
    // Those that are empty.
    for (const path of made.reverse()) await rmdir(path).catch(() => undefined);
    throw error;
  }
  await removeAll(tasks);
}

const isStart = ({ program, args }: WindowsCommand): boolean => program === 'sc' && args[0] === 'start';

/** @throws Problem `service-units-unwritable`. */
async function attemptFiles(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw operationProblem('service-units-unwritable', `The files cannot be written to ${path} (${code}).`, {
      hint: 'Run the command as an administrator.',
      cause,
    });
  }
}
