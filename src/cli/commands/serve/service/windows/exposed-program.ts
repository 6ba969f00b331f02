import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import { changersIn } from '../../../../../installation/service/windows/exposure.js';
import type { Wrapper } from '../../../../../installation/service/windows/layout.js';
import { operationProblem } from '../../../../../problem.js';
import type { RunWindows } from './run-command.js';

/** The Problem `service-program-exposed`. */
export const exposedProgram = (what: string) =>
  operationProblem('service-program-exposed', what, {
    hint: 'Move scimctl and Node.js to directories below C:\\Program Files (docs/install.md), or name other files with --node and --program.',
  });

/**
 * A program that ordinary users can change would let them do everything that the service may do.
 * @returns the paths of which Windows did not say who can change them.
 * @throws Problem `service-program-exposed`.
 */
export async function assertProtected(
  { program, parts }: Pick<ServicePlan, 'program' | 'parts'>,
  wrapper: Wrapper,
  run: RunWindows,
): Promise<string[]> {
  const unknown: string[] = [];
  const files = [...program, ...(parts.includes('serve') ? [wrapper.file] : [])];
  for (const path of new Set(files.flatMap(decisive))) {
    const rights = await savedRights(path, run);
    if (rights === undefined) unknown.push(path);
    const changers = changersIn(rights ?? '');
    if (changers.length > 0) {
      throw exposedProgram(`${changers.join(' and ')} can change ${path}, which the service would run.`);
    }
  }
  return unknown;
}

/** A program, its directory, and that of the whole installation where the program is a script in `bin`. */
const decisive = (file: string): string[] =>
  /\.[cm]?js$/.test(file) ? [file, dirname(file), dirname(dirname(file))] : [file, dirname(file)];

/** As a security descriptor; undefined where the file system keeps none. */
async function savedRights(path: string, run: RunWindows): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'scimctl-'));
  const file = join(directory, 'rights');
  try {
    const { code } = await run({ program: 'icacls', args: [path, '/save', file] });
    if (code !== 0) return undefined;
    const bytes = await readFile(file).catch(() => undefined);
    return bytes?.toString('utf16le');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
