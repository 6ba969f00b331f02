import { realpathSync } from 'node:fs';
import { posix, resolve, win32 } from 'node:path';
import { runningProgram } from '../../../../installation/running-program.js';
import {
  DEFAULT_CONFIG,
  SERVICE_PARTS,
  type ServicePlan,
  type ServicePlatform,
} from '../../../../installation/service/plan.js';
import { isHiddenFromService } from '../../../../installation/service/systemd/hardening.js';
import { isOfUsers } from '../../../../installation/service/windows/exposure.js';
import { ownWrapper, type Wrapper } from '../../../../installation/service/windows/layout.js';
import { toolVersion } from '../../../../installation/version.js';
import { operationProblem, usageProblem } from '../../../../problem.js';
import type { World } from '../../../../world.js';
import type { Context } from '../../../context.js';
import type { Quantity } from '../../../input/quantity.js';
import { SERVE_SETTINGS, type ServeSettings } from '../declared.js';
import { assertSafe } from '../safety.js';
import { readServeSettings } from '../settings.js';
import { assertAccountOf } from './names.js';
import { assertSuitable, filesOfConfig, filesOfServe } from './needed-files.js';
import { type PlanOptions, servicePlatform } from './options.js';
import { readUnattended } from './unattended.js';
import { exposedProgram } from './windows/exposed-program.js';
import { assertOwnHome } from './windows/own-home.js';

const DEFAULTS: Readonly<Record<ServicePlatform, { node: string; script: string }>> = {
  linux: {
    node: '/usr/bin/node',
    script: '/opt/scimctl/current/bin/scimctl.js',
  },
  windows: {
    node: 'C:\\Program Files\\nodejs\\node.exe',
    script: 'C:\\Program Files\\scimctl\\bin\\scimctl.js',
  },
};

interface Wish {
  platform: ServicePlatform;
  /** Whether this is for this machine, whose files are there to be read. */
  isInstall: boolean;
}

/**
 * What is to be installed, from the options and the config file of the service.
 * @throws Problem for everything that the service could not work with.
 */
export async function servicePlan(options: PlanOptions, context: Context, wish: Wish): Promise<ServicePlan> {
  const { globals, world, talk } = context;
  const { platform, isInstall } = wish;
  const isHere = servicePlatform(world.platform) === platform;
  const name = options.name ?? 'scimctl';
  const place = placing(platform, isHere ? world.cwd : undefined);
  if (globals.database !== undefined && globals.database !== world.env.SCIMCTL_DATABASE) {
    throw usageProblem('options-conflict', 'A service takes its database from the config file alone.', {
      hint: 'Leave --database out, and name the config file with --config.',
    });
  }
  if (options.onFailure !== undefined && platform === 'windows') {
    throw usageProblem('options-conflict', '--on-failure names a unit of systemd.', {
      hint: 'Leave it out. On Windows, look at the last result of a task with `scimctl service status`.',
    });
  }
  assertAccountOf(platform, options.user);
  const config = globals.config === undefined ? DEFAULT_CONFIG[platform] : place(globals.config);
  const jobsConfig = options.jobsConfig === undefined ? config : place(options.jobsConfig);
  const parts = options.parts ?? SERVICE_PARTS;
  const typed = typedSettings(options, place);
  const read = isHere
    ? { mayBeMissing: !isInstall }
    : // A path of another system may mean another file here.
      undefined;
  const forServe = read && (await readUnattended(context, config, read));
  const forJobs = read && (await readUnattended(context, jobsConfig, read));
  if (!isInstall && forServe?.settings.configFile === undefined) {
    talk.note(`The config file ${config} cannot be read here; the files that it names are left out.`);
  }
  for (const each of [forServe, forJobs]) {
    if (!each?.settings.configFile) continue;
    for (const file of await assertSuitable(each.settings)) {
      talk.note(`The account of the service must be able to read ${file}.`);
    }
  }
  const settings = await readServeSettings(typed, forServe?.context ?? bare(context));
  if (parts.includes('serve')) assertSafe(settings);
  const onWindows = platform === 'windows';
  return assertPlaced(platform, {
    name,
    version: toolVersion(),
    parts: SERVICE_PARTS.filter((part) => parts.includes(part)),
    program: programOf(options, { place, platform, isHere }),
    ...(options.user !== undefined && { user: options.user }),
    ...(options.onFailure !== undefined && { onFailure: options.onFailure }),
    serve: {
      config,
      files: [
        ...(forServe ? filesOfConfig(forServe.settings) : []),
        ...filesOfServe(forServe ? settings : typed),
      ],
      words: [
        ...timeoutWords(context),
        ...SERVE_SETTINGS.flatMap(({ name: setting, flags, isPath, parse }) => {
          const value = typed[setting];
          if (value === undefined || (isPath && !onWindows)) return [];
          const flag = flags.replace(/ .*$/, '');
          return value === true ? [flag] : [flag, asTypedBefore(value, parse)];
        }),
      ],
      stopTimeoutMs: settings.stopTimeout,
      needsLowPort: [settings.port, settings.metricsPort ?? 0].some((port) => port > 0 && port < 1024),
    },
    jobs: {
      config: jobsConfig,
      files: forJobs ? filesOfConfig(forJobs.settings) : [],
      olderThan: options.olderThan === undefined ? '7d' : durationWord(options.olderThan),
    },
  });
}

