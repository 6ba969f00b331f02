import { isGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';

/** What stands between `<!-- generated: name -->` and `<!-- end -->`; undefined where there is no such place. */
export function generatedPart(text: string, name: string): string | undefined {
  return partOf(name).exec(text)?.[1];
}

export const withGeneratedPart = (text: string, name: string, part: string): string =>
  text.replace(partOf(name), () => `<!-- generated: ${name} -->\n${part}<!-- end -->`);

const partOf = (name: string) => new RegExp(`<!-- generated: ${name} -->\n([\\s\\S]*?)<!-- end -->`);

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [line(head), `|${head.map(() => '---').join('|')}|\n`, ...rows.map(line)].join('');
}

/** Every command there is, a line for each verb. */
export async function commandTable(): Promise<string> {
  const rows: string[][] = [];
  for (const { name, summary, load } of COMMANDS) {
    const loaded = await load();
    if (!isGroup(loaded)) rows.push([`\`${name}\``, summary]);
    else for (const verb of loaded.commands) rows.push([`\`${name} ${verb.name}\``, verb.summary]);
  }
  return table(['command', 'does'], rows);
}
