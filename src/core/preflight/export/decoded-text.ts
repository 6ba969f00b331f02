import { TextDecoder } from 'node:util';
import { encodingOf, NotText, withoutZeros } from '../../../text-file.js';
import { unreadable } from './unreadable.js';

/** The number of bytes from which the encoding is detected. */
const HEAD = 64 * 1024;

/**
 * The text of a file, in pieces, without its byte-order mark. Accepts the encodings of `decodeText`.
 * @throws Unreadable
 */
export async function* decodedText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head: Uint8Array = new Uint8Array(0);
  const begin = () => new TextDecoder(encodingOf(head), { fatal: true });
  try {
    for await (const piece of bytes) {
      if (decoder) {
        yield withoutZeros(decoder.decode(piece, { stream: true }));
        continue;
      }
      head = head.length === 0 ? piece : Buffer.concat([head, piece]);
      if (head.length < HEAD) continue;
      decoder = begin();
      yield withoutZeros(decoder.decode(head, { stream: true }));
    }
    yield withoutZeros(decoder ? decoder.decode() : begin().decode(head));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof NotText)) throw error;
    throw unreadable('it is not in UTF-8 or UTF-16', 'In a spreadsheet, save it as "CSV UTF-8".', error);
  }
}
