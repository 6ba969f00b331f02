import { access } from 'node:fs/promises';
import type { ServicePlan } from '../../../../installation/service/plan.js';
import { enabledUnits, systemdUnits } from '../../../../installation/service/systemd/units.js';
import { configurationProblem } from '../../../../problem.js';
import type { Command } from '../../../command.js';
import type { Context } from '../../../context.js';
import type { Column } from '../../../output/column.js';
import { DRY_RUN, sayDone } from '../../../shared/dry-run.js';
import { PLAN_OPTIONS, type PlanOptions } from './options.js';
import { servicePlan } from './plan-of.js';
import { assertLinux } from './platform.js';
import { type Applied, applyUnits } from './systemd/apply-units.js';
import { endpointListens } from './systemd/await-endpoint.js';
import { assertSystemd, systemctl } from './systemd/systemctl.js';
import { presentUnits, UNIT_DIRECTORY, type UnitChange, unitChanges } from './systemd/unit-files.js';
import { assertWritable } from './systemd/write-units.js';

interface Options extends PlanOptions {
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
    'Writes the units that `service print` prints to /etc/systemd/system, enables and starts them. Run it as root. You can run it again, with the same options: it changes only what is different, for example after an upgrade. A unit that scimctl did not write is never replaced, and an edited one only with --replace. If something fails, everything is as before.',
  options: [
    ...PLAN_OPTIONS,
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
    const { world } = context;
    assertLinux(world.platform);
    await assertSystemd();
    if (!dryRun) await assertWritable(UNIT_DIRECTORY);
    const plan = await servicePlan(options, context, { platform: 'linux', isInstall: true });
    await assertFiles(plan);
    const directory = UNIT_DIRECTORY;
    const stamp = world
      .clock()
      .toISOString()
      .replace(/[-:]|\..*/g, '');
    const changes = unitChanges(systemdUnits(plan), await presentUnits(directory, plan.name), {
      directory,
      replace,
      stamp,
    });
    const enable = enabledUnits(plan);
    const applied: Applied = dryRun
      ? { enabled: [], started: [] }
      : await applyUnits({ directory, changes, enable, start, run: systemctl, world });
    await printChanges(changes, applied, context);
    const isSame = changes.every(({ change }) => change === 'unchanged');
    if (!dryRun && isSame && applied.enabled.length + applied.started.length === 0) {
      return context.talk.done('Everything was installed already; nothing was changed.');
    }
    sayDone(context, { dryRun }, `The service ${plan.name} is installed.`);
    if (dryRun) return;
    if (applied.started.includes(`${plan.name}.service`) && !(await endpointListens(plan.name, systemctl))) {
      context.talk.warn(
        `The endpoint does not listen yet. It may wait for the database: journalctl -u ${plan.name}`,
      );
    }
    context.talk.note(`Next: scimctl service status${plan.name === 'scimctl' ? '' : ` --name ${plan.name}`}`);
  },
};

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
