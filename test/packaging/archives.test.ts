import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import { readTarGz } from '../../packaging/archives/tar.js';
import { zip } from '../../packaging/archives/zip.js';
import type { ArchivedFile as Entry } from '../../src/cli/output/files/tar.js';
import { tarGz } from '../../src/cli/output/files/tar.js';
import { temporaryDirectory } from '../support/environment.js';
import { tarMissing } from '../support/processes/on-path.js';

const SECONDS = Date.UTC(2026, 10, 29, 23, 51, 14) / 1000;

const long = `${'folder/'.repeat(14)}${'n'.repeat(90)}.sql`;
const entries: Entry[] = [
  { path: 'scimctl/bin/scimctl.js', bytes: Buffer.from('#!/usr/bin/env node\n'), isProgram: true },
  { path: 'scimctl/empty', bytes: Buffer.alloc(0) },
  { path: 'scimctl/a block', bytes: Buffer.alloc(512, 'x') },
  { path: 'scimctl/Größe.txt', bytes: Buffer.from([0, 1, 2, 255]) },
  { path: long, bytes: Buffer.from('select 1;\n'.repeat(1000)) },
];
const shuffled = entries.toReversed();

describe('a gzipped tar archive', () => {
  it('is unpacked by tar, with modes and times', { skip: tarMissing }, async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'all.tar.gz'), tarGz(entries, SECONDS));
    execFileSync('tar', ['-xzf', 'all.tar.gz'], { cwd: directory });

    for (const { path, bytes, isProgram } of entries) {
      assert.deepEqual(await readFile(join(directory, path)), bytes, path);
      const { mode, mtimeMs } = await stat(join(directory, path));
      assert.equal(mtimeMs / 1000, SECONDS);
      if (process.platform !== 'win32') assert.equal((mode & 0o111) !== 0, isProgram === true, path);
    }
  });

  it('is the same bytes whatever the order of its files', () => {
    assert.deepEqual(tarGz(shuffled, SECONDS), tarGz(entries, SECONDS));
  });

  it('is read again', () => {
    const byPath = (a: Entry, b: Entry) => (a.path < b.path ? -1 : 1);
    assert.deepEqual(readTarGz(tarGz(entries, SECONDS)).sort(byPath), entries.toSorted(byPath));
  });

  it('refuses a path that tar cannot hold', () => {
    const path = `${'x'.repeat(120)}.sql`;
    assert.throws(
      () => tarGz([{ path, bytes: Buffer.alloc(0) }], SECONDS),
      /too long for an archive: x+\.sql/,
    );
  });
});

describe('a ZIP archive', () => {
  it('has each file with its name, time, checksum and mode in both headers', () => {
    const archive = zip(entries, SECONDS);
    const files = filesOf(archive);

    assert.deepEqual(
      files.map(({ name }) => name),
      entries.map(({ path }) => path).sort(),
    );
    for (const { name, bytes, crc, time, mode } of files) {
      const entry = entries.find(({ path }) => path === name);
      assert.deepEqual(bytes, entry?.bytes, name);
      assert.equal(crc, crc32(bytes));
      assert.equal(time, '2026-11-29 23:51:14');
      assert.equal(mode, entry?.isProgram ? 0o100755 : 0o100644);
    }
  });

  it('is the same bytes whatever the order of its files', () => {
    assert.deepEqual(zip(shuffled, SECONDS), zip(entries, SECONDS));
  });
});

interface Unzipped {
  name: string;
  bytes: Buffer;
  crc: number;
  time: string;
  mode: number;
}

/** Reads an archive by PKWARE's APPNOTE: the directory at its end, and what the header of each file repeats. */
function filesOf(archive: Buffer): Unzipped[] {
  const end = archive.length - 22;
  assert.equal(archive.readUInt32LE(end), 0x06054b50);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  assert.equal(at + archive.readUInt32LE(end + 12), end);
  return Array.from({ length: count }, () => {
    assert.equal(archive.readUInt32LE(at), 0x02014b50);
    const [size, length, from] = [20, 28, 42].map((field) =>
      field === 28 ? archive.readUInt16LE(at + field) : archive.readUInt32LE(at + field),
    ) as [number, number, number];
    const name = archive.toString('utf8', at + 46, at + 46 + length);
    assert.equal(archive.readUInt32LE(from), 0x04034b50);
    assert.deepEqual(archive.subarray(from + 4, from + 30), archive.subarray(at + 6, at + 32));
    assert.equal(archive.toString('utf8', from + 30, from + 30 + length), name);
    const [time, date] = [archive.readUInt16LE(at + 12), archive.readUInt16LE(at + 14)];
    const two = (value: number) => String(value).padStart(2, '0');
    const found = {
      name,
      bytes: inflateRawSync(archive.subarray(from + 30 + length, from + 30 + length + size)),
      crc: archive.readUInt32LE(at + 16),
      time: `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)} ${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`,
      mode: archive.readUInt32LE(at + 38) >>> 16,
    };
    at += 46 + length;
    return found;
  });
}
