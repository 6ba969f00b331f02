import { gzipSync } from 'node:zlib';

export interface ArchivedFile {
  /** With `/`, in ASCII, of at most 100 characters. */
  path: string;
  content: string;
}

/**
 * A .tar.gz of text files, in the ustar format of POSIX.1-1988, which every tar reads, and Windows since 2018. Owners
 * are left out, since names of users do not belong there.
 */
export function tarGz(files: readonly ArchivedFile[], modified: Date): Buffer {
  const seconds = Math.floor(modified.getTime() / 1000);
  const blocks = files.flatMap(({ path, content }) => {
    const bytes = Buffer.from(content, 'utf8');
    return [
      header(path, bytes.length, seconds),
      bytes,
      Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
    ];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

const BLOCK = 512;

function header(path: string, size: number, modified: number): Buffer {
  if (!/^[\x20-\x7e]{1,100}$/.test(path)) throw new Error(`not a path for an archive: ${path}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(path, 0);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(modified, 12), 136);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  // The checksum is worked out over the header with spaces in its place.
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
