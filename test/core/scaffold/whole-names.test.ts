import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Row } from '../../support/scaffold-facts.js';
import { allProposed } from '../../support/scaffold-proposals.js';

describe('a column for first names that holds whole names', () => {
  const named = (columns: Record<string, string>, more: (at: number) => Row) => {
    const { proposals } = allProposed(columns, more);
    return ['users.display-name', 'users.given-name'].map(
      (name) =>
        (proposals.find((one) => one.name === name)?.value as { read?: unknown } | null)?.read ?? null,
    );
  };

  it('is the display name if no column holds the rest', () => {
    const [display, given] = named({ first_name: 'text(99) not null' }, (at) => ({
      first_name: `Anna Meyer${at}`,
    }));
    assert.deepEqual([display, given], [{ column: 'first_name' }, null]);
  });

  it('is a first name otherwise', () => {
    const both = { first_name: 'text(99) not null', last_name: 'text(99) not null' };
    const [, given] = named(both, (at) => ({ first_name: 'Anna Maria', last_name: `Meyer${at}` }));
    assert.deepEqual(given, { column: 'first_name' });
    const [, alone] = named({ first_name: 'text(99) not null' }, (at) => ({ first_name: `Anna${at}` }));
    assert.deepEqual(alone, { column: 'first_name' });
  });
});
