import { rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { operationProblem } from '../../../../problem.js';
import type { Command } from '../../../command.js';
import { DRY_RUN, sayDone } from '../../../shared/dry-run.js';
import { NAME_OPTION } from './options.js';
import { assertLinux } from './platform.js';
import { additionsTo, credentialsIn, credentialsOfOthers, stopUnits } from './systemd/remove-units.js';
import { assertSystemd, systemctl } from './systemd/systemctl.js';
import { assertOurs, presentUnits, UNIT_DIRECTORY } from './systemd/unit-files.js';

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
    'Stops the endpoint and the scheduled jobs and removes their units, if scimctl wrote them. The config file, passwords, keys, certificates, lists, settings that were added with systemctl edit, and the journal stay. With --purge, the config file, the files that it names in its own directory, and the lists are removed as well, unless another service uses them. Keys that are lost cannot be made again. The database is not touched.',
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
    assertLinux(world.platform);
    await assertSystemd();
    const directory = UNIT_DIRECTORY;
    const present = await presentUnits(directory, name);
    assertOurs(present, directory);
    const units = [...present.keys()];
    const { doomed, spared } = await filesOf(directory, present, name);
    const purged = purge ? doomed : [];
    const remaining = [...(purge ? [] : doomed), ...spared, ...(await additionsTo(directory, units))];
    const removal: Removal = {
      removed: [...units.map((unit) => `${directory}/${unit}`), ...purged],
      remaining,
    };
    if (units.length > 0 && !dryRun) {
      if (purge) {
        talk.note(`These files will be removed:\n${purged.map((path) => `  ${path}`).join('\n')}`);
        await prompts.confirm(`Remove the service ${name} with its settings and keys?`, {
          name,
          confirmed: confirm,
        });
      } else await prompts.confirm(`Stop and remove the service ${name}?`);
      await removed(directory, units, purged);
    }
    if (output.format === 'json') output.json(removal);
    else output.text(removal.removed.map((path) => `${path}\n`).join(''));
    if (units.length === 0) return talk.done(`There is no service ${name}; nothing was changed.`);
    sayDone(context, { dryRun }, `The service ${name} is removed.`);
    if (remaining.length > 0) {
      talk.note(`These files stay:\n${remaining.map((path) => `  ${path}`).join('\n')}`);
    }
  },
};

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
  const states = await Promise.all([state, `/var/lib/private/${name}`].map(unlessMissing));
  const exist = await Promise.all(credentials.map(({ path }) => unlessMissing(path)));
  const there = exist.filter((path) => path !== undefined);
  return {
    doomed: [...there.filter(isOwn), ...states.filter((path) => path !== undefined)],
    spared: there.filter((path) => !isOwn(path)),
  };
}

const unlessMissing = (path: string): Promise<string | undefined> =>
  stat(path).then(
    () => path,
    () => undefined,
  );

/** The units last, so that a second run finds what is left if something cannot be removed. */
async function removed(directory: string, units: readonly string[], files: readonly string[]): Promise<void> {
  await stopUnits(units, systemctl);
  try {
    for (const path of files) await rm(path, { recursive: true, force: true });
    for (const home of new Set(files.map((path) => dirname(path)))) await rmdir(home).catch(() => undefined);
    for (const unit of units) await rm(join(directory, unit), { force: true });
  } catch (cause) {
    const { code, path = '' } = cause as NodeJS.ErrnoException;
    throw operationProblem('service-files-unremovable', `${path} cannot be removed (${code}).`, {
      hint: 'Run the command as root. If you run it again, it removes what is left.',
      cause,
    });
  }
  await systemctl('daemon-reload');
}
