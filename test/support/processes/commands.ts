import { type Command, isGroup } from '../../../src/cli/command.js';
import { COMMANDS } from '../../../src/cli/commands/index.js';

export interface FoundCommand {
  /** `['token', 'create']`. */
  path: string[];
  command: Command;
}

/** Every command there is. */
export async function allCommands(): Promise<FoundCommand[]> {
  const found: FoundCommand[] = [];
  for (const entry of COMMANDS) {
    const loaded = await entry.load();
    if (isGroup(loaded)) {
      found.push(...loaded.commands.map((command) => ({ path: [entry.name, command.name], command })));
    } else found.push({ path: [entry.name], command: loaded });
  }
  return found;
}

/** Values of required options that are not just any word, by their placeholders. */
const VALUES: Readonly<Record<string, string>> = {
  '<url>': 'https://iqm.example.com/scim/v2',
  '<time>': '2026-01-31',
};

/** A command line with all that the command requires and nothing else. */
export function leastWords({ path, command }: FoundCommand): string[] {
  const needed = (command.arguments ?? []).filter(({ syntax }) => syntax.startsWith('<'));
  const required = (command.options ?? []).filter((option) => option.required);
  return [
    ...path,
    ...needed.map(({ choices, syntax }: { choices?: readonly string[]; syntax: string }) =>
      syntax === '<shell>' ? 'bash' : (choices?.[0] ?? 'entra'),
    ),
    ...required.flatMap(({ flags, choices }) => [
      flags.match(/--[\w-]+/)?.[0] ?? flags,
      choices?.[0] ?? VALUES[flags.match(/<[\w-]+>/)?.[0] ?? ''] ?? 'entra',
    ]),
  ];
}

/**
 * The command lines of `scimctl` within an example, such as both of `db wait && scimctl db migrate`, as words;
 * what a shell does with pipes, files and other programs is left out.
 */
export function commandLinesOf(example: string): string[][] {
  const parts = `scimctl ${example}`.match(/(?:'[^']*'|"[^"]*"|[^'"|&;()])+/g) ?? [];
  return parts
    .map((part) => part.replace(/\d?[<>]+\s*\S+/g, '').match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [])
    .filter(([program]) => program === 'scimctl')
    .map(([, ...words]) => words.map((word) => word.replace(/^(['"])(.*)\1$/, '$2')));
}
