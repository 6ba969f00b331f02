import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PROBLEMS } from '../../src/scim/protocol/handler/errors.js';
import { createService } from '../../src/scim/protocol/handler/service.js';
import { projectDirectory } from '../support/environment.js';
import { assertGenerated, table } from './generated.js';
import { readPage, testedBlock } from './markdown.js';

const PAGE = 'docs/scim.md';

describe(PAGE, () => {
  it('says how each problem is answered', async () => {
    const rows = Object.entries(PROBLEMS).map(([code, { status, scimType }]) => [
      `\`${code}\``,
      String(status),
      scimType ? `\`${scimType}\`` : '',
    ]);
    await assertGenerated(PAGE, 'scim-errors', table(['problem', 'status', '`scimType`'], rows));
  });

  it('shows an extension that can be used', async () => {
    const userExtensions = JSON.parse(await testedBlock(PAGE, 'user-schemas')) as unknown[];
    const service = createService({ userExtensions });
    assert.equal(service.users.type.extensions.at(-1)?.attributes.length, 3);
  });
});

const REQUIREMENTS = 'docs/scim-requirements.md';

describe(REQUIREMENTS, () => {
  const rows = async () =>
    (await readPage(REQUIREMENTS))
      .split('\n')
      .filter((line) => /^\| \d/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));

  it('names tests that there are', async () => {
    const named = (await rows()).flatMap(([, section, , , , shownBy = '']) =>
      shownBy === '' ? [] : shownBy.split('; ').map((one) => ({ section, one })),
    );
    assert.ok(named.length > 150, `${named.length} tests are named`);
    const missing: string[] = [];
    for (const { section, one } of named) {
      const [, file, name = ''] = /^`([\w/-]+)`: (.+)$/.exec(one) ?? [];
      const path = join(projectDirectory, 'test', `${file}.test.ts`);
      const source = await readFile(path, 'utf8').catch(() => '');
      if (name === '' || !source.replaceAll("\\'", "'").includes(name)) missing.push(`§${section} ${one}`);
    }
    assert.deepEqual(missing, []);
  });

  it('names a test for each requirement from which it does not deviate', async () => {
    for (const [, section, level = '', requirement, does = '', shownBy = ''] of await rows()) {
      assert.match(level, /^(MUST|MUST NOT|SHALL|SHALL NOT|SHOULD|SHOULD NOT|REQUIRED)$/, section);
      if (shownBy === '') assert.match(does, /^\*\*Deviates\*\*: /, `§${section} ${requirement}`);
    }
  });
});
