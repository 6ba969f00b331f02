import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory, temporaryDirectory } from '../environment.js';
import { runCliOk } from '../processes/cli.js';
import type { TsqlText } from './judge.js';

/** A file as sqlcmd reads it: a byte-order mark says how it is encoded and is no part of the text. */
const read = async (path: string) =>
  (await readFile(join(projectDirectory, path), 'utf8')).replace(/^\uFEFF/, '');
const named = async (directory: string, pattern: RegExp) =>
  (await readdir(join(projectDirectory, directory), { recursive: true }))
    .map((name) => `${directory}/${name.replaceAll('\\', '/')}`)
    .filter((name) => pattern.test(name))
    .sort();

/** The schema, as our driver runs it, and the reference host application on top of it. */
export async function schemaTexts(): Promise<TsqlText[]> {
  const files = ['sql/mssql/history.sql', ...(await named('sql/mssql', /\/\d{4}_.*\.sql$/))];
  const all = [...files, 'sql/reference-host/mssql.sql'];
  return Promise.all(all.map(async (name) => ({ name, sql: await read(name), database: 'schema' })));
}

/** The samples, which a DBA runs. */
export async function sampleTexts(): Promise<TsqlText[]> {
  const names = await named('docs/samples', /sql-server\.sql$/);
  return Promise.all(
    names.map(async (name) => ({ name, sql: await read(name), script: true, database: name })),
  );
}

/** Every block of SQL in the pages that is not for PostgreSQL; what makes something that keeps its options is a script. */
export async function pageTexts(): Promise<TsqlText[]> {
  const texts: TsqlText[] = [];
  for (const page of ['README.md', 'CHANGELOG.md', ...(await named('docs', /\.md$/))]) {
    const lines = (await read(page)).split(/\r?\n/);
    for (const [at, line] of lines.entries()) {
      const [, indent] = /^( *)```(?:t-?)?sql$/.exec(line) ?? [];
      if (indent === undefined || / on postgres -->/.test(lines[at - 1] ?? '')) continue;
      const end = lines.indexOf(`${indent}\`\`\``, at + 1);
      const block = lines.slice(at + 1, end).map((each) => each.slice(indent.length));
      const sql = block.join('\n');
      const script = /\bcreate\s+(?:unique\s+)?(?:view|trigger|procedure|function|index)\b/i.test(sql);
      texts.push({ name: `${page}:${at + 2}`, sql, script, database: page });
    }
  }
  return texts;
}

/** What the command line prints for a DBA to run. */
export async function printedTexts(): Promise<TsqlText[]> {
  const token = ['token', 'create', '--idp', 'entra', '--script'];
  const rotation = ['token', 'rotate', '--idp', 'entra', '--script'];
  const commands = [
    ['db', 'script'],
    ['db', 'script', '--uninstall', '--head', 'head.json'],
    ['db', 'grants'],
    ['db', 'grants', '--role', 'auditor', '--to', "CONTOSO\\o'neil]"],
    token,
    [...token, '--expires', 'never'],
    rotation,
    [...rotation, '--overlap', '4d', '--token', 'aaaaaaaaaaaa'],
    [...rotation, '--now'],
  ];
  const texts: TsqlText[] = [];
  for (const command of commands) {
    const file = command.includes('--script') ? ['--token-file', 'it.token'] : [];
    const cwd = await temporaryDirectory('printed');
    const head = { sealNo: 1, lastSeq: 20, events: 20, digest: '01'.repeat(32) };
    await writeFile(join(cwd, 'head.json'), JSON.stringify(head));
    const { stdout } = await runCliOk([...command, '--engine', 'mssql', ...file], { cwd });
    const name = `scimctl ${command.join(' ')}`;
    texts.push({ name, sql: stdout, script: true, database: name });
  }
  return texts;
}

/** Host views of a binding, as `host scaffold` prints them: with bindings in the tests of hosts, and these. */
export const scaffoldTexts = async (): Promise<TsqlText[]> => {
  const names = ['host-views', 'host-views-of-tenant', 'host-views-shared-key', 'host-views-fixed-length'];
  const files = names.map((name) => `test/golden/${name}.mssql.sql`);
  return Promise.all(
    files.map(async (name) => ({ name, sql: await read(name), script: true, database: name })),
  );
};
