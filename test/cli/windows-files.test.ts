import assert from 'node:assert/strict';
import { chmod, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { beginReplacement } from '../../src/cli/output/files/replacement.js';
import { createTokenFile } from '../../src/cli/output/files/token-file.js';
import { assertWindowsName } from '../../src/cli/output/files/windows-name.js';
import { renamedRights, userIn } from '../../src/cli/output/files/windows-rights.js';
import { prependKey } from '../../src/cli/output/key-file.js';
import { definitionOf, systemProgram, userSaid } from '../../src/system-program.js';
import { noModes, temporaryDirectory } from '../support/environment.js';
import { fakeWorld } from '../support/processes/world.js';

describe('a program that is part of Windows', () => {
  const found = (env: Record<string, string>) => systemProgram('icacls', env);

  it('is started by its whole path, so that another in the current directory is not', () => {
    assert.equal(found({ SystemRoot: 'D:\\Windows' }), 'D:\\Windows\\System32\\icacls.exe');
    assert.equal(found({ SYSTEMROOT: 'c:\\WINNT' }), 'c:\\WINNT\\System32\\icacls.exe');
  });

  it('is looked for where Windows is, also where the environment names no such place', () => {
    for (const root of [undefined, '', '.', '\\\\evil\\share', 'Windows', '/tmp']) {
      assert.equal(
        found(root === undefined ? {} : { SystemRoot: root }),
        'C:\\Windows\\System32\\icacls.exe',
      );
    }
  });
});

describe('what programs of Windows print into a pipe', () => {
  /** In the code page 850 of Western Europe, where ü is 0x81 and Ö is 0x99. */
  const said = (...parts: (string | number)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));
  const asked = (bytes: Buffer, name = 'never asked') => userSaid(bytes, () => name);

  it('names the user, also one that the code page of the console writes in other bytes', () => {
    assert.equal(asked(said('contoso\\anna\r\n')), 'contoso\\anna');
    assert.equal(asked(said('nt authority\\local service\r\n')), 'nt authority\\local service');
    assert.equal(asked(said('contoso\\m', 0x81, 'ller\r\n'), 'Müller'), 'contoso\\müller');
    assert.equal(asked(said('contoso\\müller\r\n'), 'Müller'), 'contoso\\müller');
    // A second byte of code page 932 may look like the backslash.
    assert.equal(asked(said('contoso\\', 0x83, 0x5c, '\r\n'), 'ソ'), 'contoso\\ソ');
  });

  it('names no user where the domain cannot be read', () => {
    for (const bytes of [
      said('k', 0x99, 'ln\\anna'),
      said('anna'),
      said(''),
      said('a\\b\\c'),
      said('\\anna'),
    ]) {
      assert.equal(asked(bytes, 'x'), undefined, bytes.toString('latin1'));
    }
  });

  it('is not needed for the definition of a task, which is kept in UTF-16', () => {
    const text = '<?xml version="1.0" encoding="UTF-16"?>\r\n<Arguments>C:\\Größe\\config.json</Arguments>';

    assert.equal(definitionOf(Buffer.from(`\ufeff${text}`, 'utf16le')), text);
    assert.equal(definitionOf(Buffer.from(text)), undefined);
  });
});

