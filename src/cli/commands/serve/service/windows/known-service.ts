import { readFile } from 'node:fs/promises';
import { win32 } from 'node:path';
import { JOBS } from '../../../../../installation/service/jobs.js';
import { DEFAULT_CONFIG, SERVICE_PARTS, type ServicePlan } from '../../../../../installation/service/plan.js';
import { type WindowsLayout, windowsLayout } from '../../../../../installation/service/windows/layout.js';
import type { WindowsAnswers } from '../../../../../installation/service/windows/state.js';
import { taskName } from '../../../../../installation/service/windows/task.js';
import { toolVersion } from '../../../../../installation/version.js';
import type { Context } from '../../../../context.js';
import type { RunWindows } from './run-command.js';

/** Enough of a plan to find what is installed by a name. */
export function namedPlan(name: string, { globals }: Context): ServicePlan {
  const config = globals.config === undefined ? DEFAULT_CONFIG.windows : win32.resolve(globals.config);
  return {
    name,
    version: toolVersion(),
    parts: SERVICE_PARTS,
    program: [],
    serve: { config, files: [], words: [], stopTimeoutMs: 0, needsLowPort: false },
    jobs: { config, files: [], olderThan: '7d' },
  };
}

/** Of our wrapper, and of WinSW. */
export const layoutsOf = (plan: ServicePlan): WindowsLayout[] =>
  (['own', 'winsw'] as const).map((kind) => windowsLayout(plan, { kind, file: '' }));

/** What Windows says of an installation. */
export async function askWindows(plan: ServicePlan, run: RunWindows): Promise<WindowsAnswers> {
  const said = async (program: 'sc' | 'schtasks', ...args: string[]) => {
    const answer = await run({ program, args });
    return answer.code === 0 && answer.said.trim() !== '' ? answer.said : undefined;
  };
  const texts = await Promise.all(
    layoutsOf(plan).map(({ configuration }) => readFile(configuration).then(String, () => undefined)),
  );
  const tasks = new Map<string, { state?: string; definition?: string }>();
  for (const job of JOBS) {
    const query = ['/query', '/tn', taskName(plan, job)];
    const state = await said('schtasks', ...query, '/fo', 'csv', '/v', '/nh');
    const definition = state === undefined ? undefined : await said('schtasks', ...query, '/xml');
    tasks.set(job.name, { state, definition });
  }
  return {
    version: plan.version,
    service: await said('sc', 'query', plan.name),
    start: await said('sc', 'qc', plan.name),
    configuration: texts.find((text) => text !== undefined),
    task: (job) => tasks.get(job)?.state,
    definition: (job) => tasks.get(job)?.definition,
  };
}
