import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { change, recordRefusal } from '../../src/core/audit/change.js';
import { allAuditEvents, auditEvents } from '../../src/core/audit/list.js';
import type { EventFilter } from '../../src/database/queries/audit/events.js';
import { operationProblem } from '../../src/problem.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

forEachEngine('the list of events', (engine) => {
  let product: Product;
  const begin = new Date('2026-01-31T08:00:00.000Z');
  const at = (seconds: number) => new Date(begin.getTime() + seconds * 1000);

  before(async () => {
    product = await freshProduct(engine, { host: false });
    const { core } = product;
    const write = async (
      second: number,
      actor: string,
      action: string,
      target: { id?: string; name?: string },
    ) => {
      product.now = at(second);
      const intent = { action, target: { type: 'thing', ...target } };
      await change({ ...core, actor }, intent, async () => ({ result: 1, details: { second } }));
    };
    await write(0, 'cli:alice@SQL01', 'token.create', { id: 'a1B2', name: 'entra' });
    await write(1, 'idp:entra', 'user.create', { id: '17', name: 'Zoë.Müller@contoso.example' });
    await write(2, 'cli:alice@SQL01', 'token.rotate', { id: 'c3D4', name: 'entra' });
    await write(3, 'cli:bob@SQL01', 'tokens.count', { id: 'A1b2' });
    product.now = at(4);
    await recordRefusal(
      { ...core, actor: 'cli:bob@SQL01' },
      { action: 'token.create', target: { type: 'thing', name: '100%' } },
      operationProblem('token-cap', 'No.'),
    );
  });
  after(() => product.close());

  /** The seconds of the events that fit, the refused one being 4; those of the migrations are left out. */
  const seconds = async (filter: EventFilter & { limit?: number; before?: bigint }) =>
    (await auditEvents(product.core, { limit: 100, since: begin, until: at(60), ...filter })).map(
      ({ at: instant }) => (Number(instant) - begin.getTime()) / 1000,
    );

  const cases: [what: string, filter: EventFilter, expected: number[]][] = [
    ['everything, newest first', {}, [4, 3, 2, 1, 0]],
    ['from an instant on', { since: at(3) }, [4, 3]],
    ['before an instant', { until: at(1) }, [0]],
    ['by actor', { actor: 'cli:alice@SQL01' }, [2, 0]],
    ['by actor, whatever its case', { actor: 'CLI:Alice@sql01' }, [2, 0]],
    ['by no part of an actor', { actor: 'cli:alice' }, []],
    ['by action', { action: 'token.create' }, [4, 0]],
    ['by action, exactly', { action: 'Token.create' }, []],
    ['by the beginning of an action', { action: 'token.*' }, [4, 2, 0]],
    ['by every action', { action: '*' }, [4, 3, 2, 1, 0]],
    ['by no pattern of SQL', { action: 'token_%*' }, []],
    ['by id of the target, exactly', { target: 'a1B2' }, [0]],
    ['by name of the target', { target: 'entra' }, [2, 0]],
    ['by name of the target, whatever its case', { target: 'zoë.müller@CONTOSO.example' }, [1]],
    ['by a name that would be a pattern', { target: '100%' }, [4]],
    ['by outcome', { outcome: 'refused' }, [4]],
    ['by several at once', { outcome: 'done', action: 'token.*', since: at(1) }, [2]],
  ];
  for (const [what, filter, expected] of cases) {
    it(`gives ${what}`, async () => assert.deepEqual(await seconds(filter), expected));
  }

  it('goes on where the last page ended', async () => {
    const page = await auditEvents(product.core, { since: begin, until: at(60), limit: 2 });
    const before = BigInt(page.at(-1)?.seq ?? 0);

    assert.deepEqual(await seconds({ limit: 2, before }), [2, 1]);
  });

  it('is the same the other way round when everything is streamed', async () => {
    const streamed = [];
    for await (const page of allAuditEvents(product.core, {})) streamed.push(...page);

    const listed = await auditEvents(product.core, { limit: 100 });
    assert.deepEqual(streamed, listed.toReversed());
  });

  it('shows details that are no JSON as the text they are', async () => {
    const insert = `insert into scim.event (event_id, occurred_at, actor, action, target_type, outcome, details)
      values ('aaaaaaaa-0000-4000-8000-000000000001', '2020-01-01T00:00:00', 'db:dba', 'by.hand', 'thing', 'done', 'not JSON')`;
    await product.test.query(insert);

    const [event] = await auditEvents(product.core, { limit: 1, action: 'by.hand' });

    assert.equal(event?.details, 'not JSON');
    assert.deepEqual(event?.at, new Date('2020-01-01T00:00:00.000Z'));
  });
});
