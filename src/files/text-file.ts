import { readFile } from 'node:fs/promises';

/** Bytes that are no text in any encoding we read. The code is what messages show in brackets. */
export class NotText extends Error {
  readonly code: string;

  /** @param detail what exactly is wrong, if that is known: `line 3 has a NUL byte`. */
  constructor(
    message: string,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = `not text in UTF-8 or UTF-16${detail === undefined ? '' : `: ${detail}`}`;
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The text of a file as people have it: UTF-8 or UTF-16, as editors on Windows save it and PowerShell's `>` writes
 * it, with or without a byte-order mark. The only way in which a file is read that people give us.
 * @throws what `readFile` throws, and NotText.
 */
export const readTextFile = async (path: string): Promise<string> => decodeText(await readFile(path));

/**
 * The same of a file whose form is ASCII (PEM, `.pgpass`), so that what stands beside it, such as a comment, may be
 * in whatever encoding.
 */
export const readAsciiFile = async (path: string): Promise<string> => decodeAscii(await readFile(path));

export function decodeAscii(bytes: Buffer): string {
  try {
    return decodeText(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/**
 * The same of bytes that have been read already.
 * @param cut whether the bytes may end within a character, because only the beginning of a file was read.
 * @throws NotText.
 */
export function decodeText(bytes: Uint8Array, { cut = false } = {}): string {
  try {
    return withoutZeros(new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes, { stream: cut }));
  } catch (cause) {
    throw cause instanceof NotText ? cause : new NotText('The bytes are not text', undefined, { cause });
  }
}

/**
 * The encoding of a text, by its first bytes. Without a byte-order mark, UTF-16 is told by the zeros that letters,
 * digits and line ends have on one side. Text in UTF-8 has none; a few that were left in it do not make it UTF-16, and
 * `withoutZeros` says where they are.
 * @throws NotText for many zeros on both sides.
 */
export function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const sniffed = bytes.subarray(0, SNIFFED);
  const zeros = [0, 0];
  for (const [at, byte] of sniffed.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even === 0 && odd === 0) return 'utf-8';
  // A character such as U+0100 has its zero on the other side; a text has few of them beside its line ends.
  if (odd > 4 * even && isWide(sniffed, 0, odd)) return 'utf-16le';
  if (even > 4 * odd && isWide(sniffed, 1, even)) return 'utf-16be';
  if ((even + odd) * FEW < sniffed.length) return 'utf-8';
  throw new NotText('The bytes hold zeros');
}

/**
 * Whether the zeros are those of UTF-16: the line ends have one beside them, or in a single line, a good part of the
 * characters.
 * @param low where the low byte of each pair is, 0 or 1.
 */
function isWide(bytes: Uint8Array, low: 0 | 1, zeros: number): boolean {
  // Letters of other alphabets have bytes in UTF-16 that no text in ASCII has.
  if (zeros * FEW < bytes.length && bytes.every(isAsciiOrZero)) return false;
  let ends = 0;
  let wide = 0;
  for (let at = low; at < bytes.length; at += 2) {
    if (bytes[at] !== 0x0a && bytes[at] !== 0x0d) continue;
    ends++;
    if (bytes[at + (low === 0 ? 1 : -1)] === 0) wide++;
  }
  return ends > 0 && wide > 0 ? wide * 2 >= ends : zeros * FEW >= bytes.length;
}

const isAsciiOrZero = (byte: number): boolean =>
  byte === 0 || (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/** In UTF-16, up to half of the bytes are zeros. Fewer than one in `FEW` bytes are stray bytes in another encoding. */
const FEW = 8;

/**
 * The same text.
 * @param line the number of its first line.
 * @throws NotText for zeros, which UTF-32, files that are no text, and faulty programs leave in it.
 */
export function withoutZeros(text: string, line = 1): string {
  const at = text.indexOf('\0');
  if (at < 0) return text;
  // UTF-32 read as UTF-16, or no text at all.
  if (text.split('\0').length * FEW > text.length) throw new NotText('The text holds zeros');
  throw new NotText('The text holds zeros', `line ${line + lineEndsIn(text.slice(0, at))} has a NUL byte`);
}

/** The number of line ends in a text. */
export const lineEndsIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

const SNIFFED = 64 * 1024;
