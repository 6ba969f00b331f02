import { Writable } from 'node:stream';
import type { World } from '../../world.js';

// ECMA-48 "select graphic rendition": colours and weights; cursor movements stay.
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** The same terminal for programs that colour whatever they print. */
export function withoutColour(terminal: World['stdout']): Writable {
  const plain = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      terminal.write(chunk.toString().replace(COLOUR, ''));
      done();
    },
  });
  return Object.assign(plain, { isTTY: terminal.isTTY, columns: terminal.columns });
}
