import { access } from 'node:fs/promises';
import type { UnitProperties } from '../../../../../installation/service/systemd/judge.js';
import { LEAST_SYSTEMD } from '../../../../../installation/service/systemd/units.js';
import { configurationProblem, operationProblem } from '../../../../../problem.js';
import { runSystemctl } from '../../../../../system-program.js';

/**
 * Runs systemctl.
 * @returns what it printed.
 * @throws Problem `service-manager-failed`.
 */
export type Systemctl = (...args: string[]) => Promise<string>;

export const systemctl: Systemctl = async (...args) => {
  const { code, stdout, stderr } = await runSystemctl(args);
  if (code === 0) return stdout;
  throw operationProblem(
    'service-manager-failed',
    `systemctl ${args.join(' ')} failed: ${firstLine(stderr)}`,
    {
      hint: 'Run the command by hand to see more. If it says that access is denied, run scimctl as root.',
      cause: new Error(stderr),
    },
  );
};

const firstLine = (text: string): string =>
  (text.trim().split('\n')[0] ?? '').slice(0, 300).replace(/\.?$/, '.');

/**
 * A machine with systemd in charge, and one that knows what the units use.
 * @throws Problem `service-manager-missing`, `service-manager-old`.
 */
export async function assertSystemd(): Promise<void> {
  const missing = (why: string) =>
    configurationProblem('service-manager-missing', `This system is not run by systemd${why}.`, {
      hint: 'In a container or a chroot, start `scimctl serve` itself. For another machine, use `scimctl service print`.',
    });
  // As sd_booted(3) looks.
  await access('/run/systemd/system').catch(() => {
    throw missing('');
  });
  const { stdout } = await runSystemctl(['--version']).catch(() => {
    throw missing(': systemctl is not there');
  });
  const version = Number(/^systemd (\d+)/.exec(stdout)?.[1]);
  if (version >= LEAST_SYSTEMD) return;
  throw configurationProblem(
    'service-manager-old',
    `The units need systemd ${LEAST_SYSTEMD} or later, and this is ${version}.`,
    {
      hint: 'Print the units with `scimctl service print`, and change what the older systemd does not have: it does not know %d, the directory of credentials.',
    },
  );
}

const PROPERTIES = [
  ...['Id', 'ActiveState', 'UnitFileState', 'Result', 'ExecMainStatus', 'NRestarts', 'MainPID'],
  ...['ActiveEnterTimestamp', 'StateChangeTimestamp', 'ExecMainExitTimestamp', 'NextElapseUSecRealtime'],
];

/** What systemd says of units, by their names. */
export async function propertiesOf(
  units: readonly string[],
  run: Systemctl,
): Promise<Map<string, UnitProperties>> {
  if (units.length === 0) return new Map();
  const said = await run('show', '--timestamp=utc', '--property', PROPERTIES.join(), ...units);
  const all = said.split(/\n\n+/).map((block) =>
    Object.fromEntries(
      block
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  );
  return new Map(all.map((properties) => [properties.Id ?? '', properties]));
}
