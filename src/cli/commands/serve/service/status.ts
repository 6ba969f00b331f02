import { type JudgedPart, worstOf } from '../../../../installation/service/judged-part.js';
import { judgeService } from '../../../../installation/service/systemd/judge.js';
import { unitNames } from '../../../../installation/service/systemd/unit-names.js';
import { judgeWindows } from '../../../../installation/service/windows/state.js';
import { toolVersion } from '../../../../installation/version.js';
import type { Command } from '../../../command.js';
import type { Context } from '../../../context.js';
import { EXIT_CODES } from '../../../exit-codes.js';
import type { Column } from '../../../output/column.js';
import { NAME_OPTION } from './options.js';
import { assertInstalling } from './platform.js';
import { assertSystemd, propertiesOf, systemctl } from './systemd/systemctl.js';
import { presentUnits, UNIT_DIRECTORY } from './systemd/unit-files.js';
import { askWindows, namedPlan } from './windows/known-service.js';
import { windowsRunner } from './windows/run-command.js';

interface Options {
  name?: string;
  failOnFindings?: boolean;
}

const COLUMNS: Column<JudgedPart>[] = [
  { key: 'status', label: 'STATUS' },
  { key: 'part', label: 'PART' },
  { key: 'summary', label: 'SUMMARY' },
  { key: 'since', label: 'SINCE' },
  { key: 'nextAt', label: 'NEXT RUN' },
  { key: 'enabled', label: 'ENABLED', wide: true },
  { key: 'version', label: 'VERSION', wide: true },
  { key: 'advice', label: 'ADVICE' },
];

export const serviceStatus: Command<Options> = {
  name: 'status',
  summary: 'Show whether the services are installed, running and up to date',
  description:
    'Shows the endpoint and each scheduled job: whether it is installed, enabled and running, since when, how the last run of the job ended, and whether its units are those of this version and unchanged. Exit code 4 if the endpoint does not run, a job failed or nothing is installed.',
  options: [
    NAME_OPTION,
    { flags: '--fail-on-findings', description: 'exit with code 5 if there are warnings but no failures' },
  ],
  examples: [
    { does: 'of the service scimctl', command: 'service status' },
    { does: 'for monitoring', command: 'service status --fail-on-findings -o json' },
  ],
  async run({ name = 'scimctl', failOnFindings }, context) {
    const { world, output, talk } = context;
    const platform = assertInstalling(world.platform);
    const parts = platform === 'linux' ? await unitsOf(name) : await windowsPartsOf(name, context);
    const status = worstOf(parts);
    if (output.format === 'json') output.json({ name, status, parts });
    else await output.list(parts, COLUMNS, '');
    if (parts.every(({ installed }) => !installed)) {
      talk.note(`There is no service ${name}. Install it with: scimctl service install`);
    }
    if (status === 'fail') return EXIT_CODES.prerequisite.code;
    return failOnFindings && status === 'warn' ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};

async function unitsOf(name: string): Promise<JudgedPart[]> {
  await assertSystemd();
  const present = await presentUnits(UNIT_DIRECTORY, name);
  const properties = await propertiesOf(
    unitNames(name).filter((unit) => present.has(unit)),
    systemctl,
  );
  return judgeService({
    name,
    version: toolVersion(),
    known: (unit) => ({ text: present.get(unit), properties: properties.get(unit) }),
  });
}

const windowsPartsOf = async (name: string, context: Context): Promise<JudgedPart[]> =>
  judgeWindows(await askWindows(namedPlan(name, context), windowsRunner(context.world)));
