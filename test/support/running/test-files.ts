import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The compiled test files, chosen by parts of their paths (all, where none is given). Found by their
 * sources, so that what an older build left behind is not run.
 */
export async function testFiles(compiled: string, filters: readonly string[]): Promise<string[]> {
  const sources = join(compiled, '..', '..', 'test');
  const names = await readdir(sources, { recursive: true });
  const files = names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replaceAll('\\', '/').replace(/\.ts$/, '.js'))
    .filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
    .sort();
  if (files.length === 0) throw new Error(`No test file matches ${filters.join(' or ') || '*.test.ts'}.`);
  return files.map((name) => join(compiled, name));
}
