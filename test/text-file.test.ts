import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAscii, decodeText, NotText } from '../src/files/text-file.js';
import { ENCODINGS } from './support/databases/encodings.js';

const TEXTS = {
  'a line of ASCII': 'scimctl_7Gk2mQx91ZbT_abc\r\n',
  'one character': 'x',
  'letters of Europe': 'pässwörd €\n',
  'East Asian names with line ends and commas': '김민수,王小明,山田太郎\r\n佐藤,x\r\n',
  'letters whose second byte is zero': 'ĀĀ, Ā and some words between them\n',
  'an emoji': '{"name":"👩🏽‍🔬"}',
};

describe('the text of a file', () => {
  for (const [encoding, encode] of Object.entries(ENCODINGS)) {
    for (const [what, text] of Object.entries(TEXTS)) {
      it(`is read in ${encoding}: ${what}`, () => {
        assert.equal(decodeText(encode(text)), text);
      });
    }
  }

  it('may be empty, or nothing but a byte-order mark', () => {
    for (const bytes of [[], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]]) {
      assert.equal(decodeText(Uint8Array.from(bytes)), '');
    }
  });

  it('is refused where it is in no such encoding, and not read as something else', () => {
    const wrong = {
      'Windows-1252': Buffer.from('p\xe4ssword', 'latin1'),
      'zeros on both sides': Buffer.from([0, 0, 0, 0x41, 0, 0, 0, 0x42]),
      'half a character of UTF-16': Buffer.from([0xff, 0xfe, 0x41, 0, 0x42]),
      'half a character of UTF-8': Buffer.from('ä').subarray(0, 1),
      'a picture': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]),
    };
    for (const [what, bytes] of Object.entries(wrong)) {
      assert.throws(() => decodeText(bytes), NotText, what);
    }
  });

  it('may be cut within a character, where only its beginning was read', () => {
    assert.equal(decodeText(Buffer.from('aä').subarray(0, 2), { cut: true }), 'a');
    assert.equal(decodeText(Buffer.from('\uFEFFab', 'utf16le').subarray(0, 5), { cut: true }), 'a');
  });

  it('of which only the ASCII matters is read in any encoding', () => {
    assert.match(
      decodeAscii(Buffer.from('friendlyName: M\xfcller\n-----BEGIN X', 'latin1')),
      /-----BEGIN X$/,
    );
    assert.equal(decodeAscii(Buffer.from('\uFEFF-----BEGIN X', 'utf16le')), '-----BEGIN X');
  });
});
