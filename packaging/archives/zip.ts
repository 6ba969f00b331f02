import { crc32, deflateRawSync } from 'node:zlib';
import { type ArchivedFile as Entry, entriesInOrder } from '../../src/cli/output/files/tar.js';

const UTF8_NAMES = 1 << 11;
const DEFLATED = 8;

/**
 * A ZIP archive (PKWARE APPNOTE 6.3) that Windows Explorer, Expand-Archive and tar.exe unpack, the same bytes for the
 * same entries on each machine with this Node.js.
 * @param seconds of the Unix epoch, at which every file was last changed; 1980 is the earliest year of ZIP. In UTC,
 * because ZIP knows no time zones.
 */
export function zip(entries: readonly Entry[], seconds: number): Buffer {
  const when = dosTime(seconds);
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes, isProgram } of entriesInOrder(entries)) {
    const name = Buffer.from(path, 'utf8');
    const packed = deflateRawSync(bytes, { level: 9 });
    // What both headers have, from "version needed" to "extra field length".
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(UTF8_NAMES, 2);
    shared.writeUInt16LE(DEFLATED, 4);
    shared.writeUInt32LE(when, 6);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    bodies.push(word(0x04034b50), shared, name, packed);

    // Made by Unix, so that unzip there sets the mode of a regular file.
    const by = Buffer.from([20, 3]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((isProgram ? 0o100755 : 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(word(0x02014b50), by, shared, rest, name);
    offset += 4 + shared.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, listed, word(0x06054b50), end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Date in the upper half, time in the lower, in steps of two seconds. */
function dosTime(seconds: number): number {
  const at = new Date(seconds * 1000);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}
