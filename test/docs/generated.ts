import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { lacking } from '../../src/core/rights/needs.js';
import { type OwnTableName, ROLES, type Role, rightsOf, TABLE_NAMES } from '../../src/core/rights/roles.js';
import { isHostView, rightInWords } from '../../src/database/dialect/rights.js';
import { projectDirectory } from '../support/environment.js';
import { allCommands } from '../support/processes/commands.js';
import { readPage } from './markdown.js';

/** With SCIMCTL_TEST_UPDATE=1 the page is written instead of compared: look at what changed before it is kept. */
export async function assertGenerated(page: string, name: string, part: string): Promise<void> {
  const text = await readPage(page);
  if (process.env.SCIMCTL_TEST_UPDATE === '1') {
    await writeFile(join(projectDirectory, page), withGeneratedPart(text, name, part));
    return;
  }
  assert.equal(generatedPart(text, name), part);
}

/** What stands between `<!-- generated: name -->` and `<!-- end -->`; undefined where there is no such place. */
function generatedPart(text: string, name: string): string | undefined {
  return placeOf(name).exec(text)?.[1];
}

const withGeneratedPart = (text: string, name: string, part: string): string =>
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

/** What each role may do to each table and view. */
export const roleTable = (): string =>
  table(
    ['table or view', ...ROLES.map((role) => `\`${role}\``)],
    TABLE_NAMES.map((name) => [`\`${name}\``, ...ROLES.map((role) => rightsInCell(role, name))]),
  );

function rightsInCell(role: Role, name: OwnTableName): string {
  const { tables, change } = rightsOf(role);
  const found = tables.find((each) => each.table === name);
  if (change && !isHostView(name)) return 'all';
  return (found?.rights ?? []).map((right) => rightInWords(right, found?.columns)).join(', ');
}

/** Every command that needs a right in the database, and which role has it. */
export async function commandsByRole(): Promise<string> {
  const found = (await allCommands()).flatMap(({ path, command: { rights } }) =>
    rights ? [{ title: rowTitle(path), rights }] : [],
  );
  return table(
    ['command', ...ROLES.map((role) => `\`${role}\``)],
    found.map(({ title, rights }) => [
      `\`${title}\``,
      ...ROLES.map((role) => {
        const lacks = lacking(role, rights);
        return lacks.length === 0 ? 'yes' : `no: ${lacks.join(', ')}`;
      }),
    ]),
  );
}

/** Printed, its script needs no database. */
const rowTitle = (path: readonly string[]): string =>
  path.join(' ') === 'db grants' ? 'db grants --apply' : path.join(' ');
