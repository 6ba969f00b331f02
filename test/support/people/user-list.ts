import { ExportedUsers, type ExportReport } from '../../../src/core/preflight/export/user-list.js';
import type { Person } from '../../../src/core/preflight/people.js';

/** What is in these files, which arrive in pieces of so many bytes. */
export async function readFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  { partial = false, pieces = Number.POSITIVE_INFINITY } = {},
): Promise<{ people: Person[]; report: ExportReport }> {
  const sources = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: inPieces(typeof content === 'string' ? Buffer.from(content) : content, pieces),
  }));
  const list = new ExportedUsers(sources, { partial });
  const people: Person[] = [];
  for await (const some of list.people()) people.push(...some);
  return { people, report: list.report };
}

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.slice(from, from + length);
}
