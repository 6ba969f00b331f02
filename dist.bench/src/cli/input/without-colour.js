import { Writable } from 'node:stream';
// ECMA-48 "select graphic rendition": colours and weights; cursor movements stay.
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');
/** The same terminal for programs that colour whatever they print. */
export function withoutColour(terminal) {
    const plain = new Writable({
        decodeStrings: false,
        write: (chunk, _encoding, done) => {
            terminal.write(chunk.toString().replace(COLOUR, ''));
            done();
        },
    });
    return Object.assign(plain, { isTTY: terminal.isTTY, columns: terminal.columns });
}
