import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { linkedUserPages } from '../../src/core/users/linked.js';
import { pendingUserPages, pendingUsers } from '../../src/core/users/pending.js';
import { DatabaseFault } from '../../src/database/faults/fault.js';
import { type EventKey, eventListing } from '../../src/database/queries/audit/events.js';
import { type LinkedKey, linkedListing } from '../../src/database/queries/links/linked-list.js';
import { type PendingKey, pendingListing } from '../../src/database/queries/links/pending-list.js';
import type { PageSizes } from '../../src/database/sql/paging.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { link } from '../support/people/provisioned.js';

const SMALL: PageSizes = { first: 1, next: 2 };

type Row = Record<string, unknown>;

async function all<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const rows: Item[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

const EVENT_COLUMNS: Record<EventKey, string> = {
  seq: 'seq',
  id: 'event_id',
  at: 'occurred_at',
  actor: 'actor',
  action: 'action',
  targetType: 'target_type',
  targetId: 'target_id',
  targetName: 'target_name',
  outcome: 'outcome',
};

forEachEngine('a list that comes in pages', (engine) => {
  let product: Product;
  const events = 2_500;

  before(async () => {
    product = await freshProduct(engine);
    const [text, at, id] =
      engine.name === 'mssql'
        ? ['nvarchar(20)', "dateadd(millisecond, n % 7, '2026-01-01T00:00:00')", 'newid()']
        : [
            'varchar(20)',
            "timestamptz '2026-01-01T00:00:00Z' + n % 7 * interval '1 millisecond'",
            'gen_random_uuid()',
          ];
    const digits = '(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))';
    // Names that collate in ways of their own, and every third event with none.
    await product.database.read(({ knex }) =>
      knex.raw(`insert into scim.event
          (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
        select ${id}, ${at}, case when n % 2 = 0 then 'a-b' else 'AB' end, concat('test.', n % 5), 'user',
               case when n % 3 = 0 then null else cast(n as ${text}) end,
               case when n % 3 = 0 then null when n % 4 = 0 then concat('Zo-', n % 11) else concat('zo', n % 11) end,
               'done', '{}'
          from (select a.d + 10 * b.d + 100 * c.d + 1000 * e.d as n
                  from ${digits} a (d) cross join ${digits} b (d) cross join ${digits} c (d)
                 cross join (values (0), (1), (2)) e (d)) numbers
         where n < ${events}`),
    );
    const idp = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    const other = await addServiceAccount(product.core, {
      name: 'okta',
      kind: 'okta',
      ssoProvider: 'Contoso SAML',
    });
    for (const [n, id] of ['2', '3', '4', '6', '8', '9'].entries()) {
      await link(product, n % 2 === 0 ? idp : other, id, {
        userName: `user-${n % 4}`,
        externalId: n % 3 === 0 ? null : `ext-${n}`,
        // Two at the same instant.
        deprovisionedAt: n === 5 ? null : new Date(Date.UTC(2026, 0, 10 - (n >> 1), 0, 0, 0, 123)),
        deprovisionReason: n === 5 ? null : n % 2 === 0 ? 'disabled' : 'deleted',
      });
    }
  });
  after(() => product.close());

  const eventsIn = async (
    order?: { key: EventKey; descending: boolean },
    sizes?: PageSizes,
    limit?: number,
  ) =>
    (
      await all(
        product.database.pages<Row>(
          async (session) => eventListing(session, { ...(limit !== undefined && { limit }) }, order),
          sizes,
        ),
      )
    ).map(({ seq }) => Number(seq));

  const asTheServerOrders = async (column: string, descending: boolean): Promise<number[]> => {
    const rows = await product.database.read(({ knex }) => {
      const inOrder = knex('event')
        .withSchema('scim')
        .orderByRaw(`case when ${column} is null then 1 else 0 end`)
        .orderByRaw(`${column}${descending ? ' desc' : ''}`)
        .select('seq');
      // SQL Server takes no column twice.
      return column === 'seq' ? inOrder : inOrder.orderByRaw('seq desc');
    });
    return rows.map(({ seq }: Row) => Number(seq));
  };

  for (const [key, column] of Object.entries(EVENT_COLUMNS) as [EventKey, string][]) {
    for (const descending of [false, true]) {
      it(`has every row once, in the server's order: ${key}${descending ? ', the other way round' : ''}`, async () => {
        const expected = await asTheServerOrders(column, descending);
        assert.ok(expected.length >= events);
        assert.deepEqual(await eventsIn({ key, descending }), expected);
        assert.deepEqual(await eventsIn({ key, descending }, { first: 7, next: 411 }), expected);
      });
    }
  }

  it('ends at its limit, wherever that falls', async () => {
    const expected = (await eventsIn()).slice(0, 1300);
    for (const limit of [0, 1, 199, 200, 201, 1199, 1200, 1201]) {
      assert.deepEqual(await eventsIn(undefined, undefined, limit), expected.slice(0, limit), `${limit}`);
    }
  });

  it('lets go of its connection, whether it is read to its end or not', async () => {
    for (let round = 0; round < 20; round++) {
      for await (const page of product.database.pages(async (session) => eventListing(session, {}), SMALL)) {
        assert.equal(page.length, 1);
        break;
      }
    }
    // More than the pool holds, all at once.
    const counts = await Promise.all(Array.from({ length: 8 }, async () => (await eventsIn()).length));
    assert.equal(new Set(counts).size, 1);
  });

  it('does not keep others from writing while it is read', async () => {
    const pages = product.database.pages(async (session) => eventListing(session, {}), SMALL);
    await pages.next();

    await addServiceAccount(product.core, {
      name: 'meanwhile',
      kind: 'generic',
      ssoProvider: 'Contoso SAML',
    });

    await pages.next();
    await pages.return(undefined);
  });

  it('keeps no transaction open for a slow reader, who gets every row once all the same', async (context) => {
    if (engine.name !== 'postgres') return context.skip('its pages are asked for one by one');
    const open = async () =>
      product.test.query(
        "select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
      );
    const expected = await eventsIn();
    const pages = product.database.pages<Row>(async (session) => eventListing(session, {}), {
      first: 7,
      next: 411,
      patienceMs: 50,
    });
    const first = (await pages.next()).value as Row[];

    while ((await open()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));

    const rest = await all(pages);
    assert.deepEqual(
      [...first, ...rest].map(({ seq }) => Number(seq)),
      expected,
    );
  });

  it('is a fault where the connection is lost in the middle', async (context) => {
    if (engine.name !== 'postgres') return context.skip('its pages are asked for one by one');
    const pages = product.database.pages(async (session) => eventListing(session, {}), SMALL);
    await pages.next();
    await product.test.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`,
    );

    await assert.rejects(
      all(pages),
      (error) => error instanceof DatabaseFault && error.fault === 'connection-lost',
    );
    assert.ok((await eventsIn()).length >= events, 'the next one has a new connection');
  });

  for (const key of [
    'userId',
    'loginName',
    'email',
    'displayName',
    'idp',
    'externalId',
    'reason',
    'since',
    'licenceType',
    'lastSignInAt',
    'heldBack',
  ] as const satisfies readonly PendingKey[]) {
    it(`of pending users is the same in small pages as at once, by ${key}`, async () => {
      for (const descending of [false, true]) {
        const listing = (sizes?: PageSizes) =>
          all(
            product.database.pages<Row>((session) => pendingListing(session, {}, { key, descending }), sizes),
          );
        const [whole, small] = [await listing(), await listing(SMALL)];
        assert.equal(whole.length, 5);
        assert.deepEqual(small, whole);
      }
    });
  }

  it('of pending users is, in its own order, what the list at once is', async () => {
    const byPages = await all(pendingUserPages(product.core));
    const atOnce = await pendingUsers(product.core);
    assert.deepEqual(
      new Map(byPages.map((user) => [user.userId, user])),
      new Map(atOnce.map((user) => [user.userId, user])),
    );
    assert.deepEqual(
      byPages.map(({ since }) => since),
      atOnce.map(({ since }) => since),
    );
    const days = async (descending: boolean) =>
      (await all(pendingUserPages(product.core, {}, { key: 'days', descending }))).map((user) => user.days);
    const ascending = await days(false);
    assert.deepEqual(
      ascending,
      ascending.toSorted((a, b) => a - b),
    );
    assert.deepEqual(await days(true), ascending.toReversed());
  });

  it('of pending users has doubtful ones last, however long they have waited', async () => {
    const before = await pendingUsers(product.core);
    const [longest, ...others] = before;
    const remember = (login: string | null) =>
      product.test.query(
        'update scim."identity" set account_login = $1, account_email = $1 where host_user_id = $2',
        [login, longest?.userId],
      );
    await remember('another.person@contoso.example');
    try {
      for (const list of [await all(pendingUserPages(product.core)), await pendingUsers(product.core)]) {
        assert.deepEqual(
          list.map(({ userId, reason }) => [userId, reason]),
          [...others.map(({ userId, reason }) => [userId, reason]), [longest?.userId, 'doubtful']],
        );
      }
      const doubtful = await all(pendingUserPages(product.core, { reason: 'doubtful' }));
      assert.deepEqual(
        doubtful.map(({ userId }) => userId),
        [longest?.userId],
      );
      const sorted = await all(pendingUserPages(product.core, {}, { key: 'since', descending: false }));
      assert.equal(sorted.length, before.length);
    } finally {
      await remember(null);
    }
  });

  for (const key of [
    'userName',
    'idp',
    'externalId',
    'hostUserId',
    'displayName',
    'active',
    'pending',
    'licenceType',
  ] as const satisfies readonly LinkedKey[]) {
    it(`of linked users is the same in small pages as at once, by ${key}`, async () => {
      for (const descending of [false, true]) {
        const listing = (sizes?: PageSizes) =>
          all(
            product.database.pages<Row>((session) => linkedListing(session, {}, { key, descending }), sizes),
          );
        const [whole, small] = [await listing(), await listing(SMALL)];
        assert.equal(whole.length, 6);
        assert.deepEqual(small, whole);
      }
      assert.equal((await all(linkedUserPages(product.core, {}, { key, descending: false }))).length, 6);
    });
  }

  it('ordered by what the host has no column for is in its own order', async () => {
    const plain = await freshProduct(engine, { host: false });
    for (const statement of [
      'create table people (user_id int primary key, login_name varchar(100), is_enabled int)',
      "insert into people values (1, 'anna', 1), (2, 'zoe', 1)",
      `create view scim.host_user as select user_id, login_name, cast(null as varchar(100)) as email,
         cast(null as varchar(100)) as display_name, is_enabled from people`,
      `create view scim.host_sso_provider as select 'p' as provider_id, 'P' as name, 'saml2' as protocol, 1 as is_enabled`,
    ]) {
      await plain.database.read(({ knex }) => knex.raw(statement));
    }
    const idp = await addServiceAccount(plain.core, { name: 'entra', kind: 'entra', ssoProvider: 'p' });
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    await link(plain, idp, '1', { deprovisionedAt: at(2), deprovisionReason: 'disabled' });
    await link(plain, idp, '2', { deprovisionedAt: at(1), deprovisionReason: 'disabled' });

    for (const key of ['licenceType', 'lastSignInAt', 'email'] as const) {
      const users = await all(pendingUserPages(plain.core, {}, { key, descending: true }));
      assert.deepEqual(
        users.map(({ loginName }) => loginName),
        ['zoe', 'anna'],
      );
    }
    assert.equal(
      (await all(linkedUserPages(plain.core, {}, { key: 'licenceType', descending: false }))).length,
      2,
    );
    await plain.close();
  });
});
