import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { before, describe, it } from 'node:test';
import { parseCommandLine } from '../../src/cli/program.js';
import { Problem } from '../../src/problem.js';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { codeBlocks, pages, readPage } from './markdown.js';
import { ShellSession, shellWords } from './session.js';

interface Page {
  page: string;
  text: string;
}

const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length;

describe('the pages of the documentation', () => {
  let all: Page[];
  let source: string;
  before(async () => {
    all = await Promise.all((await pages()).map(async (page) => ({ page, text: await readPage(page) })));
    source = await sourceText();
  });

  it('show commands that the program understands', async () => {
    const shown = all.flatMap(({ page, text }) => commandsOf(text).map((line) => ({ page, ...line })));
    assert.ok(shown.length > 50, `only ${shown.length} found`);

    const wrong: string[] = [];
    for (const { page, line, command, isSketch } of shown) {
      const problem = await problemWith(command);
      // Beside running text a command may be shown without what it needs.
      const isIncomplete = problem && /^(option|argument|command)-missing$/.test(problem.code);
      if (problem && !(isSketch && isIncomplete))
        wrong.push(`${page}:${line}: ${command}: ${problem.message}`);
    }
    assert.deepEqual(wrong, []);
  });

  it('link to what is there', async () => {
    const broken: string[] = [];
    for (const { page, text } of all) {
      for (const match of withoutCode(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)) {
        const target = match[1] ?? '';
        if (/^https?:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : normalize(join(dirname(page), path)).replaceAll('\\', '/');
        const isThere = existsSync(join(projectDirectory, file));
        if (!isThere || (anchor !== undefined && !(await anchorsOf(file)).includes(anchor)))
          broken.push(`${page}:${lineOf(text, match.index)}: ${target}`);
      }
    }
    assert.deepEqual(broken, []);
  });

  it('show files as they are', async () => {
    let shown = 0;
    for (const { page, text } of all) {
      for (const [, file = '', block] of text.matchAll(/<!-- source: (\S+) -->\n```\w+\n([\s\S]*?)```/g)) {
        shown++;
        assert.equal(block, await readFile(join(projectDirectory, file), 'utf8'), `${page} shows ${file}`);
      }
    }
    assert.ok(shown > 0);
  });

  it('name files that are there', async () => {
    const text = await readPage('CONTRIBUTING.md');
    const named = [...text.matchAll(/`((?:core|scim|cli|database|src|test)\/[\w./-]+?)\/?`/g)].map(
      ([, path = '']) => (/^(src|test)\//.test(path) ? path : `src/${path}`),
    );
    assert.ok(named.length > 20);
    const missing = named.filter((path) => !existsSync(join(projectDirectory, path)));
    assert.deepEqual(missing, []);
  });

  it('are all to be found from the README', async () => {
    const reached = new Set<string>();
    const follow = async (page: string): Promise<void> => {
      if (reached.has(page) || !page.endsWith('.md') || !existsSync(join(projectDirectory, page))) return;
      reached.add(page);
      for (const [, target = ''] of (await readPage(page)).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        const path = normalize(join(dirname(page), target)).replaceAll('\\', '/');
        const isFolder = (await stat(join(projectDirectory, path)).catch(() => undefined))?.isDirectory();
        if (isFolder)
          for (const name of await readdir(join(projectDirectory, path))) await follow(`${path}/${name}`);
        else await follow(path);
      }
    };
    await follow('README.md');

    const lost = all.map(({ page }) => page).filter((page) => !reached.has(page) && page !== 'CHANGELOG.md');
    assert.deepEqual(lost, []);
  });

  it('name only environment variables and error codes that the program has', () => {
    const wrong = all.flatMap(({ page, text: whole }) => {
      const text = whole.replace(/<!-- source: \S+ -->\n```[\s\S]*?```/g, '');
      const variables = text.match(/\bSCIMCTL_[A-Z_]+\b/g) ?? [];
      const codes = [
        ...text.matchAll(
          /`((?:database|tls|connection|embedded|token|schema|host|config|key|idp|saml|hosting|sso|seal|head|tail)-[a-z]+(?:-[a-z]+)*)`/g,
        ),
      ];
      return [
        ...variables.filter((name) => !name.startsWith('SCIMCTL_TEST_') && !source.includes(name)),
        ...codes.map(([, code = '']) => code).filter((code) => !source.includes(`'${code}'`)),
      ].map((name) => `${page}: ${name}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('name every way in which a connection can fail', () => {
    const text = all.find(({ page }) => page === 'docs/connections.md')?.text ?? '';
    const codes = source.match(/'(?:connection|tls)-[a-z-]+'/g) ?? [];
    // The second kind are what a driver's error is classified as, not codes of ours.
    const ours = [...new Set(codes.map((code) => code.slice(1, -1)))].filter(
      (code) => !['connection-lost', 'tls-file-unreadable'].includes(code),
    );

    assert.ok(ours.length > 8);
    assert.deepEqual(
      ours.filter((code) => !text.includes(code)),
      [],
    );
  });
});

/** Commands in code blocks, and in running text. */
function commandsOf(text: string): { line: number; command: string; isSketch: boolean }[] {
  const found: { line: number; command: string; isSketch: boolean }[] = [];
  for (const { language, text: code, line } of codeBlocks(text)) {
    if (!['sh', 'powershell', 'console', 'cron', 'ini'].includes(language)) continue;
    code.split('\n').forEach((row, at) => {
      for (const [, command = ''] of row.matchAll(/(?:^|[\s(/])(scimctl [^)]*)/g)) {
        if (language === 'console' && !row.startsWith('$ ')) continue;
        if (!/^\s*#/.test(row) && !/^Description=/.test(row))
          found.push({ line: line + at, command, isSketch: false });
      }
    });
  }
  for (const match of withoutBlocks(text).matchAll(/`(scimctl [a-z][^`]*)`/g)) {
    found.push({ line: lineOf(text, match.index), command: match[1] ?? '', isSketch: true });
  }
  return found;
}

/** Parses the command without running it. */
async function problemWith(command: string): Promise<Problem | undefined> {
  const [, ...args] = shellWords(command);
  const { world } = new ShellSession(await temporaryDirectory('docs'));
  try {
    await parseCommandLine(args, world);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ');
const withoutBlocks = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, blank);
const withoutCode = (text: string) =>
  withoutBlocks(text).replace(/`[^`\n]*`/g, (code) => '`'.padEnd(code.length, ' '));

/** The anchors that GitHub makes of a page's headings. */
async function anchorsOf(page: string): Promise<string[]> {
  const text = withoutBlocks(await readPage(page));
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

async function sourceText(): Promise<string> {
  const root = join(projectDirectory, 'src');
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  return (await Promise.all(names.map((name) => readFile(join(root, name), 'utf8')))).join('\n');
}
