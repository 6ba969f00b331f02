import type { WindowsCommand } from '../../../../../installation/service/windows/command.js';
import { configurationProblem, operationProblem } from '../../../../../problem.js';
import { runSystemProgram, taskDefinition } from '../../../../../system-program.js';
import type { World } from '../../../../../world.js';

/** Runs a program of Windows. @returns its exit code and all that it printed. */
export type RunWindows = (command: WindowsCommand) => Promise<{ code: number; said: string }>;

export const windowsRunner =
  (world: World): RunWindows =>
  async ({ program, args }) => {
    try {
      const said = await runSystemProgram(program, args, world);
      return { code: 0, said: (await definitionAskedFor(program, args, world)) ?? said };
    } catch (error) {
      const {
        code,
        stdout = '',
        stderr = '',
      } = error as { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== 'number') throw error;
      return { code, said: `${stdout}${stderr}` };
    }
  };

/** For `schtasks /query /tn NAME /xml`, what schtasks itself read. */
async function definitionAskedFor(
  program: string,
  [verb, , name, format]: readonly string[],
  { env }: World,
): Promise<string | undefined> {
  if (program !== 'schtasks' || verb !== '/query' || format !== '/xml' || name === undefined)
    return undefined;
  return taskDefinition(name, env);
}

/**
 * Runs one step of an installation.
 * @throws Problem `service-manager-failed`, `service-directory-foreign`.
 */
export async function runStep(command: WindowsCommand, run: RunWindows): Promise<void> {
  const { code, said } = await run(command);
  if (command.refusal !== undefined) {
    if (code !== 0) return;
    throw configurationProblem('service-directory-foreign', command.refusal, {
      hint: 'Look who made it, and what else is in the directory, before you run the command again.',
    });
  }
  if (code === 0 || command.mayFail) return;
  if (command.otherwise) return runStep(command.otherwise, run);
  throw operationProblem('service-manager-failed', failureOf(command, { code, said }), {
    hint: 'Run the command as an administrator. If you did, run the named program by hand to see more.',
  });
}

/** What happened, in one sentence with the last line that the program printed. */
export function failureOf(
  { program, args }: WindowsCommand,
  { code, said }: { code: number; said: string },
): string {
  const line = said.trim().split(/\r?\n/).at(-1)?.slice(0, 300);
  const what = `${program}.exe ${args.slice(0, 2).join(' ')} failed with exit code ${code}`;
  return line ? `${what}: ${line.replace(/\.?$/, '.')}` : `${what}.`;
}
