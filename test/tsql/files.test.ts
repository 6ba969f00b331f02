import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { pageTexts, printedTexts, sampleTexts, scaffoldTexts, schemaTexts } from '../support/tsql/files.js';
import { faultLines, summonJudge, type TsqlText, type TsqlVerdict } from '../support/tsql/judge.js';
import { assertKnownAreThere, unknownFaults } from '../support/tsql/known.js';

const SOURCES: [what: string, texts: () => Promise<TsqlText[]>, least: number][] = [
  ['the migrations and the reference host application', schemaTexts, 7],
  ['the samples', sampleTexts, 1],
  ['the blocks of SQL in the pages', pageTexts, 5],
  ['what is printed for a DBA to run', printedTexts, 8],
  ['the host views of a binding', scaffoldTexts, 1],
];

const summoned = await summonJudge();

describe('T-SQL that is shipped, printed or shown, judged by Microsoft’s own parser [tsql]', {
  skip: 'missing' in summoned && summoned.missing,
}, () => {
  let verdicts: TsqlVerdict[];
  const sources = new Map<string, TsqlText[]>();

  before(async () => {
    if ('missing' in summoned) return;
    for (const [what, texts] of SOURCES) sources.set(what, await texts());
    verdicts = await summoned.judge([...sources.values()].flat());
  });

  for (const [what, , least] of SOURCES) {
    it(`breaks no rule but the known ones: ${what}`, () => {
      const names = sources.get(what)?.map(({ name }) => name) ?? [];
      assert.ok(names.length >= least, `${names.length} texts`);

      const ours = verdicts.filter(({ name }) => names.includes(name));
      assert.deepEqual(faultLines(unknownFaults(ours, 'files')), []);
    });
  }

  it('has every known fault still, or else it is to be struck out', () =>
    assertKnownAreThere(verdicts, 'files'));
});
