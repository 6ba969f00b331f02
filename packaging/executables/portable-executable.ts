/** Offsets in Microsoft's PE format, "Optional Header" and "The Attribute Certificate Table". */
const SIGNATURE_AT = 0x3c;
const OPTIONAL_HEADER = 24;
const PE32_PLUS = 0x20b;
const CHECKSUM = OPTIONAL_HEADER + 64;
const DIRECTORY_COUNT = OPTIONAL_HEADER + 108;
const CERTIFICATES = 4;
const DIRECTORIES = OPTIONAL_HEADER + 112;

/**
 * A Windows program without its signatures. Whoever changes a signed program makes them wrong, and Windows calls a
 * program with wrong signatures corrupt, while one without any is only unsigned. The checksum in the header is made
 * anew.
 * @throws where it is not a 64-bit Windows program, or has something behind its certificates.
 */
export function withoutCertificates(program: Buffer): Buffer {
  const header = headerOf(program);
  const entry = header + DIRECTORIES + 8 * CERTIFICATES;
  const offset = program.readUInt32LE(entry);
  const size = program.readUInt32LE(entry + 4);
  if (offset === 0 && size === 0) return withChecksum(program);
  // Padded to eight bytes.
  const end = offset + Math.ceil(size / 8) * 8;
  if (offset < header || offset + size > program.length || end < program.length) {
    throw new Error('The certificates are not at the end of the program');
  }
  const rest = Buffer.from(program.subarray(0, offset));
  rest.writeUInt32LE(0, entry);
  rest.writeUInt32LE(0, entry + 4);
  return withChecksum(rest);
}

/** Whether a Windows program has a table of certificates, right or wrong. */
export const hasCertificates = (program: Buffer): boolean =>
  program.readUInt32LE(headerOf(program) + DIRECTORIES + 8 * CERTIFICATES + 4) !== 0;

/** The program with the checksum that `CheckSumMappedFile` of Windows computes. */
function withChecksum(program: Buffer): Buffer {
  const at = headerOf(program) + CHECKSUM;
  const result = Buffer.from(program);
  result.writeUInt32LE(0, at);
  let sum = 0;
  const odd = result.length % 2;
  for (let offset = 0; offset < result.length - odd; offset += 2) {
    sum += result.readUInt16LE(offset);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  if (odd) sum += result[result.length - 1] ?? 0;
  sum = (sum & 0xffff) + (sum >>> 16);
  result.writeUInt32LE((sum + result.length) >>> 0, at);
  return result;
}

/** Where the header of a 64-bit Windows program begins, at `PE\0\0`. */
function headerOf(program: Buffer): number {
  const at = program.length > SIGNATURE_AT + 4 ? program.readUInt32LE(SIGNATURE_AT) : 0;
  const isProgram =
    program.toString('latin1', 0, 2) === 'MZ' &&
    program.length > at + DIRECTORIES + 8 * (CERTIFICATES + 1) &&
    program.toString('latin1', at, at + 4) === 'PE\0\0' &&
    program.readUInt16LE(at + OPTIONAL_HEADER) === PE32_PLUS &&
    program.readUInt32LE(at + DIRECTORY_COUNT) > CERTIFICATES;
  if (!isProgram) throw new Error('This is not a 64-bit Windows program');
  return at;
}