/**
 * WinSW, or the wrapper that the archive for Windows has beside the program.
 * @throws Problem `service-path-relative`.
 */
export const wrapperOf = (
  { wrapper }: { wrapper?: string },
  { program }: ServicePlan,
  { platform, cwd }: World,
): Wrapper =>
  wrapper === undefined
    ? ownWrapper(program)
    : { kind: 'winsw', file: placing('windows', platform === 'win32' ? cwd : undefined)(wrapper) };

/** @throws Problem `service-text-invalid`, `service-directory-foreign`. */
function assertPlaced(platform: ServicePlatform, plan: ServicePlan): ServicePlan {
  assertPlain(plan);
  if (platform === 'windows') assertOwnHome(plan);
  return plan;
}

type Place = (path: string) => string;

/** Paths for this machine begin in the working directory; those for another machine must be whole. */
const placing =
  (platform: ServicePlatform, cwd: string | undefined): Place =>
  (path) => {
    const there = platform === 'windows' ? win32 : posix;
    if (cwd !== undefined) return resolve(cwd, path);
    // A path without a drive means another one on each drive.
    const isWhole = platform === 'windows' ? /^(?:[a-z]:[\\/]|\\\\)/i : /^\//;
    if (isWhole.test(path)) return there.normalize(path);
    throw usageProblem(
      'service-path-relative',
      `${JSON.stringify(path)} is not a whole path on ${platform}.`,
      {
        hint: `Write the path as it is on the server: ${DEFAULT_CONFIG[platform]}`,
      },
    );
  };

/** The options of `serve`, with whole paths. */
function typedSettings(options: PlanOptions, place: Place): Partial<ServeSettings> {
  const given = SERVE_SETTINGS.flatMap(({ name, isPath }) => {
    const value = options[name];
    return value === undefined ? [] : [[name, isPath ? place(String(value)) : value]];
  });
  return Object.fromEntries(given);
}

/** A value as it is typed: `90s`, and not the milliseconds that it means. */
const asTypedBefore = (value: unknown, parse: unknown): string =>
  (parse as Partial<Quantity>).range?.kind === 'duration' ? durationWord(Number(value)) : String(value);

/** `7d`, `90s`. */
function durationWord(ms: number): string {
  const units = { d: 86_400_000, h: 3_600_000, m: 60_000 };
  const [unit = 's', length = 1000] =
    Object.entries(units).find(([, each]) => ms > 0 && ms % each === 0) ?? [];
  return `${ms / length}${unit}`;
}

/** Without a config file, as on another machine. */
const bare = (context: Context): Context =>
  Object.create(context, {
    world: { value: Object.create(context.world, { env: { value: {} } }) },
    settings: { value: async () => ({ schema: 'scim', baseDirectory: '/' }) },
  });

const timeoutWords = ({ globals: { timeoutMs }, world }: Context): string[] =>
  timeoutMs === undefined || world.env.SCIMCTL_TIMEOUT ? [] : ['--timeout', durationWord(timeoutMs)];

function programOf(
  { program, node }: PlanOptions,
  { place, platform, isHere }: { place: Place; platform: ServicePlatform; isHere: boolean },
): string[] {
  const { node: otherNode, script } = DEFAULTS[platform];
  const running = isHere ? runningProgram() : [otherNode, script];
  const file = program === undefined ? (running.at(-1) ?? script) : place(program);
  const words = /\.[cm]?js$/.test(file)
    ? [node === undefined ? (running.length > 1 ? (running[0] ?? otherNode) : otherNode) : place(node), file]
    : [file];
  const hidden =
    platform === 'linux' && words.find((word) => isHiddenFromService(isHere ? real(word) : word));
  if (hidden) {
    throw operationProblem('service-program-hidden', `A service cannot start ${hidden}.`, {
      hint: 'The units keep the service away from home directories and from temporary files. Install Node.js and scimctl for all users (docs/install.md), or name other files with --node and --program.',
    });
  }
  const ofUsers = platform === 'windows' && words.find((word) => isOfUsers(isHere ? real(word) : word));
  if (ofUsers)
    throw exposedProgram(`A service must not start ${ofUsers}: it belongs to a user or is temporary.`);
  return words;
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** @throws Problem `service-text-invalid`: a line break would begin another setting of the unit. */
function assertPlain(plan: ServicePlan): void {
  const texts = [
    ...plan.program,
    ...plan.serve.words,
    ...[plan.serve, plan.jobs].flatMap(({ config, files }) => [config, ...files.map(({ path }) => path)]),
  ];
  const wrong = texts.find((text) => /\p{Cc}/u.test(text));
  if (wrong === undefined) return;
  throw usageProblem('service-text-invalid', `${JSON.stringify(wrong)} has a control character in it.`, {
    hint: 'Use a name without line breaks and other control characters.',
  });
}
