import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectDirectory } from './support/environment.js';
import { circleFaults, crowdFaults, nameFaults, nounFaults } from './support/rules/layout-rules.js';
import {
  ambientFaults,
  encodingFaults,
  engineFaults,
  floorFaults,
  lengthFaults,
  loadingFaults,
  renameFaults,
  type SourceFile,
} from './support/rules/source-rules.js';

/** Each rule of the design, and sources that break it or keep it. */
const rules: {
  rule: string;
  faults: (file: SourceFile) => string[];
  broken: Record<string, string>;
  kept: Record<string, string>;
}[] = [
  {
    rule: 'imports never run up a floor, nor between cli and scim',
    faults: floorFaults,
    broken: {
      'core/tokens/a.ts': "import { table } from '../../cli/table.js';",
      'database/a.ts': "import type { Token } from '../core/tokens/token.js';",
      'problem.ts': "export * from './core/clock.js';",
      'binding/a.ts': "import { open } from '../database/open.js';",
      'core/b.ts': "const load = () => import('../main.js');",
      'core/c.ts': "import type { World } from '../world.js';",
      'scim/a.ts': "import {\n  table,\n} from '../cli/table.js';",
      'cli/commands/token/rotate.ts': "import { listen } from '../../../scim/server.js';",
    },
    kept: {
      'cli/a.ts':
        "import { a } from '../core/a.js';\nimport { b } from './b.js';\nimport '../database/c.js';",
      'cli/commands/serve.ts': "const { listen } = await import('../../scim/server.js');",
      'cli/commands/probe/run.ts': "import { probe } from '../../../scim/probe.js';",
      'database/b.ts': "import type { Binding } from '../binding/binding.js';",
      'main.ts': "import { program } from './cli/program.js';",
      'database/a.ts': "// import { a } from '../core/a.js'\nimport { readFile } from 'node:fs/promises';",
    },
  },
  {
    rule: 'core and scim are handed clock, chance, environment and console',
    faults: ambientFaults,
    broken: {
      'core/a.ts': 'const key = process.env.KEY;',
      'core/b.ts': "console.log('here');",
      'scim/a.ts': 'const now = new Date();',
      'scim/b.ts': 'const now = Date.now();',
      'core/c.ts': 'process.exit(1);',
      'core/d.ts': 'const id = Math.random();',
    },
    kept: {
      'core/a.ts':
        '/** Never new Date(): the clock is handed in. */\nconst later = new Date(clock() + 1000);',
      'cli/a.ts': 'const now = new Date();',
    },
  },
  {
    rule: 'heavy modules are loaded by the command that needs them',
    faults: loadingFaults,
    broken: {
      'cli/a.ts': "import chalk from 'chalk';",
      'cli/b.ts': "import { type Knex, knex } from 'knex';",
      'database/a.ts': "import 'pg';",
      'database/b.ts': "export { Connection } from 'tedious';",
      'database/c.ts': "import { live } from '@electric-sql/pglite/live';",
      'cli/c.ts': "const inquirer = await import('inquirer');",
    },
    kept: {
      'database/a.ts': "import type { Knex } from 'knex';",
      'database/b.ts': "export async function open() {\n  const { knex } = await import('knex');\n}",
      'database/c.ts': "const load = async () => await import('pg');",
      'cli/a.ts': "import { pgUrl } from 'pg-url';",
    },
  },
  {
    rule: 'engines differ only below, in database',
    faults: engineFaults,
    broken: {
      'core/a.ts': "if (dialect.name === 'mssql') return 1;",
      'cli/a.ts': "if ('postgres' !== engine) return 1;",
      'scim/a.ts': "switch (engine) {\n  case 'embedded':\n}",
    },
    kept: {
      'database/a.ts': "if (dialect.name === 'mssql') return 1;",
      'cli/a.ts': "const engines = ['mssql', 'postgres'];",
    },
  },
  {
    rule: 'what people keep in files is read in any encoding, by text-file.ts',
    faults: encodingFaults,
    broken: {
      'cli/a.ts': "const text = await readFile(resolve(cwd, path), 'utf8');",
      'database/settings/a.ts': "const text = readFileSync(path, 'latin1');",
    },
    kept: {
      'cli/a.ts': 'const text = await readTextFile(path);',
      'cli/b.ts': 'const bytes = await readFile(path);',
      'database/migrator/files.ts': "const text = await readFile(path, 'utf8');",
    },
  },
  {
    rule: 'a file takes the place of another by rename-over.ts, since Windows may refuse it for a moment',
    faults: renameFaults,
    broken: {
      'cli/a.ts': 'await rename(unfinished, target);',
      'database/embedded/a.ts': 'renameSync(from, to);',
    },
    kept: {
      'cli/a.ts': 'await renameOver(unfinished, target, platform);',
      'files/rename-over.ts': 'return await rename(from, to);',
    },
  },
  {
    rule: 'a file is one idea: 300 lines at most',
    faults: lengthFaults,
    broken: { 'core/a.ts': 'a;\n'.repeat(301) },
    kept: { 'core/a.ts': 'a;\n'.repeat(300) },
  },
];

