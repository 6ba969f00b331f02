import { isGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';

/** What stands between `<!-- generated: name -->` and `<!-- end -->`; undefined where there is no such place. */
export function generatedPart(text: string, name: string): string | undefined {
  return placeOf(name).exec(text)?.[1];
}

export const withGeneratedPart = (text: string, name: string, part: string): string =>
  text.replace(placeOf(name), () => `<!-- generated: ${name} -->\n${part}<!-- end -->`);

const placeOf = (name: string) => new RegExp(`<!-- generated: ${name} -->\n([\\s\\S]*?)<!-- end -->`);

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [line(head), `|${head.map(() => '---').join('|')}|\n`, ...rows.map(line)].join('');
}

/** Every command there is, a line for each verb. */
export const commandTable = async (): Promise<string> =>
  table(
    ['command', 'does'],
    (await commands()).map(({ name, summary }) => [`\`${name}\``, summary]),
  );

/** `quickstart`, `db`, `db status` and so on: nouns, and nouns with their verbs. */
export const commandNames = async (): Promise<string[]> => [
  ...COMMANDS.map(({ name }) => name),
  ...(await commands()).map(({ name }) => name),
];

async function commands(): Promise<{ name: string; summary: string }[]> {
  const found = await Promise.all(
    COMMANDS.map(async ({ name, summary, load }) => {
      const loaded = await load();
      if (!isGroup(loaded)) return [{ name, summary }];
      return loaded.commands.map((verb) => ({ name: `${name} ${verb.name}`, summary: verb.summary }));
    }),
  );
  return found.flat();
}
