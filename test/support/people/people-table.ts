import assert from 'node:assert/strict';
import { readPage } from '../../docs/markdown.js';

const COLUMNS = [
  'request or action',
  'link before',
  'account before',
  'answer',
  'link after',
  'account after',
  'seat',
  'event',
  'pending',
] as const;

/** A row of the table of docs/people.md; `link before` and `account before` each name one state or several. */
export type TableRow = Record<(typeof COLUMNS)[number], string>;

/** The states of an account whose link there is, or that no link leads to. */
const ACCOUNTS = ['enabled', 'disabled', 'locked', 'gone', 'protected'];
const LINKS = [
  'none',
  'in force',
  'missing',
  'awaiting',
  'ended',
  'deleted',
  'doubtful',
  'doubtful and ended',
];

const SETTINGS = ['policy disable', 'IdP refuses disabled accounts', 'over the limit'];

/** The rows of the table that docs/people.md says is tested. */
export async function tableOfPeople(): Promise<TableRow[]> {
  const page = await readPage('docs/people.md');
  const [, text] = page.split('<!-- tested: people-table -->');
  const lines = (text ?? assert.fail('there is no tested table')).trimStart().split('\n');
  const table = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  const [head, rule, ...rows] = table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  assert.deepEqual(head, COLUMNS);
  assert.match(String(rule), /^[-,]+$/);
  return rows.map((cells) => {
    assert.equal(cells.length, COLUMNS.length, cells.join(' | '));
    return Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at]])) as unknown as TableRow;
  });
}

/** What is asked, and what is set otherwise for it: the words after the last commas. */
export function requestOf({ 'request or action': cell }: TableRow): { act: string; settings: string[] } {
  const parts = cell.split(', ');
  const at = parts.findIndex((part) => SETTINGS.includes(part));
  return at < 0
    ? { act: cell, settings: [] }
    : { act: parts.slice(0, at).join(', '), settings: parts.slice(at) };
}

const isCommand = (act: string) => /^(users|idp) /.test(act);
export const isOfIdp = (act: string) => !isCommand(act) && !act.startsWith('account ');

/** The states in which somebody can be to whom this happens: one link and one account each. */
function statesFor(act: string): { link: string; account: string }[] {
  const all = (links: readonly string[], accounts: readonly string[]) =>
    links.flatMap((link) =>
      accounts
        // A link is doubtful for what its account is, and what is gone without a link never was.
        .filter((account) => account !== 'gone' || !(link === 'none' || link.startsWith('doubtful')))
        .map((account) => ({ link, account })),
    );
  if (act === 'idp release') return all(['held back'], ACCOUNTS);
  if (act === 'idp remove') return all([...LINKS, 'held back'], ACCOUNTS);
  if (isCommand(act)) return all(LINKS, ACCOUNTS);
  if (!isOfIdp(act))
    return all(
      LINKS,
      ACCOUNTS.filter((account) => account !== 'gone'),
    );
  if (/^POST active:(true|false)$/.test(act)) return all(['none'], ['none', ...ACCOUNTS]);
  return all([...LINKS.slice(1), 'unlinked'], ACCOUNTS);
}

/** A row about one link and one account each that it names. */
export function casesOf(row: TableRow): TableRow[] {
  const { act } = requestOf(row);
  const named = (cell: string, state: string) => cell === 'any' || cell.split(', ').includes(state);
  const states = statesFor(act).filter(
    ({ link, account }) => named(row['link before'], link) && named(row['account before'], account),
  );
  return states.map(({ link, account }) => ({ ...row, 'link before': link, 'account before': account }));
}

/**
 * Asserts that the table has every request and every action against every state, once; with a setting, only where that
 * makes a difference or one might think so.
 */
export function assertComplete(table: readonly TableRow[]): void {
  const keyOf = (request: string, link: string, account: string) => `${request} | ${link} | ${account}`;
  const has = new Set<string>();
  for (const row of table) {
    const cases = casesOf(row);
    // No state that there is not.
    for (const [column, states] of [
      ['link before', new Set(cases.map((one) => one['link before']))],
      ['account before', new Set(cases.map((one) => one['account before']))],
    ] as const) {
      const said = row[column] === 'any' ? [...states] : row[column].split(', ');
      assert.deepEqual(said.sort(), [...states].sort(), `${column} of ${JSON.stringify(row)}`);
    }
    for (const one of cases) {
      const key = keyOf(row['request or action'], one['link before'], one['account before']);
      assert.ok(!has.has(key), `twice: ${key}`);
      has.add(key);
    }
  }
  for (const act of new Set(table.map((row) => requestOf(row).act)))
    for (const { link, account } of statesFor(act))
      assert.ok(has.has(keyOf(act, link, account)), `missing: ${keyOf(act, link, account)}`);
}

/** The requests with each setting that a row does not name, in which the outcome is that of the row without it. */
export function casesWithSettings(table: readonly TableRow[]): TableRow[] {
  const all = table.flatMap(casesOf);
  const keyOf = (row: TableRow) =>
    [row['request or action'], row['link before'], row['account before']].join(' | ');
  const known = new Set(all.map(keyOf));
  return all
    .filter((row) => isOfIdp(requestOf(row).act) && requestOf(row).settings.length === 0)
    .flatMap((row) =>
      ['policy disable', 'IdP refuses disabled accounts'].map((setting) => ({
        ...row,
        'request or action': `${row['request or action']}, ${setting}`,
      })),
    )
    .filter((row) => !known.has(keyOf(row)));
}
