import { after, before, describe, it } from 'node:test';
import { DIALECTS } from '../support/databases/dialects.js';
import { forEachEngine } from '../support/engines.js';
import { PeopleTable } from '../support/people/people-cases.js';
import {
  casesOf,
  casesWithSettings,
  isOfIdp,
  requestOf,
  type TableRow,
  tableOfPeople,
} from '../support/people/people-table.js';

const table = await tableOfPeople();

forEachEngine('every request and every action of docs/people.md', (engine) => {
  let people: PeopleTable;
  before(async () => {
    people = await PeopleTable.open(await engine.freshDatabase());
  });
  after(() => people.close());

  const cases = (rows: readonly TableRow[], dialect: (typeof DIALECTS)[number]) => {
    for (const row of rows) {
      const title = `${row['request or action']}; link ${row['link before']}, account ${row['account before']}`;
      it(title, () => people.check(row, dialect));
    }
  };

  // What an administrator does, and what is set, is the same for every IdP.
  for (const [at, dialect] of DIALECTS.entries()) {
    describe(`in every state, as ${dialect.name} says it`, () =>
      cases(
        table.flatMap(casesOf).filter((row) => at === 0 || isOfIdp(requestOf(row).act)),
        dialect,
      ));
    if (at > 0) continue;
    describe('with a setting that makes no difference', () => cases(casesWithSettings(table), dialect));
  }
});
