import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { OUTER_SPACES } from '../../src/database/outer-space.js';
import { insertGroup } from '../../src/database/queries/groups.js';
import { spacedGroupNames } from '../../src/database/queries/spaced-names.js';
import { forEachEngine } from '../support/engines.js';
import { installProduct } from '../support/product.js';
import { addIdp } from '../support/provisioned.js';

describe('whitespace around a name', () => {
  it('is what String.prototype.trim takes off', () => {
    const trimmed = Array.from({ length: 0x10000 }, (_, code) => code).filter(
      (code) => String.fromCodePoint(code).trim() === '',
    );
    assert.deepEqual(OUTER_SPACES, trimmed);
  });
});

forEachEngine('a name with whitespace around it', (engine) => {
  it('is told from all others by the database', async () => {
    const product = await installProduct(await engine.freshDatabase());
    try {
      const idp = await addIdp(product, 'entra');
      const codes = [...Array(0x180).keys(), ...OUTER_SPACES.flatMap((code) => [code - 1, code, code + 1])];
      const names = [...new Set(codes)]
        .filter((code) => code > 0)
        .flatMap((code) => {
          const character = String.fromCodePoint(code);
          return [`${character}a${code}`, `b${code}${character}`, `c${character}${code}`];
        });
      await product.database.transaction(async (session) => {
        const at = product.now;
        for (const displayName of names) {
          const row = { groupId: randomUUID(), serviceAccountId: idp.id, externalId: null };
          await insertGroup(session, { ...row, displayName, createdAt: at, updatedAt: at });
        }
      });

      const found = await product.database.read((session) => spacedGroupNames(session, idp.id));

      assert.deepEqual(
        found.map(({ name }) => name).sort(),
        names.filter((name) => name.trim() !== name).sort(),
      );
    } finally {
      await product.close();
    }
  });
});
