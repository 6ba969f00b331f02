import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { ROOM_OF_PAGE } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import type { Session } from '../../src/database/database.js';
import { groupList, groupListQuery } from '../../src/database/queries/groups/group-list.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import { userList, userListQuery } from '../../src/database/queries/users/user-list.js';
import type { Fragment } from '../../src/database/sql/fragment.js';
import type { Filter } from '../../src/words/filter.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, eq } from '../support/people/provisioned.js';
import { seeded, seedUsers } from '../support/running/seed.js';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}

/** More than the server would rather read through than look up. */
const USERS = 20_000;

forEachEngine(
  'the look-ups of IdPs, among many users',
  (engine) => {
    let product: Product;
    let idp: Idp;
    let ids: string[];
    let groupId: string;

    before(async () => {
      product = await freshProduct(engine);
      idp = await addIdp(product, 'entra');
      await seedUsers(product, idp, USERS);
      const rows = await product.test.query<{ id: string }>(
        'select identity_id as id from scim.identity limit 1',
      );
      ids = rows.map(({ id }) => id);
      await product.test.query(
        `insert into scim.idp_group (group_id, service_account_id, external_id, display_name, created_at, updated_at)
         select gen_random_uuid(), cast($1 as uuid), 'g-' || n, 'Group ' || n, now(), now() from generate_series(1, 5000) n`,
        [idp.id],
      );
      await product.test.query(
        `insert into scim.idp_group_member (group_id, identity_id)
         select g.group_id, i.identity_id
           from (select identity_id, row_number() over (order by created_at) as n from scim.identity) i
           join (select group_id, row_number() over (order by display_name) as n from scim.idp_group) g on g.n = 1 + i.n % 5000`,
      );
      const [group] = await product.test.query<{ id: string }>(
        'select group_id as id from scim.idp_group limit 1',
      );
      groupId = group?.id ?? '';
      for (const table of ['idp_group', 'idp_group_member'])
        await product.test.query(`vacuum analyze scim.${table}`);
    });
    after(() => product.close());

    /** The plan of a statement with its values in it. */
    const explain = (build: (session: Session) => Promise<Fragment | undefined>): Promise<Plan[]> =>
      product.database.read(async (session) => {
        const { sql, bindings } = (await build(session)) as Fragment;
        const whole = session.knex.raw(sql, [...bindings]).toQuery();
        const statement = `explain (format json) ${whole}`.replaceAll('?', '\\?');
        const [row] = await selectRaw<{ 'QUERY PLAN': { Plan: Plan }[] }>(session, statement);
        return flat(row?.['QUERY PLAN'][0]?.Plan);
      });
    const users = (filter?: Filter) =>
      explain(async (session) => {
        const list = await userList(session, idp.id, filter ? { filter } : {});
        return userListQuery(list, { limit: 101, withGroups: true, room: ROOM_OF_PAGE });
      });
    const groups = (filter: Filter) =>
      explain(async (session) =>
        groupListQuery(await groupList(session, idp.id, { filter }), { limit: 101 }),
      );

    const work = (value: string): Filter => ({
      kind: 'element',
      attribute: { ...eq(['emails'], '').attribute, multiValued: true },
      filter: {
        kind: 'and',
        filters: [eq(['emails', 'type'], 'work', false, true), eq(['emails', 'value'], value, false, true)],
      },
    });
    const one = 12_345;
    const lookUps: [name: string, index: string, filter: () => Filter][] = [
      ['userName eq', 'identity_user_name', () => eq(['userName'], seeded.userName(one))],
      ['externalId eq', 'identity_external_id', () => eq(['externalId'], seeded.externalId(one), true)],
      ['emails[type eq "work"].value eq', 'users_email', () => work(seeded.userName(one))],
      ['emails.value eq', 'identity_address', () => eq(['emails', 'value'], 'nobody', false, true)],
      ['id eq', 'identity_pkey', () => eq(['id'], ids[0] as string, true)],
      [
        'userName eq and externalId eq',
        'identity_(user_name|external_id)',
        () => ({
          kind: 'and',
          filters: [eq(['userName'], seeded.userName(one)), eq(['externalId'], seeded.externalId(one), true)],
        }),
      ],
      ['groups.value eq', 'idp_group_member_pkey', () => eq(['groups', 'value'], groupId, true, true)],
    ];
    for (const [name, index, filter] of lookUps) {
      it(`${name} reads no table through`, async () => {
        assertIndexed(await users(filter()), index);
      });
    }

    it('the first page of all users reads no table through', async () => {
      assertIndexed(await users(), 'identity_listing');
    });

    const groupLookUps: [name: string, index: string, filter: () => Filter][] = [
      ['displayName eq', 'idp_group_display_name', () => eq(['displayName'], 'GROUP 7')],
      ['externalId eq', 'idp_group_external_id', () => eq(['externalId'], 'g-7', true)],
      [
        'members.value eq',
        'idp_group_member_identity',
        () => eq(['members', 'value'], ids[0] as string, true, true),
      ],
    ];
    for (const [name, index, filter] of groupLookUps) {
      it(`${name} reads no table of groups through`, async () => {
        assertIndexed(await groups(filter()), index);
      });
    }

    function assertIndexed(plan: Plan[], index: string): void {
      const shown = plan.map(
        (node) => `${node['Node Type']} ${node['Relation Name'] ?? ''} ${node['Index Name'] ?? ''}`,
      );
      const whole = plan.filter((node) => node['Node Type'] === 'Seq Scan');
      assert.deepEqual(
        whole.map((node) => node['Relation Name']),
        [],
        shown.join('\n'),
      );
      assert.ok(
        plan.some((node) => new RegExp(`^${index}$`).test(node['Index Name'] ?? '')),
        shown.join('\n'),
      );
    }
  },
  { only: ['postgres'] },
);

const flat = (plan?: Plan): Plan[] => (plan ? [plan, ...(plan.Plans ?? []).flatMap(flat)] : []);
