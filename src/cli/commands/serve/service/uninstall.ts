import { dirname, join } from 'node:path';
import type { Command } from '../../../command.js';
import type { Context } from '../../../context.js';
import { DRY_RUN, sayDone } from '../../../shared/dry-run.js';
import { NAME_OPTION } from './options.js';
import { assertInstalling } from './platform.js';
import { removeEmptyHomes, removeFiles, thatExist } from './remove-files.js';
import { additionsTo, credentialsIn, credentialsOfOthers, stopUnits } from './systemd/remove-units.js';
import { assertSystemd, systemctl } from './systemd/systemctl.js';
import { assertOurs, presentUnits, UNIT_DIRECTORY } from './systemd/unit-files.js';
import { namedPlan } from './windows/known-service.js';
import { windowsPurge } from './windows/purge.js';
import { windowsRunner } from './windows/run-command.js';
import { windowsRemoval } from './windows/uninstall-service.js';

interface Options {
  name?: string;
  purge?: boolean;
  confirm?: string;
  dryRun?: boolean;
}

interface Removal {
  removed: string[];
  /** Files and directories that belonged to the service and stay. */
  remaining: string[];
}

export const serviceUninstall: Command<Options> = {
  name: 'uninstall',
  summary: 'Stop and remove the services; settings, keys and logs stay',
  description:
    'Stops the endpoint and the scheduled jobs and removes their units, on Windows the service and the tasks, if scimctl made them. The config file, passwords, keys, certificates, lists, settings that were added with systemctl edit, and logs stay. With --purge, the config file, the files that it names in its own directory, and the lists are removed as well, on Windows also the logs, unless another service uses them. Keys that are lost cannot be made again. The database is not touched.',
  options: [
    NAME_OPTION,
    { flags: '--purge', description: 'also remove the config file, passwords, keys and lists' },
    { flags: '--confirm <name>', description: 'confirm --purge with the name of the service' },
    { ...DRY_RUN, description: 'show what would be removed' },
  ],
  examples: [
    { does: 'see what would be removed', command: 'service uninstall --dry-run' },
    { does: 'in a script', command: 'service uninstall --yes' },
    {
      does: 'with the config file, passwords and keys',
      command: 'service uninstall --purge --confirm scimctl',
    },
  ],
  async run({ name = 'scimctl', purge = false, confirm, dryRun = false }, context) {
    const { world, output, prompts, talk } = context;
    const platform = assertInstalling(world.platform);
    const wish = { name, purge };
    const { removal, isThere, remove } =
      platform === 'linux' ? await onLinux(wish) : await onWindows(wish, context);
    if (isThere && !dryRun) {
      if (purge) {
        talk.note(`These will be removed:\n${removal.removed.map((path) => `  ${path}`).join('\n')}`);
        const question = `Remove the service ${name} with its settings and keys?`;
        await prompts.confirm(question, { name, confirmed: confirm });
      } else await prompts.confirm(`Stop and remove the service ${name}?`);
      await remove();
    }
    if (output.format === 'json') output.json(removal);
    else output.text(removal.removed.map((path) => `${path}\n`).join(''));
    if (!isThere) return talk.done(`There is no service ${name}; nothing was changed.`);
    sayDone(context, { dryRun }, `The service ${name} is removed.`);
    if (removal.remaining.length > 0) {
      talk.note(`These files stay:\n${removal.remaining.map((path) => `  ${path}`).join('\n')}`);
    }
  },
};

interface Plan {
  removal: Removal;
  isThere: boolean;
  remove: () => Promise<void>;
}

async function onLinux({ name, purge }: { name: string; purge: boolean }): Promise<Plan> {
  await assertSystemd();
  const directory = UNIT_DIRECTORY;
  const present = await presentUnits(directory, name);
  assertOurs(present, directory);
  const units = [...present.keys()];
  const { doomed, spared } = await filesOf(directory, present, name);
  const purged = purge ? doomed : [];
  return {
    isThere: units.length > 0,
    removal: {
      removed: [...units.map((unit) => `${directory}/${unit}`), ...purged],
      remaining: [...(purge ? [] : doomed), ...spared, ...(await additionsTo(directory, units))],
    },
    remove: () => removed(directory, units, purged),
  };
}

async function onWindows({ name, purge }: { name: string; purge: boolean }, context: Context): Promise<Plan> {
  const plan = namedPlan(name, context);
  const run = windowsRunner(context.world);
  const purged = purge ? await windowsPurge(plan, run, context) : undefined;
  const { isThere, remove, ...removal } = await windowsRemoval(plan, run, purged);
  return { isThere, remove, removal };
}

/**
 * The files of the service beside its units: those that only it uses, in the directory of its config file, with its
 * lists; and those that stay in any case.
 */
async function filesOf(
  directory: string,
  present: ReadonlyMap<string, string>,
  name: string,
): Promise<{ doomed: string[]; spared: string[] }> {
  const credentials = credentialsIn(present.values());
  const shared = await credentialsOfOthers(directory, [...present.keys()]);
  const homes = credentials.filter(({ id }) => id === 'config.json').map(({ path }) => dirname(path));
  const isOwn = (path: string) => homes.includes(dirname(path)) && !shared.includes(path);
  // With an account of its own, the state of the service is in `private`, and a link leads there.
  const state = `/var/lib/${name}`;
  const states = await thatExist([state, `/var/lib/private/${name}`]);
  const there = await thatExist(credentials.map(({ path }) => path));
  return {
    doomed: [...there.filter(isOwn), ...states],
    spared: there.filter((path) => !isOwn(path)),
  };
}

/** The units last, so that a second run finds what is left if something cannot be removed. */
async function removed(directory: string, units: readonly string[], files: readonly string[]): Promise<void> {
  await stopUnits(units, systemctl);
  await removeFiles(files, 'root');
  await removeEmptyHomes(files);
  await removeFiles(
    units.map((unit) => join(directory, unit)),
    'root',
  );
  await systemctl('daemon-reload');
}
