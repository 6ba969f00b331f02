import {
  SERVICE_PARTS,
  type ServicePart,
  type ServicePlatform,
} from '../../../../installation/service/plan.js';
import { usageProblem } from '../../../../problem.js';
import { CENTURY, duration } from '../../../input/quantity.js';
import type { OptionSpec } from '../../../option.js';
import { SERVE_SETTINGS, type ServeSettings } from '../declared.js';
import { parseServiceAccount, parseServiceName, parseUnitName } from './names.js';

/** Options of a service, and those of the `serve` that it runs. */
export interface PlanOptions extends Partial<ServeSettings> {
  name?: string;
  user?: string;
  parts?: ServicePart[];
  program?: string;
  node?: string;
  jobsConfig?: string;
  /** Milliseconds. */
  olderThan?: number;
  onFailure?: string;
}

/** @throws Problem `service-option-secret`. */
const refusing = (flags: string) => (): never => {
  throw usageProblem('service-option-secret', `${flags.replace(/ .*$/, '')} may contain a secret.`, {
    hint: 'Write it into the config file, as a field of "serve". All users of the machine can read units and command lines.',
  });
};

export const NAME_OPTION: OptionSpec = {
  flags: '--name <name>',
  description: 'name of the service (default scimctl)',
  parse: parseServiceName,
};

const OWN_OPTIONS: readonly OptionSpec[] = [
  NAME_OPTION,
  {
    flags: '--user <account>',
    description:
      'account of the service: an existing user, or on Windows a group managed service account (default: an account that exists only for the service)',
    parse: parseServiceAccount,
  },
  {
    flags: '--parts <part...>',
    description: 'only the endpoint (serve) or these jobs (default: all)',
    choices: SERVICE_PARTS,
  },
  {
    flags: '--jobs-config <file>',
    description: 'config file of the jobs, for a login with fewer rights (default: that of the endpoint)',
  },
  {
    flags: '--older-than <duration>',
    description: 'the daily list contains users pending for at least this long; 0s for all (default 7d)',
    parse: duration('0s', CENTURY),
  },
  {
    flags: '--program <file>',
    description: 'scimctl.js or the executable that the service starts (default: this one)',
  },
  { flags: '--node <file>', description: 'Node.js that runs scimctl.js (default: this one)' },
];

export const ON_FAILURE: OptionSpec = {
  flags: '--on-failure <unit>',
  description: 'unit of systemd that is started if the endpoint or a job fails: notify@%n.service',
  parse: parseUnitName,
};

export const WRAPPER: OptionSpec = {
  flags: '--wrapper <file>',
  description: 'on Windows: WinSW 2 or 3 runs the service (default: the wrapper in the archive for Windows)',
};

/**
 * The options of a service and of its endpoint. An option that may contain a secret is refused, because it would be
 * readable in the unit: it belongs in the config file.
 */
export const PLAN_OPTIONS: readonly OptionSpec[] = [
  ...OWN_OPTIONS,
  ON_FAILURE,
  ...SERVE_SETTINGS.map(({ flags, description, parse, choices, isSecret }) => ({
    flags,
    description: isSecret
      ? 'only in the config file, since it may contain a secret'
      : `serve: ${description}`,
    ...(flags.includes('<') && !choices && { parse: isSecret ? refusing(flags) : parse }),
    ...(choices && { choices }),
  })),
];

/** Node's name of a system, if it is one with services that we know. */
export const servicePlatform = (platform: NodeJS.Platform): ServicePlatform | undefined =>
  platform === 'win32' ? 'windows' : platform === 'linux' ? 'linux' : undefined;
