import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../support/environment.js';

/** Every code of a problem that stands in the sources and in what starts them, with the file it was found in first. */
export async function codesInSource(): Promise<Map<string, string>> {
  const root = join(projectDirectory, 'src');
  const found = new Map<string, string>();
  for (const path of (await readdir(root, { recursive: true })).sort()) {
    if (!path.endsWith('.ts')) continue;
    const text = await readFile(join(root, path), 'utf8');
    for (const code of codesIn(text)) if (!found.has(code)) found.set(code, path.replaceAll('\\', '/'));
  }
  const start = await readFile(join(projectDirectory, 'bin', 'scimctl.js'), 'utf8');
  for (const [, code = ''] of start.matchAll(/\[([a-z]+(?:-[a-z]+)+)\]\\n/g))
    found.set(code, 'bin/scimctl.js');
  return found;
}

/**
 * The codes that a source file makes problems with: first words of the functions that make one, and of the tables of
 * words that those are given.
 */
export function codesIn(text: string): string[] {
  const makers = [
    // usageProblem('code', …), operationProblem(condition ? 'one' : 'other', …)
    /\b(?:usage|configuration|prerequisite|operation)Problem\(\s*(?:[\w.]+ \?\s*)?'([a-z-]+)'(?:\s*:\s*'([a-z-]+)')?/g,
    /\bnew Problem\(\s*'[a-z]+',\s*'([a-z-]+)'/g,
    // ['code', 'What happened.', 'What to do.']
    /\[\s*'([a-z]+(?:-[a-z]+)+)',\s*[`'][^']*?\s/g,
    // code: 'duration-invalid', and what commander's codes become.
    /\bcode: '([a-z]+-invalid)'/g,
    /'commander\.\w+': '([a-z-]+)'/g,
  ];
  return makers.flatMap((maker) =>
    [...text.matchAll(maker)].flatMap(([, one, other]) => [one, other].filter((code) => code !== undefined)),
  );
}

/** Codes that are put together: `idp-unknown` of `${code}-unknown`. */
export const PUT_TOGETHER = ['idp-unknown', 'idp-ambiguous', 'token-unknown', 'token-ambiguous'];
