import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { accountNamed } from '../../src/core/users/named-account.js';
import { foldCase } from '../../src/database/sql/fold-case.js';
import { bound, joined, raw, sql } from '../../src/database/sql/fragment.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';
import { type ScimClient, scimClient } from '../support/scim/scim-client.js';

/** All letters of Unicode that have another form in any sense. */
const letters: string[] = [];
for (let code = 1; code <= 0x10ffff; code++) {
  const letter = code >= 0xd800 && code <= 0xdfff ? '' : String.fromCodePoint(code);
  if (letter.toLowerCase() !== letter || letter.toUpperCase() !== letter) letters.push(letter);
}

describe('the case of an address', () => {
  it('counts for no letter of all Unicode whose other form leads to another letter', () => {
    const byForm = new Map<string, string[]>();
    for (const letter of letters) {
      const form = foldCase(letter);
      byForm.set(form, [...(byForm.get(form) ?? []), letter]);
    }
    for (const [form, all] of byForm) {
      const others = all.filter((letter) => letter !== form);
      assert.ok(others.length <= 1, `${form}: ${all.join(' ')}`);
      for (const other of others) assert.deepEqual([other.toLowerCase(), form.toUpperCase()], [form, other]);
    }
  });

  it('does not count for letters with one other form', () => {
    for (const [one, other] of ['Üü', 'Яя', 'Σσ', 'Żż', 'Įį', 'Ꭰꭰ', '𐐀𐐨'].map((pair) => Array.from(pair))) {
      assert.equal(foldCase(one as string), foldCase(other as string), one);
    }
  });

  it('counts for the others', () => {
    for (const pair of [
      '\u212ak',
      '\u212aK',
      'ſs',
      'ſS',
      'ẞß',
      'İi',
      'ıi',
      'ıI',
      'Åå'.normalize('NFD'),
      'ςσ',
      'ẛṡ',
    ]) {
      const [one = '', other = ''] = Array.from(pair);
      assert.notEqual(foldCase(one), foldCase(other), pair);
    }
  });
});

forEachEngine('accounts whose addresses are alike', (engine) => {
  let product: Product;
  let idp: ScimClient;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    idp = await scimClient(product, createScimHandler({}), 'entra');
  });
  after(() => product.close());

  /** What came later to Unicode, and what is no letter (Ⓐ), the engines know by their own versions of it. */
  const isOld = (letter: string) => letter < '\u1c80' && /\p{Lu}/u.test(letter);

  it('are all found by the database, for each letter with another form', async () => {
    const pairs = letters.filter((letter) => foldCase(letter) !== letter && isOld(letter));
    assert.ok(pairs.length > 500, String(pairs.length));
    const missing: string[] = [];
    await product.database.read(async (session) => {
      const { folded } = session.dialect.search;
      for (let at = 0; at < pairs.length; at += 200) {
        const some = pairs.slice(at, at + 200);
        const columns = some.map(
          (letter, n) =>
            sql`case when ${folded(bound(letter))} = ${folded(bound(foldCase(letter)))} then 1 else 0 end as ${raw(`c${n}`)}`,
        );
        const query = sql`select ${joined(columns, ', ')}`;
        const [row = {}] = await session.rows<Record<string, number>>(query.sql, query.bindings);
        missing.push(...some.filter((_, n) => Number(row[`c${n}`]) === 0));
      }
    });
    assert.equal(missing.join(''), '');
  });

  const CASES: readonly (readonly [name: string, other: string, isSame: boolean])[] = [
    ['ünal@contoso.example', 'ÜNAL@contoso.example', true],
    ['яна@contoso.example', 'Яна@contoso.example', true],
    ['kate@contoso.example', '\u212aate@contoso.example', false],
    ['sam@contoso.example', 'ſam@contoso.example', false],
    ['strauß@contoso.example', 'strauẞ@contoso.example', false],
    ['irene@contoso.example', 'İrene@contoso.example', false],
    ['ida@contoso.example', 'ıda@contoso.example', false],
  ];
  for (const [name, other, isSame] of CASES) {
    it(`${isSame ? 'are' : 'are not'} one where ${other} is like ${name}`, async () => {
      const userId = await account(name);
      const typed = product.database.read((session) => accountNamed(session, other));
      if (isSame) assert.equal((await typed).userId, userId);
      else assert.equal((await problemOf(typed)).code, 'user-unknown');
      const { status, body } = await idp.send('POST', '/Users', {
        userName: other,
        emails: [{ value: other }],
        displayName: 'Somebody',
      });
      const links = await linksOf(userId);
      if (isSame) {
        assert.deepEqual([status, links], [201, 1], JSON.stringify(body));
        return;
      }
      // A new account where the database tells them apart, and otherwise a refusal.
      assert.equal(links, 0);
      assert.ok(status === 201 || (status === 409 && body.scimType === 'uniqueness'), JSON.stringify(body));
    });
  }

  async function account(name: string): Promise<string> {
    return product.database.transaction(async ({ knex }) => {
      await knex('users')
        .withSchema('app')
        .insert({ login: name, email: name, display_name: name, enabled: true, protected: false });
      const [row] = await knex('users').withSchema('app').where('login', name).select('id');
      return String(row?.id);
    });
  }

  const linksOf = (userId: string) =>
    product.database.read(
      async ({ knex }) =>
        (await knex('identity').withSchema('scim').where('host_user_id', userId).select('identity_id'))
          .length,
    );
});
