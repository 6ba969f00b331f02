import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { insertGroup } from '../../src/database/queries/groups/groups.js';
import { spacedGroupNames } from '../../src/database/queries/spaced-names.js';
import { OUTER_SPACES, withoutOuterSpace } from '../../src/database/sql/outer-space.js';
import { freshProduct } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';

describe('whitespace around a name', () => {
  it('is what Unicode and String.prototype.trim call white space', () => {
    const white = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => {
      const character = String.fromCodePoint(code);
      return /\p{White_Space}/u.test(character) || character.trim() === '';
    });
    assert.deepEqual(OUTER_SPACES, white);
  });

  it('is taken off, whatever mixture of it stands there, and stays within a text', () => {
    const white = String.fromCodePoint(...OUTER_SPACES, ...[...OUTER_SPACES].reverse());
    assert.equal(withoutOuterSpace(`${white}a${white}b${white}`), `a${white}b`);
    assert.equal(withoutOuterSpace(white), '');
    assert.equal(withoutOuterSpace('a\u0085'), 'a');
    assert.equal(withoutOuterSpace('\u200b'), '\u200b');
  });
});

forEachEngine('a name with whitespace around it', (engine) => {
  it('is told from all others by the database', async () => {
    const product = await freshProduct(engine);
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
        names.filter((name) => withoutOuterSpace(name) !== name).sort(),
      );
    } finally {
      await product.close();
    }
  });
});