for (const { rule, faults, broken, kept } of rules) {
  describe(rule, () => {
    it('holds throughout src', async () => {
      assert.deepEqual((await sources()).flatMap(faults), []);
    });

    for (const [path, text] of Object.entries(broken)) {
      it(`finds it broken in ${path}: ${firstLine(text)}`, () => {
        assert.equal(faults({ path, text }).length, 1);
      });
    }

    for (const [path, text] of Object.entries(kept)) {
      it(`finds it kept in ${path}: ${firstLine(text)}`, () => {
        assert.deepEqual(faults({ path, text }), []);
      });
    }
  });
}

/** Each rule about how files stand to one another, and what breaks it or keeps it. */
const layout: {
  rule: string;
  faults: (files: readonly SourceFile[]) => string[];
  broken: readonly Record<string, string>[];
  kept: readonly Record<string, string>[];
}[] = [
  {
    rule: 'imports never lead back to where they began',
    faults: circleFaults,
    broken: [
      { 'core/a.ts': "import { b } from './b.js';", 'core/b.ts': "import type { A } from './a.js';" },
      {
        'core/a.ts': "const b = () => import('./b.js');",
        'core/b.ts': "export * from './c.js';",
        'core/c.ts': "import { a } from './a.js';",
      },
    ],
    kept: [
      {
        'core/a.ts': "import { b } from './b.js';\nimport { c } from './c.js';",
        'core/b.ts': "import { c } from './c.js';",
        'core/c.ts': '',
      },
    ],
  },
  {
    rule: 'a folder holds sixteen files and folders at most',
    faults: crowdFaults,
    broken: [inFolder(17)],
    kept: [inFolder(16)],
  },
  {
    rule: 'an exported name is exported once',
    faults: nameFaults,
    broken: [
      { 'core/a.ts': 'export const list = 1;', 'cli/b.ts': 'export async function list() {}' },
      { 'core/a.ts': 'export interface Place {}', 'core/b.ts': 'export type Place = 1;' },
    ],
    kept: [{ 'core/a.ts': 'export const list = 1;', 'core/b.ts': 'const list = 2;\n// export const list' }],
  },
  {
    rule: 'a noun of the command line uses no file of another noun',
    faults: nounFaults,
    broken: [{ 'cli/commands/init/a.ts': "import { b } from '../idp/b.js';", 'cli/commands/idp/b.ts': '' }],
    kept: [
      { 'cli/commands/init/a.ts': "import { b } from '../../shared/b.js';\nimport { c } from './c.js';" },
    ],
  },
];

function inFolder(files: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: files }, (_, at) => [`core/a/${at}.ts`, '']));
}

for (const { rule, faults, broken, kept } of layout) {
  const filesOf = (texts: Record<string, string>): SourceFile[] =>
    Object.entries(texts).map(([path, text]) => ({ path, text }));
  describe(rule, () => {
    it('holds throughout src', async () => {
      assert.deepEqual(faults(await sources()), []);
    });

    broken.forEach((texts, at) => {
      it(`finds it broken, case ${at + 1}`, () => {
        assert.equal(faults(filesOf(texts)).length, 1);
      });
    });

    kept.forEach((texts, at) => {
      it(`finds it kept, case ${at + 1}`, () => {
        assert.deepEqual(faults(filesOf(texts)), []);
      });
    });
  });
}

async function sources(): Promise<SourceFile[]> {
  const root = join(projectDirectory, 'src');
  const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.ts'));
  assert.ok(paths.length > 0);
  return Promise.all(
    paths.map(async (path) => ({
      path: path.replaceAll('\\', '/'),
      text: await readFile(join(root, path), 'utf8'),
    })),
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
