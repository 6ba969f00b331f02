import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JOBS } from '../../../../../installation/service/jobs.js';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import { taskName } from '../../../../../installation/service/windows/task.js';
import type { Context } from '../../../../context.js';
import { readServeSettings } from '../../settings.js';
import { filesOfConfig, filesOfServe } from '../needed-files.js';
import { thatExist } from '../remove-files.js';
import { readUnattended } from '../unattended.js';
import { layoutsOf } from './known-service.js';
import type { RunWindows } from './run-command.js';

/** What `--purge` removes besides the service, and what stays although the service used it. */
export interface Purge {
  doomed: string[];
  spared: string[];
}

/** The config file in a command line, as the wrapper, WinSW and Task Scheduler keep it. */
export function configIn(text: string): string | undefined {
  const [, quoted, plain] = /--config (?:"([^"]+)"|([^\s"<]+))/.exec(unescaped(text)) ?? [];
  return quoted ?? plain;
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');

/**
 * The config files of a service with what they name in their own directories, its lists and its logs, unless another
 * service has its config file in the same directory. The directories of lists and logs may hold files of others.
 * @param name of the service.
 * @param filesIn the files that a config file names.
 */
export async function purgeOf(
  { name, configs, ofOthers }: { name: string; configs: readonly string[]; ofOthers: readonly string[] },
  filesIn: (config: string) => Promise<readonly string[]>,
): Promise<Purge> {
  const [doomed, spared] = [new Set<string>(), new Set<string>()];
  for (const config of configs) {
    const home = dirname(config);
    const isShared = ofOthers.some((other) => isSame(dirname(other), home));
    for (const path of [config, ...(await filesIn(config))]) {
      (isShared || !isSame(dirname(path), home) ? spared : doomed).add(path);
    }
    for (const path of await written(name, home)) (isShared ? spared : doomed).add(path);
  }
  return { doomed: await thatExist(doomed), spared: await thatExist(spared) };
}

/** The lists of the jobs, and the logs of the wrapper: `NAME.log`, `NAME.log.1`; of WinSW `NAME.out.log`. */
async function written(name: string, home: string): Promise<string[]> {
  const logs = join(home, 'logs');
  const names = await readdir(logs).catch(() => []);
  return [
    ...JOBS.filter(({ writes }) => writes).map((job) => join(home, 'reports', `${job.name}.csv`)),
    ...names.filter((one) => isSame(one.slice(0, name.length + 1), `${name}.`)).map((one) => join(logs, one)),
  ];
}

/** As Windows compares paths. */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** What `--purge` removes of an installed service. @throws Problem `config-…` where its config file cannot be read. */
export async function windowsPurge(plan: ServicePlan, run: RunWindows, context: Context): Promise<Purge> {
  const own = JOBS.map((job) => taskName(plan, job));
  const wrappers = await wrapperConfigurations(plan);
  const tasks = await taskDefinitions(run);
  const configsOf = (isOwn: boolean) => {
    const texts = [
      ...wrappers.filter((each) => each.isOwn === isOwn).map(({ text }) => text),
      ...tasks.filter(({ name }) => own.includes(name) === isOwn).map(({ text }) => text),
    ];
    return [...new Set(texts.map(configIn).filter((path) => path !== undefined))];
  };
  const found = { name: plan.name, configs: configsOf(true), ofOthers: configsOf(false) };
  return purgeOf(found, async (config) => {
    const { settings, context: unattended } = await readUnattended(context, config, { mayBeMissing: true });
    const files = [...filesOfConfig(settings), ...filesOfServe(await readServeSettings({}, unattended))];
    return files.map(({ path }) => path);
  });
}

/** Of all services that scimctl made. */
async function wrapperConfigurations(plan: ServicePlan): Promise<{ isOwn: boolean; text: string }[]> {
  const paths = layoutsOf(plan).map(({ configuration }) => configuration);
  const found: { isOwn: boolean; text: string }[] = [];
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    const names = await readdir(directory).catch(() => []);
    for (const name of names.filter((each) => /\.(conf|xml)$/i.test(each))) {
      const path = join(directory, name);
      const text = await readFile(path).then(String, () => '');
      found.push({ isOwn: paths.some((each) => isSame(each, path)), text });
    }
  }
  return found;
}

const OF_A_JOB = new RegExp(`^\\\\?(.+-(?:${JOBS.map(({ name }) => name).join('|')}))$`);

/** Of all tasks that are called as ours are. */
async function taskDefinitions(run: RunWindows): Promise<{ name: string; text: string }[]> {
  const listed = await run({ program: 'schtasks', args: ['/query', '/fo', 'csv', '/nh'] });
  const names = [...listed.said.matchAll(/^"([^"]+)"/gm)].map(([, name = '']) => OF_A_JOB.exec(name)?.[1]);
  const found: { name: string; text: string }[] = [];
  for (const name of new Set(names.filter((each) => each !== undefined))) {
    const { code, said } = await run({ program: 'schtasks', args: ['/query', '/tn', name, '/xml'] });
    if (code === 0) found.push({ name, text: said });
  }
  return found;
}
