import { gunzipSync } from 'node:zlib';
import type { ArchivedFile as Entry } from '../../src/cli/output/files/tar.js';

const BLOCK = 512;

/** The files of a gzipped tar archive, such as npm makes them. Directories and what describes other entries are left out. */
export function readTarGz(archive: Buffer): Entry[] {
  const tar = gunzipSync(archive);
  const entries: Entry[] = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0[\s\S]*$/, '');
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    const kind = text(156, 1);
    const prefix = text(345, 155);
    if (kind === '0' || kind === '') {
      const path = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
      const mode = Number.parseInt(text(100, 8).trim(), 8);
      const bytes = Buffer.from(tar.subarray(at + BLOCK, at + BLOCK + size));
      entries.push({ path, bytes, ...((mode & 0o111) !== 0 && { isProgram: true }) });
    } else if (kind === 'x' || kind === 'L') {
      throw new Error(`The name of an entry of the archive does not fit into ustar (${kind})`);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}
