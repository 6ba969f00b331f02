import { access } from 'node:fs/promises';
import { jobsOf } from '../../../../installation/service/jobs.js';
import type { ServicePlan } from '../../../../installation/service/plan.js';
import { enabledUnits, systemdUnits } from '../../../../installation/service/systemd/units.js';
import { taskName } from '../../../../installation/service/windows/task.js';
import { configurationProblem } from '../../../../problem.js';
import type { Command } from '../../../command.js';
import type { Context } from '../../../context.js';
import type { Column } from '../../../output/column.js';
import { DRY_RUN, sayDone } from '../../../shared/dry-run.js';
import { PLAN_OPTIONS, type PlanOptions, WRAPPER } from './options.js';
import { servicePlan, wrapperOf } from './plan-of.js';
import { assertInstalling } from './platform.js';
import { type Applied, applyUnits } from './systemd/apply-units.js';
import { endpointListens } from './systemd/await-endpoint.js';
import { assertSystemd, systemctl } from './systemd/systemctl.js';
import {
  commandChange,
  presentUnits,
  UNIT_DIRECTORY,
  type UnitChange,
  unitChanges,
} from './systemd/unit-files.js';
import { assertWritable } from './systemd/write-units.js';
import { assertProtected } from './windows/exposed-program.js';
import { assertInstallable, installOnWindows } from './windows/install-service.js';
import { windowsRunner } from './windows/run-command.js';

interface Options extends PlanOptions {
  wrapper?: string;
  start?: boolean;
  replace?: boolean;
  dryRun?: boolean;
}

type Row = Pick<UnitChange, 'unit' | 'change' | 'kept'>;

const COLUMNS: Column<Row>[] = [
  { key: 'unit', label: 'UNIT' },
  { key: 'change', label: 'CHANGE' },
  { key: 'kept', label: 'OLD FILE' },
];

export const serviceInstall: Command<Options> = {
  name: 'install',
  summary: 'Install and start the endpoint and the scheduled jobs as services',
  description:
    'On Linux, writes the units that `service print` prints to /etc/systemd/system, enables and starts them. On Windows, makes the service and the scheduled tasks, as install.cmd of `service print` does. Run it as root or as an administrator. You can run it again, with the same options: on Linux, it changes only what is different, for example after an upgrade. What scimctl did not write is never replaced, and what was edited only with --replace. If systemd refuses a step, everything is as before.',
  options: [
    ...PLAN_OPTIONS,
    WRAPPER,
    { flags: '--no-start', description: 'enable the units, and start them with the machine only' },
    { flags: '--replace', description: 'replace edited units, and keep the edited files beside them' },
    { ...DRY_RUN, description: 'check everything and show what would change' },
  ],
  examples: [
    { does: 'with the options of serve in the config file', command: 'service install' },
    {
      does: 'see what would change',
      command: 'service install --config /etc/scimctl/config.json --dry-run',
    },
    {
      does: 'with TLS, at a port below 1024',
      command:
        'service install --host 0.0.0.0 --port 443 --tls-cert /etc/scimctl/server.pem --tls-key /etc/scimctl/server.key',
    },
    { does: 'only the jobs', command: 'service install --parts pending check seal' },
  ],
  async run({ start = true, replace = false, dryRun = false, ...options }, context) {
    const platform = assertInstalling(context.world.platform);
    const stamp = context.world
      .clock()
      .toISOString()
      .replace(/[-:]|\..*/g, '');
    const how: How = { start, replace, dryRun, stamp };
    if (platform === 'linux') await installUnits(options, how, context);
    else await installService(options, how, context);
    if (dryRun) return;
    const name = options.name ?? 'scimctl';
    context.talk.note(`Next: scimctl service status${name === 'scimctl' ? '' : ` --name ${name}`}`);
  },
};

interface How {
  start: boolean;
  replace: boolean;
  dryRun: boolean;
  /** In the name of what is kept. */
  stamp: string;
}

async function installUnits(options: PlanOptions, how: How, context: Context): Promise<void> {
  const { start, dryRun } = how;
  const { world } = context;
  await assertSystemd();
  const directory = UNIT_DIRECTORY;
  if (!dryRun) await assertWritable(directory);
  const plan = await servicePlan(options, context, { platform: 'linux', isInstall: true });
  await assertFiles(plan);
  const present = await presentUnits(directory, plan.name);
  const changes = unitChanges(systemdUnits(plan), present, { directory, ...how });
  const enable = enabledUnits(plan);
  const applied: Applied = dryRun
    ? { enabled: [], started: [] }
    : await applyUnits({ directory, changes, enable, start, run: systemctl, world });
  await printChanges(changes, applied, context);
  // Options that were given the last time and are not now would otherwise be lost without a word.
  for (const change of changes) {
    const command = commandChange(change);
    if (command) context.talk.note(`${change.unit} starts: ${command.after}\n  before: ${command.before}`);
  }
  const isSame = changes.every(({ change }) => change === 'unchanged');
  if (!dryRun && isSame && applied.enabled.length + applied.started.length === 0) {
    return context.talk.done('Everything was installed already; nothing was changed.');
  }
  sayDone(context, { dryRun }, `The service ${plan.name} is installed.`);
  if (applied.started.includes(`${plan.name}.service`) && !(await endpointListens(plan.name, systemctl))) {
    context.talk.warn(
      `The endpoint does not listen yet. It may wait for the database: journalctl -u ${plan.name}`,
    );
  }
}

async function installService(options: Options, how: How, context: Context): Promise<void> {
  const { world, output } = context;
  const plan = await servicePlan(options, context, { platform: 'windows', isInstall: true });
  await assertFiles(plan);
  const wish = { plan, wrapper: wrapperOf(options, plan, world), run: windowsRunner(world), ...how };
  for (const path of await assertProtected(plan, wish.wrapper, wish.run)) {
    context.talk.warn(`Windows does not say who can change ${path}. Only administrators should be able to.`);
  }
  if (how.dryRun) await assertInstallable(wish);
  else await installOnWindows(wish);
  const made = [
    ...(plan.parts.includes('serve') ? [plan.name] : []),
    ...jobsOf(plan).map((job) => taskName(plan, job)),
  ];
  if (output.format === 'json') output.json({ installed: made });
  else output.text(made.map((name) => `${name}\n`).join(''));
  sayDone(context, how, `The service ${plan.name} is installed.`);
}

async function printChanges(
  changes: readonly UnitChange[],
  applied: Applied,
  { output }: Context,
): Promise<void> {
  const rows = changes.map(({ unit, change, kept }): Row => ({ unit, change, ...(kept && { kept }) }));
  if (output.format === 'json') output.json({ units: rows, ...applied });
  else await output.list(rows, COLUMNS, '');
}

/** @throws Problem `service-file-missing`: systemd would say it at the start, in a log. */
async function assertFiles({ serve, jobs, program }: ServicePlan): Promise<void> {
  const files = [...program, ...[serve, jobs].flatMap((part) => part.files.map(({ path }) => path))];
  for (const file of new Set(files)) {
    await access(file).catch((cause) => {
      throw configurationProblem('service-file-missing', `The service needs ${file}, which is not there.`, {
        hint: 'Create the file, or correct the path in the config file or in the options.',
        cause,
      });
    });
  }
}
