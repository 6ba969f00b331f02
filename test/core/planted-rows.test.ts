import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { allAuditEvents } from '../../src/core/audit/list.js';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { observeEnds } from '../../src/core/users/life/observe-ends.js';
import { linkedUserPages, showLinkedUser } from '../../src/core/users/linked.js';
import { pendingUserPages } from '../../src/core/users/pending.js';
import { pastYear } from '../../src/core/users/report/past-year.js';
import { insertEvents } from '../../src/database/queries/audit/events.js';
import { nearInstant } from '../../src/database/sql/far-instant.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';

/*
 * A login that writes rows, as that of the endpoint does, can store in them what scimctl never would. Nobody else is to
 * go without a list, a report or an export because of that.
 */
forEachEngine('rows that hold what scimctl never writes', (engine) => {
  let product: Product;
  let idp: Idp;
  const ids: Record<string, string> = {};

  before(async () => {
    product = await freshProduct(engine);
    idp = await addIdp(product, 'entra');
  });
  after(() => product.close());
  beforeEach(async () => {
    await product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').delete();
    });
    for (const name of ['ann', 'bob', 'cyd']) {
      const id = await addHostUser(product, `${name}@contoso.example`);
      ids[name] = await link(product, idp, id, {
        userName: `${name}@contoso.example`,
        accountLogin: `${name}@contoso.example`,
        deprovisionedAt: product.now,
        deprovisionReason: 'disabled',
      });
    }
  });

  const plant = (name: string, values: Record<string, unknown>) =>
    product.database.transaction(({ knex, schema }) =>
      knex('identity').withSchema(schema).where({ identity_id: ids[name] }).update(values),
    );
  async function all<T>(pages: AsyncGenerator<readonly T[]>): Promise<T[]> {
    const found: T[] = [];
    for await (const page of pages) found.push(...page);
    return found;
  }
  const pending = async () => all(pendingUserPages(product.core));
  const whole = ['ann', 'bob', 'cyd'].map((name) => `${name}@contoso.example`);

  const INSTANTS = ['infinity', '-infinity', '294276-01-01', '4713-01-01 BC', '20000-01-01'];
  for (const instant of INSTANTS) {
    it(`leave all others on every list: ${instant}`, async (context) => {
      if (product.database.dialect.name === 'mssql') return context.skip('it has no such instants');
      const columns = ['deprovisioned_at', 'created_at', 'updated_at', 'departed_at', 'held_back_at'];
      const columnsSeen = [...columns, 'missing_at', 'doubtful_seen_at', 'superseded_at'];
      await plant('bob', Object.fromEntries(columnsSeen.map((column) => [column, instant])));

      const logins = (await pending()).map(({ loginName }) => loginName);
      assert.deepEqual(logins.sort(), whole);
      assert.equal((await all(linkedUserPages(product.core))).length, 3);
      const byDays = await all(pendingUserPages(product.core, {}, { key: 'days', descending: true }));
      assert.equal(byDays.length, 3);
      await showLinkedUser(product.core, 'bob@contoso.example');

      await plant('bob', {
        superseded_at: null,
        missing_at: null,
        deprovisioned_at: null,
        deprovision_reason: null,
      });
      const { items } = await listUsers(product.core, idp, {
        page: { kind: 'index', startIndex: 1, count: 9 },
      });
      assert.equal(items.length, 3);
      for (const { createdAt, updatedAt } of items) {
        assert.match(createdAt.toISOString(), /^\d{4}-/);
        assert.match(updatedAt.toISOString(), /^\d{4}-/);
      }
    });
  }

  it('leave the end of a wait to be noticed', async (context) => {
    if (product.database.dialect.name === 'mssql') return context.skip('it has no such instants');
    await plant('bob', { pending_seen_at: 'infinity' });
    await plant('ann', { pending_seen_at: '-infinity' });
    await observeEnds(product.core);
    await product.database.transaction(({ knex }) =>
      knex('users').withSchema('app').update({ enabled: false }),
    );
    assert.equal(await observeEnds(product.core), 3);
  });

  it('leave users to be shown whose attributes are none', async () => {
    // SQL Server stores no text that is not JSON, and no JSON that is a single value.
    const odd = product.database.dialect.name === 'mssql' ? ['[1]'] : ['[1]', '"x"', '"{"', '5', 'null'];
    for (const attributes of odd) {
      await plant('bob', { attributes, deprovisioned_at: null, deprovision_reason: null });
      const { items } = await listUsers(product.core, idp, {
        page: { kind: 'index', startIndex: 1, count: 9 },
      });
      assert.equal(items.length, 3, attributes);
      assert.equal((await all(linkedUserPages(product.core))).length, 3, attributes);
      await showLinkedUser(product.core, 'bob@contoso.example');
    }
  });

  it('leave events to be exported, and the lives of users to be shown', async () => {
    const { ann = '' } = ids;
    const odd = [
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      `{"skipped":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
      '{"before":5,"after":"x","since":{"toString":1},"idp":[1],"remark":{"toString":1}}',
      '{"before":{"loginName":{"toString":1}},"after":{"loginName":null},"how":{"toString":"x"}}',
      '{"how":"constructor","lastSeen":{"toString":1},"missingSince":{"toString":1}}',
      '[]',
      'null',
      '"text"',
      '{"pending":true',
    ];
    const actions = [
      'user.settle',
      'user.update',
      'user.disable',
      'user.missing',
      'constructor',
      '__proto__',
    ];
    let serial = 0;
    const events = odd.flatMap((details) =>
      actions.map((action) => ({
        eventId: `00000000-0000-4000-8000-${String(serial++).padStart(12, '0')}`,
        occurredAt: product.now,
        actor: 'idp:entra',
        action,
        targetType: 'user',
        targetId: ann,
        targetName: null,
        outcome: 'done' as const,
        details,
      })),
    );
    for (const event of events)
      await product.database.transaction((session) => insertEvents(session, [event]));

    const exported = (await all(allAuditEvents(product.core, {}))).map((event) => JSON.stringify(event));
    assert.ok(exported.length >= events.length);
    // What cannot be shown as JSON is shown as the text that it is.
    assert.ok(exported.some((line) => line.includes(`"details":"[[[`)));
    const { history, changes } = await showLinkedUser(product.core, 'ann@contoso.example');
    assert.equal(history.length, events.length);
    assert.ok(history.every(({ step }) => typeof step === 'string'));
    assert.deepEqual(changes, []);
    assert.equal((await pastYear(product.core)).length, 12);
  });
});

it('counts an instant that no calendar of four digits has as the nearest that one has', () => {
  const far = nearInstant('infinity', Number.POSITIVE_INFINITY);
  assert.equal(far.toISOString(), '9999-12-31T23:59:59.999Z');
  // Digests of the trail are made of this.
  assert.equal(String(far), 'Infinity');
  assert.equal(nearInstant('-infinity', Number.NEGATIVE_INFINITY).toISOString(), '0001-01-01T00:00:00.000Z');
  const usual = new Date('2026-01-31T12:00:00.000Z');
  assert.equal(nearInstant('2026-01-31 12:00:00+00', usual), usual);
});
