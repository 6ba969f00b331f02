import { gunzipSync, gzipSync } from 'node:zlib';
import { type Entry, inOrder } from './entry.js';

const BLOCK = 512;

/**
 * A gzipped tar archive (ustar, POSIX.1-2001), the same bytes for the same entries on each machine with this Node.js.
 * The files belong to root, and only root can change them; directories are left to tar, which makes them.
 * @param seconds of the Unix epoch, at which every file was last changed.
 */
export function tarGz(entries: readonly Entry[], seconds: number): Buffer {
  const parts = inOrder(entries).flatMap(({ path, bytes, isProgram }) => [
    header(path, bytes.length, isProgram ? 0o755 : 0o644, seconds),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  const zipped = gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 });
  zipped[9] = 255; // RFC 1952: the system is not said, which zlib would.
  return zipped;
}

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

function header(path: string, size: number, mode: number, seconds: number): Buffer {
  const [prefix, name] = split(path);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(seconds, 11), 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write('root', 265);
  block.write('root', 297);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** ustar has 100 bytes for the name and 155 for what is before it. */
function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  const slashes = Array.from(path.matchAll(/\//g), ({ index }) => index);
  const at = slashes.find((each) => Buffer.byteLength(path.slice(each + 1)) <= 100);
  if (at === undefined || Buffer.byteLength(path.slice(0, at)) > 155) {
    throw new Error(`The path is too long for an archive: ${path}`);
  }
  return [path.slice(0, at), path.slice(at + 1)];
}
