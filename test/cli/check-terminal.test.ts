import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderCheck } from '../../src/cli/output/check.js';
import { displayWidth } from '../../src/cli/output/width.js';
import type { CheckReport } from '../../src/core/check/run-checks.js';

const STYLE = { color: false, verbose: false };

describe('the prerequisites on a terminal', () => {
  const report = {
    status: 'fail',
    checks: [
      { name: 'host', status: 'pass', summary: 'all three host views are there; every write is taken' },
      {
        name: 'certificate',
        status: 'fail',
        summary: 'the SAML certificate of Contoso SAML has expired, and nobody can sign in with it',
        advice: 'Renew it in the IdP, and enter the new one in the application before the next cycle.',
      },
    ],
  } as unknown as CheckReport;

  for (const columns of [40, 80, 200]) {
    it(`fit into ${columns} columns, and lose no word`, async () => {
      const text = await renderCheck(report, STYLE, columns);

      const tooLong = text.split('\n').filter((line) => displayWidth(line) >= columns);
      assert.deepEqual(tooLong, [], text);
      const words = (rendered: string) => rendered.split(/\s+/).join(' ');
      assert.equal(words(text), words(await renderCheck(report, STYLE)));
    });
  }

  it('have one line for each summary where there is no terminal', async () => {
    assert.equal((await renderCheck(report, STYLE)).trimEnd().split('\n').length, 3);
  });
});
