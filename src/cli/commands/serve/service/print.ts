import { win32 } from 'node:path';
import type { ServicePlan, ServicePlatform } from '../../../../installation/service/plan.js';
import { enabledUnits, systemdUnits } from '../../../../installation/service/systemd/units.js';
import { contentOf, type WindowsFile, windowsFiles } from '../../../../installation/service/windows/files.js';
import type { Command } from '../../../command.js';
import { newDirectory } from '../../../output/files/new-directory.js';
import { PLAN_OPTIONS, type PlanOptions, servicePlatform, WRAPPER } from './options.js';
import { servicePlan, wrapperOf } from './plan-of.js';
import { unknownPlatform } from './platform.js';
import { UNIT_DIRECTORY } from './systemd/unit-files.js';

interface Options extends PlanOptions {
  platform?: ServicePlatform;
  wrapper?: string;
  out?: string;
}

export const servicePrint: Command<Options> = {
  name: 'print',
  summary: 'Print the units of systemd, or the files and commands for Windows',
  description:
    'Prints everything that a service for `serve` and scheduled jobs for the list of pending users, `check` and `audit seal` need, and changes nothing. The config file of the service is read if it is here, because the service also needs the files that it names; on Linux, systemd hands them over as credentials. All options of `serve` can be given; a wrong one is refused now.',
  options: [
    {
      flags: '--platform <platform>',
      description: 'linux or windows (default: this one)',
      choices: ['linux', 'windows'],
    },
    ...PLAN_OPTIONS,
    WRAPPER,
    {
      flags: '--out <directory>',
      writes: true,
      description: 'write the files to a new directory instead of stdout',
    },
  ],
  examples: [
    { does: 'the units for this machine', command: 'service print --config /etc/scimctl/config.json' },
    {
      does: 'with TLS, for another machine',
      command:
        'service print --platform linux --host 0.0.0.0 --port 443 --tls-cert /etc/scimctl/server.pem --tls-key /etc/scimctl/server.key',
    },
    { does: 'only the jobs, as files', command: 'service print --parts pending check seal --out units' },
  ],
  async run(options, context) {
    const { world, output, talk } = context;
    const platform = options.platform ?? servicePlatform(world.platform);
    if (platform === undefined) throw unknownPlatform(world.platform);
    const plan = await servicePlan(options, context, { platform, isInstall: false });
    const files =
      platform === 'linux' ? systemdUnits(plan) : windowsFiles(plan, wrapperOf(options, plan, world));
    if (options.out !== undefined) {
      const directory = await newDirectory(options.out, world);
      try {
        for (const file of files) await directory.write(file.name, contentOf(file));
        await directory.keep();
      } catch (error) {
        await directory.discard();
        throw error;
      }
      if (output.format === 'json') output.json(documentOf(plan, platform, files));
      else output.text(files.map(({ name }) => `${name}\n`).join(''));
      talk.done(`Written to ${options.out}.`);
    } else if (output.format === 'json') output.json(documentOf(plan, platform, files));
    else output.text(files.map((file) => withHeading(file, platform)).join('\n'));
    talk.note(nextStep(plan, platform));
  },
};

const withHeading = ({ name, text }: WindowsFile, platform: ServicePlatform): string =>
  platform === 'linux'
    ? `# ${UNIT_DIRECTORY}/${name}\n${text}`
    : `===== ${name} =====\n${text.replaceAll('\r\n', '\n')}`;

const documentOf = (plan: ServicePlan, platform: ServicePlatform, files: readonly WindowsFile[]) => ({
  name: plan.name,
  platform,
  files: files.map(({ name, text }) => ({
    path: platform === 'linux' ? `${UNIT_DIRECTORY}/${name}` : name,
    text,
  })),
  ...(platform === 'linux' && { enable: enabledUnits(plan) }),
});

const nextStep = (plan: ServicePlan, platform: ServicePlatform): string =>
  platform === 'linux'
    ? `To install the units, copy the files to ${UNIT_DIRECTORY} and run as root: systemctl daemon-reload && systemctl enable --now ${enabledUnits(plan).join(' ')}`
    : `To install the service, copy the files to a directory on the server and run ${win32.join('.', 'install.cmd')} as an administrator.`;