describe('what Windows says of access rights', () => {
  it('names the user, in whatever language and with whatever name', () => {
    const sid = 'S-1-5-21-1004336348-1177238915-682003330-512';
    assert.equal(userIn(`"contoso\\anna","${sid}"\r\n`), `*${sid}`);
    assert.equal(userIn('"nt-autorität\\system","S-1-5-18"\r\n'), '*S-1-5-18');
    assert.equal(userIn('"odd ""S-1-5-32-544"" name","S-1-5-20"\r\n'), '*S-1-5-20');
    assert.equal(userIn('VM\\anna\r\n'), 'VM\\anna');
    for (const text of ['', 'anna', '"contoso\\anna"', '*S-1-1-0', 'a\\b:F', 'a\\b\\c', 'ERROR: no']) {
      assert.equal(userIn(text), undefined, text);
    }
  });

  it('is given to a file of another name', () => {
    const rights = 'D:PAI(A;;FA;;;SY)(A;;0x1200a9;;;S-1-5-80-1234)';
    const saved = (text: string) => Buffer.from(text, 'utf16le');
    for (const mark of ['', '\ufeff']) {
      assert.deepEqual(
        renamedRights(saved(`${mark}token.keys\r\n${rights}\r\n`), 'new keys'),
        saved(`${mark}new keys\r\n${rights}\r\n`),
      );
    }
    for (const text of ['', 'token.keys', 'token.keys\r\nnothing', 'Successfully processed 0 files']) {
      assert.throws(() => renamedRights(saved(text), 'keys'), /did not save the access rights/);
    }
  });
});

describe('the name of a file', () => {
  const refused = (name: string, platform: NodeJS.Platform = 'win32') => {
    try {
      assertWindowsName(name, { platform });
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('is not that of a device of Windows, and does not end as none can there', () => {
    for (const name of ['NUL', 'C:\\x\\con', 'com1', 'LPT9.csv', 'aux .txt', '\\\\.\\nul', 'COM¹'])
      assert.match(refused(name) ?? '', /name of a device/, name);
    for (const name of ['pending.', 'C:\\x\\pending ', 'a...'])
      assert.match(refused(name) ?? '', /ends with a dot or a blank/, name);
  });

  it('may be any other', () => {
    for (const name of ['C:\\nul\\pending.csv', 'console.txt', 'com10', 'null', '.config', 'a. b'])
      assert.equal(refused(name), undefined, name);
    for (const name of ['nul', 'pending.']) assert.equal(refused(name, 'linux'), undefined);
  });
});

describe('a file that another program has open', () => {
  it('is replaced as soon as that program closes it', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'config');
    await writeFile(path, 'before');
    const world = fakeWorld({ stdout: '', stderr: '' });
    const { handle, finish } = await beginReplacement(path, { isPrivate: false }, world);
    await handle.writeFile('after');
    const reader = await open(path);

    const closing = delay(300).then(() => reader.close());
    await Promise.all([finish(), closing]);

    assert.equal(await readFile(path, 'utf8'), 'after');
    assert.deepEqual(await readdir(directory), ['config']);
  });
});

describe('a file that replaces another', {
  skip: noModes,
}, () => {
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

  it('keeps the mode of a key file, so that a group that reads it goes on reading it', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'keys');
    await prependKey(path, { id: 'a', line: `a ${'A'.repeat(44)}` }, fakeWorld({ stdout: '', stderr: '' }));
    assert.equal(await modeOf(path), 0o600);
    await chmod(path, 0o640);

    await prependKey(path, { id: 'b', line: `b ${'B'.repeat(44)}` }, fakeWorld({ stdout: '', stderr: '' }));

    assert.equal(await modeOf(path), 0o640);
    assert.match(await readFile(path, 'utf8'), /^b .*\na .*\n$/);
    assert.deepEqual(await readdir(directory), ['keys']);
  });

  it('leaves nothing behind where it is given up', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'config');
    await writeFile(path, 'before');
    const { handle, discard } = await beginReplacement(
      path,
      { isPrivate: true },
      fakeWorld({ stdout: '', stderr: '' }),
    );
    await handle.writeFile('after');

    await discard();

    assert.deepEqual(await readdir(directory), ['config']);
    assert.equal(await readFile(path, 'utf8'), 'before');
  });

  it('is for its owner only where it holds a token', async () => {
    const path = join(await temporaryDirectory(), 'token');
    const file = await createTokenFile(path, fakeWorld({ stdout: '', stderr: '' }));
    assert.equal(await modeOf(path), 0o600);
    await file.write('secret');
    assert.equal(await readFile(path, 'utf8'), 'secret\n');
  });
});
