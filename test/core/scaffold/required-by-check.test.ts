import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factsOf } from '../../../src/core/scaffold/facts.js';
import { tableFacts } from '../../support/scaffold-facts.js';
import { allProposed, PLAIN, rowsWith } from '../../support/scaffold-proposals.js';

describe('a column whose check requires a value', () => {
  it('gets one in a new row, as a column that is NOT NULL', () => {
    const { values: _, ...users } = tableFacts(
      'public.users',
      { ...PLAIN, view: 'integer' },
      rowsWith(12, (at) => ({ view: at % 2 })),
    );
    const inserted = (checks: string[]) => {
      const { proposals } = allProposed({}, undefined, { users: factsOf({ ...users, checks }, users) });
      return proposals.some(({ name }) => name === 'insert.public.users.view');
    };
    assert.deepEqual([inserted([]), inserted(['((view IS NOT NULL))'])], [false, true]);
  });
});
