import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type GivenAnswer, parseAnswer } from '../../src/core/scaffold/answers.js';
import type { TestDatabase } from './engines.js';
import { projectDirectory } from './environment.js';

/** The folder with facts of real host applications; nothing where the variable is not set. */
const folder = process.env.SCIMCTL_TEST_HOSTS;

/** Why tests of the host applications are skipped; false where they run. */
export const withoutHosts: string | false =
  folder === undefined ? 'SCIMCTL_TEST_HOSTS names no folder with host applications' : false;

/** What a person who knows the application would answer. */
export interface ExpectedHost {
  users: Record<string, unknown> & {
    table: string;
    key: string;
    enabled: { column: string; encoding: string };
  };
  licences: unknown;
  canonical: Record<string, unknown>[];
  sampleInsert: string[];
}

export interface HostFacts {
  name: string;
  engine: 'postgres' | 'mssql';
  expected: ExpectedHost;
  answers: GivenAnswer[];
  /** Creates its tables, with a handful of rows. */
  load(database: TestDatabase): Promise<void>;
}

/** The host applications of an engine. */
export function hostsOf(engine: string): HostFacts[] {
  if (folder === undefined) return [];
  const names = readdirSync(folder).filter((name) => /^\w+\.json$/.test(name));
  return names.flatMap((file) => {
    const facts = json(join(folder, file)) as { name: string; engine: 'postgres' | 'mssql' };
    if (facts.engine !== engine) return [];
    return [
      {
        name: facts.name,
        engine: facts.engine,
        expected: json(join(folder, file.replace('.json', '.expected.json'))) as ExpectedHost,
        answers: answersIn(facts.name),
        load: async (database: TestDatabase) => {
          const { statements } = await import(pathToFileURL(join(folder, 'load.mjs')).href);
          for (const statement of statements(facts)) await database.query(statement);
        },
      },
    ];
  });
}

/** The answers of a file in `test/hosts/answers`, one a line. */
export const answersIn = (name: string): GivenAnswer[] =>
  readFileSync(join(projectDirectory, 'test', 'hosts', 'answers', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseAnswer);

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** A row of `host_user` as both engines give it, to be compared. */
export const comparable = (row: Record<string, unknown>) => ({
  user_id: String(row.user_id).toLowerCase(),
  login_name: row.login_name ?? null,
  email: row.email ?? null,
  display_name: row.display_name ?? null,
  given_name: row.given_name ?? null,
  family_name: row.family_name ?? null,
  is_enabled: Boolean(row.is_enabled),
});
