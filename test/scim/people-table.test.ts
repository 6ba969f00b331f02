import { after, before, describe, it } from 'node:test';
import { DIALECTS } from '../support/databases/dialects.js';
import { forEachEngine } from '../support/engines.js';
import { PeopleTable } from '../support/people/people-cases.js';
import {
  assertComplete,
  casesOf,
  isOfIdp,
  requestOf,
  tableOfPeople,
} from '../support/people/people-table.js';

const table = await tableOfPeople();

// The first case of each row. All of them are in people-states.test.ts.
forEachEngine('the table of docs/people.md', (engine) => {
  let people: PeopleTable;
  before(async () => {
    people = await PeopleTable.open(await engine.freshDatabase());
  });
  after(() => people.close());

  it('has every request and every action against every state, once', () => assertComplete(table));

  for (const [at, dialect] of DIALECTS.entries()) {
    describe(`as ${dialect.name} says it`, () => {
      for (const row of table) {
        // What an administrator does is the same for every IdP.
        if (at > 0 && !isOfIdp(requestOf(row).act)) continue;
        const [first] = casesOf(row);
        if (!first) continue;
        const title = `${row['request or action']}; link ${row['link before']}, account ${row['account before']}`;
        it(title, () => people.check(first, dialect));
      }
    });
  }
});
