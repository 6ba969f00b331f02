import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUniqueTogether } from '../../../src/core/scaffold/facts.js';
import type { HostTable, TableUnique } from '../../../src/database/scaffold/host/host-facts.js';

const index = (columns: readonly (string | null)[], where: string | null = null): TableUnique => ({
  primary: false,
  where,
  parts: columns.map((column) => ({ column, expression: column === null ? 'lower(user_id)' : null })),
});

/** Whether a row of the table with this index is the only one of its tenant and user. */
const isOne = (unique: TableUnique) =>
  isUniqueTogether({ uniques: [unique] } as unknown as HostTable, ['tenant_id', 'user_id']);

describe('a unique index', () => {
  it('says that there is one row where all of its columns are given', () => {
    assert.equal(isOne(index(['user_id'])), true);
    assert.equal(isOne(index(['user_id', 'tenant_id'])), true);
    assert.equal(isOne(index(['user_id', 'kind'])), false);
    assert.equal(isOne(index([null])), false);
  });

  it('over a part of the rows says nothing, but for one that leaves out the nulls', () => {
    assert.equal(isOne(index(['user_id'], '(is_primary = true)')), false);
    assert.equal(isOne(index(['user_id'], '(deleted_at IS NULL)')), false);
    assert.equal(isOne(index(['user_id'], '(kind IS NOT NULL)')), false);
    assert.equal(isOne(index(['user_id'], '(user_id IS NOT NULL)')), true);
    assert.equal(isOne(index(['user_id'], '([user_id] IS NOT NULL)')), true);
    assert.equal(isOne(index(['user_id'], '(("user_id" IS NOT NULL))')), true);
    assert.equal(isOne(index(['user_id'], '(user_id IS NOT NULL AND is_primary)')), false);
  });
});
