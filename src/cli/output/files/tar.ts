import { gzipSync } from 'node:zlib';

/** A file of an archive. */
export interface ArchivedFile {
  /** Relative, with `/`. */
  path: string;
  bytes: Buffer;
  /** Whether it is a program that may be started by its name. */
  isProgram?: boolean;
}

/** By path, by code unit: the same in every locale. */
export const entriesInOrder = (files: readonly ArchivedFile[]): ArchivedFile[] =>
  files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

const BLOCK = 512;

/**
 * A gzipped tar archive (ustar, POSIX.1-1988), which every tar reads, and Windows since 2018: the same bytes for the same
 * files on each machine with this Node.js. Owners are left out, since names of users do not belong there; directories are
 * left to tar, which makes them.
 * @param seconds of the Unix epoch, at which every file was last changed.
 * @throws where a path does not fit into ustar.
 */
export function tarGz(files: readonly ArchivedFile[], seconds: number): Buffer {
  const parts = entriesInOrder(files).flatMap(({ path, bytes, isProgram }) => [
    header(path, bytes.length, isProgram ? 0o755 : 0o644, seconds),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  const zipped = gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 });
  zipped[9] = 255; // RFC 1952: the system is not said, which zlib would.
  return zipped;
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
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  // The checksum is worked out over the header with spaces in its place.
  block.fill(' ', 148, 156);
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
