import { readFile } from 'node:fs/promises';

/** Bytes that are no text in any encoding we read. The code is what messages show in brackets. */
export class NotText extends Error {
  readonly code = 'not text in UTF-8 or UTF-16';
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
    throw cause instanceof NotText ? cause : new NotText('The bytes are not text', { cause });
  }
}

/**
 * The encoding of a text, by its first bytes. Without a byte-order mark, UTF-16 is told by the zeros that letters,
 * digits and line ends have on one side and UTF-8 never has.
 * @throws NotText for zeros on both sides.
 */
export function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  for (let at = 0; at < Math.min(bytes.length, SNIFFED); at++) {
    if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  if (even === 0 && odd === 0) return 'utf-8';
  // A character such as U+0100 has its zero on the other side; a text has few of them beside its line ends.
  if (odd > 4 * even) return 'utf-16le';
  if (even > 4 * odd) return 'utf-16be';
  throw new NotText('The bytes hold zeros');
}

/** The same text. @throws NotText for zeros, which UTF-32 and files that are no text leave in it. */
export function withoutZeros(text: string): string {
  if (text.includes('\0')) throw new NotText('The text holds zeros');
  return text;
}

const SNIFFED = 64 * 1024;
