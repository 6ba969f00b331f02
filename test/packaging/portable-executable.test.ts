import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasCertificates, withoutCertificates } from '../../packaging/executables/portable-executable.js';

const HEADER = 0x80;
const CHECKSUM = HEADER + 24 + 64;
const CERTIFICATES = HEADER + 24 + 112 + 4 * 8;

/** The least that a 64-bit Windows program is: headers, some bytes, and perhaps certificates. */
function program({ code = 512, certificates = 0, behind = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(HEADER + 264 + code, 0x11);
  bytes.fill(0, 0, HEADER + 264);
  bytes.write('MZ', 0);
  bytes.writeUInt32LE(HEADER, 0x3c);
  bytes.write('PE\0\0', HEADER);
  bytes.writeUInt16LE(0x20b, HEADER + 24);
  bytes.writeUInt32LE(16, HEADER + 24 + 108);
  if (certificates === 0) return bytes;
  bytes.writeUInt32LE(bytes.length, CERTIFICATES);
  bytes.writeUInt32LE(certificates, CERTIFICATES + 4);
  return Buffer.concat([bytes, Buffer.alloc(Math.ceil(certificates / 8) * 8 + behind, 0x22)]);
}

describe('a Windows program without its certificates', () => {
  it('is what it was before it was signed', () => {
    const unsigned = withoutCertificates(program());
    for (const certificates of [8, 4321, 10_000]) {
      const signed = program({ certificates });
      assert.equal(hasCertificates(signed), true);
      assert.deepEqual(withoutCertificates(signed), unsigned);
    }
    assert.equal(hasCertificates(unsigned), false);
  });

  it('keeps everything but the entry of the table and the checksum', () => {
    const signed = program({ certificates: 4321 });
    const changed = new Set<number>();
    const plain = withoutCertificates(signed);
    for (const [at, byte] of plain.entries()) if (byte !== signed[at]) changed.add(at);

    const allowed = [CHECKSUM, CERTIFICATES, CERTIFICATES + 4].flatMap((at) => [at, at + 1, at + 2, at + 3]);
    assert.deepEqual(
      [...changed].filter((at) => !allowed.includes(at)),
      [],
    );
    assert.equal(plain.length, program().length);
  });

  it('has the checksum of the format: the sum of its words with carry, and its length', () => {
    for (const code of [512, 513]) {
      const plain = withoutCertificates(program({ code }));
      const blank = Buffer.from(plain);
      blank.writeUInt32LE(0, CHECKSUM);
      // The sum with carry is what is left of division by 65535, which is never 0 for a sum above 0.
      const words = Buffer.concat([blank, Buffer.alloc(blank.length % 2)]);
      let sum = 0;
      for (let at = 0; at < words.length; at += 2) sum += words.readUInt16LE(at);
      assert.equal(plain.readUInt32LE(CHECKSUM), (sum % 65535 || 65535) + plain.length);
    }
  });

  it('stays what it is when it is taken again', () => {
    const plain = withoutCertificates(program({ certificates: 100 }));
    assert.deepEqual(withoutCertificates(plain), plain);
  });

  it('is refused where something is behind the certificates, which would be lost', () => {
    assert.throws(() => withoutCertificates(program({ certificates: 64, behind: 8 })), /not at the end/);
  });

  it('is refused of anything else', () => {
    const pe32 = program();
    pe32.writeUInt16LE(0x10b, HEADER + 24);
    const far = program();
    far.writeUInt32LE(0xffffff00, 0x3c);
    for (const other of [
      Buffer.alloc(0),
      Buffer.from('#!/bin/sh\n'),
      program().subarray(0, 200),
      pe32,
      far,
    ]) {
      assert.throws(() => withoutCertificates(other), /not a 64-bit Windows program/);
    }
  });
});
