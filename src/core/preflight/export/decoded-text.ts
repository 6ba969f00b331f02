import { TextDecoder } from 'node:util';
import { encodingOf, lineEndsIn, NotText, withoutZeros } from '../../../files/text-file.js';
import { unreadable } from './unreadable.js';

const NUL_HINT =
  'A program that writes or copies the file has left it there. Export the list again, or remove the byte in an editor.';

/** The number of bytes from which the encoding is detected. */
const HEAD = 64 * 1024;

/**
 * The text of a file, in pieces, without its byte-order mark. Accepts the encodings of `decodeText`.
 * @throws Unreadable
 */
export async function* decodedText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head: Uint8Array = new Uint8Array(0);
  let line = 1;
  const checked = (text: string) => {
    withoutZeros(text, line);
    line += lineEndsIn(text);
    return text;
  };
  const begin = () => new TextDecoder(encodingOf(head), { fatal: true });
  try {
    for await (const piece of bytes) {
      if (decoder) {
        yield checked(decoder.decode(piece, { stream: true }));
        continue;
      }
      head = head.length === 0 ? piece : Buffer.concat([head, piece]);
      if (head.length < HEAD) continue;
      decoder = begin();
      yield checked(decoder.decode(head, { stream: true }));
    }
    yield checked(decoder ? decoder.decode() : begin().decode(head));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof NotText)) throw error;
    if (error instanceof NotText && error.detail !== undefined)
      throw unreadable(error.detail, NUL_HINT, error);
    throw unreadable('it is not in UTF-8 or UTF-16', 'In a spreadsheet, save it as "CSV UTF-8".', error);
  }
}
