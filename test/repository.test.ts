import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectDirectory } from './support/environment.js';

describe('the lock file', () => {
  it('says what to install, not from where', async () => {
    const { packages } = JSON.parse(await readFile(join(projectDirectory, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
    };
    const installed = Object.entries(packages).filter(([path]) => path !== '');

    assert.ok(installed.length > 0);
    assert.deepEqual(
      installed.filter(([, { resolved }]) => resolved !== undefined),
      [],
    );
    assert.deepEqual(
      installed.filter(([, { integrity }]) => integrity === undefined),
      [],
    );
  });
});

describe('the workflow of the CI', () => {
  it('waits for an endpoint that it starts, and names the path of a program that it has just installed', async () => {
    const workflow = await readFile(join(projectDirectory, '.github', 'workflows', 'ci.yml'), 'utf8');
    const parts = workflow.split("'bin/scimctl.js', 'serve'");

    assert.equal(parts.length, 2);
    for (const after of parts.slice(1)) assert.match(after, /\/healthz[\s\S]*? probe --url/);
    assert.doesNotMatch(workflow, /^ *sqlcmd /m);
  });
});

describe('tracked files', {
  skip: !existsSync(join(projectDirectory, '.git')) && 'not a git checkout',
}, () => {
  it('name no package registry', async () => {
    assert.deepEqual(await linesMatching(/\bregistry\.[a-z\d-]+\.[a-z]{2,}/i), []);
  });

  it('name no directory of anyone’s machine', async () => {
    const personal = /(?<![\w.~-])\/(?:root|work|home\/\w+|Users\/\w+)\/|\b[A-Z]:\\Users\\\w+/;
    const own = [projectDirectory, `${homedir()}/`].filter((path) => path.length > 3);

    assert.deepEqual(await linesMatching(personal), []);
    assert.deepEqual(await linesMatching(new RegExp(own.map(literally).join('|'))), []);
  });
});

/** The lines of all tracked text files that match, with where they are. */
async function linesMatching(pattern: RegExp): Promise<string[]> {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectDirectory,
    encoding: 'utf8',
  }).split('\0');
  const found: string[] = [];
  for (const file of files.filter((name) => name !== '' && existsSync(join(projectDirectory, name)))) {
    const text = await readFile(join(projectDirectory, file), 'utf8');
    if (text.includes('\0')) continue;
    text.split('\n').forEach((line, index) => {
      if (pattern.test(line)) found.push(`${file}:${index + 1}: ${line.trim()}`);
    });
  }
  assert.ok(files.length > 1);
  return found;
}

const literally = (text: string) => text.replace(/[\\/.*+?^${}()|[\]]/g, '\\$&');
