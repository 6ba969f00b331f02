import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Core } from '../../src/core/core.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import { changeGroup as change } from '../../src/core/provisioning/groups/change-group.js';
import { changeMembers } from '../../src/core/provisioning/groups/change-members.js';
import { createGroup } from '../../src/core/provisioning/groups/create-group.js';
import { deleteGroup } from '../../src/core/provisioning/groups/delete-group.js';
import { GroupMembership } from '../../src/core/provisioning/groups/group-membership.js';
import { listGroups } from '../../src/core/provisioning/groups/list-groups.js';
import { readGroup } from '../../src/core/provisioning/groups/read-group.js';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { GroupProfile, Idp, PresentGroup, ProvisionedGroup } from '../../src/core/provisioning/types.js';
import { insertGroup } from '../../src/database/queries/groups/groups.js';
import { OUTER_SPACES } from '../../src/database/sql/outer-space.js';
import { operationProblem } from '../../src/problem.js';
import { testedBlock } from '../docs/markdown.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { watchStatements } from '../support/databases/statements.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, eq, link, linkMany } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

const profile = (displayName: string, memberIds: string[] = [], externalId: string | null = null) => ({
  displayName,
  externalId,
  memberIds,
});

/** What a group says of itself, as whoever changes it takes it over. */
const same = ({ displayName, externalId, members }: PresentGroup): GroupProfile => ({
  displayName,
  externalId,
  memberIds: [...members.keys()],
});

/** Makes of a group what a profile says, whoever is in it. */
const changeGroup = (core: Core, idp: Idp, id: string, profileOf: (current: PresentGroup) => GroupProfile) =>
  change(core, idp, id, (current) => {
    const { memberIds, ...names } = profileOf(current);
    const members = new GroupMembership(current.members);
    members.clear();
    for (const one of memberIds) members.add(one);
    return { ...names, members };
  });

forEachEngine('groups', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  /** Users of entra, and one of okta. */
  let users: string[];
  let stranger: string;

  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
    // Host users 2, 3 and 4 are Anna, Maria and Zoe.
    users = await Promise.all(['2', '3', '4'].map((hostUserId) => link(product, entra, hostUserId)));
    stranger = await link(product, okta, '5');
  });
  after(() => product.close());

  const core = () => product.core;
  const create = async (...given: Parameters<typeof createGroup>) => (await createGroup(...given)).group;
  /** A group from before names were trimmed. */
  const legacy = async (idp: Idp, displayName: string): Promise<string> => {
    const groupId = randomUUID();
    const row = { groupId, serviceAccountId: idp.id, displayName, externalId: null };
    await product.database.transaction((session) =>
      insertGroup(session, { ...row, createdAt: product.now, updatedAt: product.now }),
    );
    return groupId;
  };
  const idsOf = ({ members }: ProvisionedGroup) => members.map(({ id }) => id);
  const eventsOf = async (id: string) =>
    (await rowsOf(product, 'scim.event'))
      .filter((event) => event.target_id === id)
      .map(({ action, outcome, details }) => [action, outcome, JSON.parse(String(details))]);

  it('are kept with their members, by name, and read back', async () => {
    const made = await create(core(), entra, profile('Quality', users, 'q-1'));

    assert.deepEqual(await readGroup(core(), entra, made.id), made);
    assert.deepEqual(
      made.members.map(({ display }) => display),
      ['Anna Schmidt', 'Maria Rossi', 'Zoë Müller'],
    );
    assert.deepEqual((await readGroup(core(), entra, made.id, { withMembers: false })).members, []);
    assert.deepEqual(await eventsOf(made.id), [['group.create', 'done', { added: 3 }]]);
  });

  it('are shown with each user, by name', async () => {
    await createGroup(core(), entra, profile('Auditors', [users[0] as string]));

    const page = await listUsers(core(), entra, {
      filter: eq(['id'], users[0] as string),
      page: { kind: 'index', startIndex: 1, count: 9 },
    });

    assert.deepEqual(
      page.items[0]?.groups.map(({ displayName }) => displayName),
      ['Auditors', 'Quality'],
    );
  });

  it('are changed by the difference alone, with one event', async () => {
    const [anna, maria, zoe] = users as [string, string, string];
    const { id } = await create(core(), entra, profile('Changing', [anna, maria]));

    const first = await changeGroup(core(), entra, id, () =>
      profile('Changed', [maria, zoe, zoe.toUpperCase()], 'c-1'),
    );
    const second = await changeGroup(core(), entra, id, same);

    assert.deepEqual(idsOf(first.group), [maria, zoe]);
    assert.deepEqual([first.changed, second.changed], [true, false]);
    assert.deepEqual(second.group, first.group);
    assert.deepEqual(await readGroup(core(), entra, id), first.group);
    assert.ok(first.group.updatedAt > first.group.createdAt);
    assert.deepEqual((await eventsOf(id)).slice(1), [
      ['group.update', 'done', { changed: ['displayName', 'externalId', 'members'], added: 1, removed: 1 }],
    ]);
  });

  it('take members in and let them go without reading the others', async () => {
    const [anna, maria, zoe] = users as [string, string, string];
    const { id } = await create(core(), entra, profile('Members', [anna, maria]));

    const added = await changeMembers(core(), entra, id, { add: [zoe, anna], remove: [zoe] });
    const removed = await changeMembers(
      core(),
      entra,
      id,
      { remove: [anna, randomUUID(), 'nobody'] },
      { withMembers: true },
    );
    const nothing = await changeMembers(core(), entra, id, { add: [zoe], remove: [anna] });

    assert.deepEqual([added.changed, added.group.members], [true, []]);
    assert.deepEqual(idsOf(removed.group), [maria, zoe]);
    assert.equal(nothing.changed, false);
    assert.deepEqual(
      (await eventsOf(id)).slice(1).map(([, , details]) => details),
      [
        { changed: ['members'], added: 1, removed: 0 },
        { changed: ['members'], added: 0, removed: 1 },
      ],
    );
  });

  describe('skip members who are no users of the IdP', () => {
    let strangers: string[];
    before(async () => {
      const deleted = await link(product, entra, '6');
      await deleteUser(core(), entra, deleted);
      strangers = [stranger, deleted, randomUUID(), "'; drop table x", ''];
    });
    const skipped = (members: string[]) => ({ members, memberCount: members.length });

    it('when a group is made', async () => {
      const made = await createGroup(core(), entra, profile('Open', [...users, ...strangers]));

      assert.deepEqual(idsOf(made.group), users);
      assert.deepEqual(made.skipped.members, strangers);
      assert.deepEqual(await eventsOf(made.group.id), [
        ['group.create', 'done', { added: 3, skipped: skipped(strangers) }],
      ]);
    });

    it('when it is changed, and let the others in and out', async () => {
      const [anna, maria, zoe] = users as [string, string, string];
      const { id } = await create(core(), entra, profile('Changed with strangers', [anna, maria]));

      const whole = await changeGroup(core(), entra, id, (group) => ({
        ...same(group),
        memberIds: [zoe, ...strangers, maria],
      }));
      const members = await changeMembers(core(), entra, id, {
        add: [anna, ...strangers],
        remove: [maria, zoe, ...strangers],
      });

      assert.deepEqual([idsOf(whole.group), whole.skipped.members], [[maria, zoe], strangers]);
      assert.deepEqual(members.skipped.members, strangers);
      assert.deepEqual(idsOf(await readGroup(core(), entra, id)), [anna]);
      assert.deepEqual(
        (await eventsOf(id)).slice(1).map(([, , details]) => details),
        [
          { changed: ['members'], added: 1, removed: 1, skipped: skipped(strangers) },
          { changed: ['members'], added: 1, removed: 2, skipped: skipped(strangers) },
        ],
      );
    });

    it('where there are no others, which leaves the group as it is, and an event', async () => {
      const { id, ...before } = await create(core(), entra, profile('Left alone', users));

      const members = await changeMembers(core(), entra, id, { add: strangers });
      const whole = await changeGroup(core(), entra, id, (group) => ({
        ...same(group),
        memberIds: [...users, ...strangers],
      }));

      assert.deepEqual([members.changed, whole.changed], [false, false]);
      assert.deepEqual(await readGroup(core(), entra, id), { id, ...before });
      const details = { changed: [], added: 0, removed: 0, skipped: skipped(strangers) };
      // Said again it is no news; another one who is missing is.
      assert.deepEqual((await eventsOf(id)).slice(1), [['group.update', 'done', details]]);
      await changeMembers(core(), entra, id, { add: strangers.slice(0, 1) });
      assert.equal((await eventsOf(id)).length, 3);
    });

    it('and name twenty of them, short and without the secrets of tokens', async () => {
      const { id } = await create(core(), entra, profile('Bounded'));
      const token = `scimctl_000000000000_${'a'.repeat(49)}`;
      const many = [token, 'x'.repeat(500), 'a\0b', ...Array.from({ length: 30 }, () => randomUUID())];

      await changeMembers(core(), entra, id, { add: many });

      const [, , details] = (await eventsOf(id)).at(-1) ?? [];
      assert.deepEqual(details.skipped, {
        members: ['scimctl_000000000000_…', 'x'.repeat(100), 'a\ufffdb', ...many.slice(3, 20)],
        memberCount: 33,
      });
    });

    it('of whom none can be taken out, which is no change', async () => {
      const { id } = await create(core(), entra, profile('Nobody left', users));

      const { changed, skipped } = await changeMembers(core(), entra, id, { remove: strangers });

      assert.deepEqual([changed, skipped.members], [false, []]);
      assert.equal((await eventsOf(id)).length, 1);
    });
  });

  it('have a name and an external id that no other of the IdP has', async () => {
    await createGroup(core(), entra, profile('Taken', [], 'Taken-1'));
    const { id } = await create(core(), entra, profile('Other', [], 'taken-1'));
    await createGroup(core(), okta, profile('Taken', [], 'Taken-1'));

    for (const attempt of [
      () => createGroup(core(), entra, profile('TAKEN')),
      () => createGroup(core(), entra, profile('Free', [], 'Taken-1')),
      () => changeGroup(core(), entra, id, () => profile('taken')),
      () => changeGroup(core(), entra, id, () => profile('Other', [], 'Taken-1')),
    ]) {
      assert.equal((await problemOf(attempt())).code, 'group-exists');
    }
    assert.deepEqual((await eventsOf(id)).at(-1), ['group.update', 'refused', { code: 'group-exists' }]);
  });

  it('are made by one of many who want the same at once', async () => {
    const attempts = Array.from({ length: 8 }, () =>
      createGroup(core(), entra, profile('Raced', users)).then(
        () => 'made',
        (error) => error.code,
      ),
    );

    assert.deepEqual((await Promise.all(attempts)).sort(), [...Array(7).fill('group-exists'), 'made']);
  });

  describe('have names without whitespace around them', () => {
    const spaces = OUTER_SPACES.map((code) => String.fromCodePoint(code));
    let idp: Idp;
    before(async () => {
      idp = await addIdp(product, 'names');
    });
    const exists = async (attempt: Promise<unknown>) =>
      assert.equal((await problemOf(attempt)).code, 'group-exists');
    const rename = (id: string, displayName: string) =>
      changeGroup(core(), idp, id, (group) => ({ ...same(group), displayName }));
    const found = async (displayName: string, operator: 'eq' | 'ne' = 'eq') => {
      const filter = { ...eq(['displayName'], displayName), operator };
      const page = { kind: 'index', startIndex: 1, count: 200 } as const;
      return (await listGroups(core(), idp, { filter, page }, { withMembers: false })).items.map(
        ({ id }) => id,
      );
    };

    it('whatever the whitespace', async () => {
      for (const [n, space] of spaces.entries()) {
        const { id, displayName } = await create(core(), idp, profile(`${space}Tidy ${n}${space}\t`));
        assert.equal(displayName, `Tidy ${n}`);
        await exists(createGroup(core(), idp, profile(`TIDY ${n}${space}`)));
        assert.equal((await rename(id, `${space}tidy ${n}`)).group.displayName, `tidy ${n}`);
        assert.deepEqual(await found(`${space}Tidy ${n}\n`), [id]);
        assert.ok(!(await found(`Tidy ${n} `, 'ne')).includes(id));
      }
      const { id } = await create(core(), idp, profile('Other'));
      await exists(rename(id, ' Tidy 1'));
      assert.equal(
        (await problemOf(createGroup(core(), idp, profile(spaces.join(''))))).code,
        'group-invalid',
      );
      assert.equal((await problemOf(rename(id, ' '))).code, 'group-invalid');
      const { displayName } = await create(core(), idp, profile(` ${'x'.repeat(255)} `));
      assert.equal(displayName.length, 255);
    });

    it('keep those that do not separate words', async () => {
      // As String.prototype.trim has it, and Unicode: a zero width space is none.
      const { displayName } = await create(core(), idp, profile('\u200bWide\u200b'));
      assert.equal(displayName, '\u200bWide\u200b');
    });

    it('but stay as they were before, and are found all the same', async () => {
      for (const [n, space] of spaces.entries()) {
        const id = await legacy(idp, `${space}Old ${n}`);
        const other = await legacy(idp, `OLD ${n}${space}`);

        await exists(createGroup(core(), idp, profile(`Old ${n}`)));
        assert.deepEqual((await found(`old ${n}`)).sort(), [id, other].sort());
        assert.deepEqual((await found(`${space}Old ${n}`)).sort(), [id, other].sort());
        const others = await found(` Old ${n}`, 'ne');
        assert.ok(others.length > 0 && !others.includes(id) && !others.includes(other));

        // What the IdP calls them is the same name, and no other may have it.
        const { changed, group } = await rename(id, `Old ${n}`);
        assert.deepEqual([changed, group.displayName], [false, `${space}Old ${n}`]);
        const { group: same } = await rename(other, `OLD ${n}${space}`);
        assert.equal(same.displayName, `OLD ${n}${space}`);
      }
    });

    it('are tidied where no other group has them', async () => {
      const id = await legacy(idp, 'Alone\u00a0');
      const member = await link(product, idp, '11');

      await changeMembers(core(), idp, id, { add: [member] });
      assert.equal((await readGroup(core(), idp, id)).displayName, 'Alone\u00a0');
      await rename(id, 'Alone\u00a0');
      assert.equal((await readGroup(core(), idp, id)).displayName, 'Alone\u00a0');
      assert.equal((await rename(id, ' Alone')).group.displayName, 'Alone');
      assert.deepEqual(await found('ALONE'), [id]);
    });

    it('are found in a filter by the groups of users', async () => {
      const id = await legacy(idp, '\u2003Members of old');
      const member = await link(product, idp, '12');
      await changeMembers(core(), idp, id, { add: [member] });
      const users = async (name: string) =>
        (
          await listUsers(core(), idp, {
            filter: eq(['groups', 'display'], name, false, true),
            page: { kind: 'index', startIndex: 1, count: 9 },
          })
        ).items.map((user) => user.id);

      assert.deepEqual(await users('members of OLD '), [member]);
      assert.deepEqual(await users('members of'), []);
    });

    it('however many are made at once', async () => {
      const attempts = spaces.slice(0, 12).map((space) =>
        createGroup(core(), idp, profile(`${space}Raced`)).then(
          () => 'made',
          (error) => error.code,
        ),
      );
      assert.deepEqual((await Promise.all(attempts)).sort(), [...Array(11).fill('group-exists'), 'made']);

      const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => legacy(idp, `Rival ${n} `)));
      const renames = ids.map((id, n) =>
        rename(id, `${spaces[n]}Won`).then(
          () => 'made',
          (error) => error.code,
        ),
      );
      assert.deepEqual((await Promise.all(renames)).sort(), [...Array(5).fill('group-exists'), 'made']);
    });

    it('are not like those of another IdP', async () => {
      await legacy(entra, 'Theirs ');
      const { displayName } = await create(core(), idp, profile('Theirs'));
      assert.equal(displayName, 'Theirs');
      assert.equal((await found('Theirs')).length, 1);
    });
  });

  describe('let members go whatever else is refused', () => {
    it('a name and an external id that another group has', async () => {
      const [anna, maria] = users as [string, string];
      await create(core(), entra, profile('Held', [], 'held'));
      const { id } = await create(core(), entra, profile('Leavers', [anna, maria], 'leavers'));

      const first = await changeGroup(core(), entra, id, () => profile('held ', [anna], 'held'));

      assert.deepEqual(
        [first.group.displayName, first.group.externalId, idsOf(first.group)],
        ['Leavers', 'leavers', [anna]],
      );
      assert.deepEqual((await eventsOf(id)).at(-1), [
        'group.update',
        'done',
        {
          changed: ['members'],
          added: 0,
          removed: 1,
          skipped: { attributes: ['displayName', 'externalId'] },
        },
      ]);
    });

    it('a name that another group gets at the same moment', async () => {
      const [anna] = users as [string];
      const ids = await Promise.all(
        [1, 2, 3, 4].map(async (n) => (await create(core(), entra, profile(`Rivals ${n}`, [anna]))).id),
      );

      await Promise.all(
        ids.map((id) => changeGroup(core(), entra, id, () => profile('Winner', [], 'winner'))),
      );

      const groups = await Promise.all(ids.map((id) => readGroup(core(), entra, id)));
      assert.deepEqual(groups.flatMap(idsOf), []);
      assert.equal(groups.filter(({ displayName }) => displayName === 'Winner').length, 1);
      assert.equal(groups.filter(({ externalId }) => externalId === 'winner').length, 1);
    });
  });

  it('keep every member whom many add at once', async () => {
    const { id } = await create(core(), entra, profile('Busy'));

    await Promise.all([
      ...users.map((user) => changeMembers(core(), entra, id, { add: [user] })),
      ...users.map((user) =>
        changeGroup(core(), entra, id, (group) => {
          const now = same(group);
          return { ...now, memberIds: [...now.memberIds, user] };
        }),
      ),
    ]);

    assert.deepEqual(idsOf(await readGroup(core(), entra, id)).sort(), [...users].sort());
  });

  it('are refused what cannot be stored', async () => {
    for (const bad of [
      profile(''),
      profile('x'.repeat(256)),
      profile('a\0b'),
      profile('\ud800'),
      profile('x', [], 'y'.repeat(256)),
    ]) {
      assert.equal((await problemOf(createGroup(core(), entra, bad))).code, 'group-invalid');
    }
    const { id } = await create(core(), entra, profile(`${'🚀'.repeat(126)}"'`));
    assert.equal((await readGroup(core(), entra, id)).displayName, `${'🚀'.repeat(126)}"'`);
  });

  it('are deleted, and then unknown, as are those of other IdPs', async () => {
    const { id } = await create(core(), entra, profile('Short-lived', users));
    const refuse = () => {
      throw operationProblem('not-now', 'Not now.');
    };

    assert.equal((await problemOf(deleteGroup(core(), entra, id, refuse))).code, 'not-now');
    assert.equal((await problemOf(deleteGroup(core(), okta, id))).code, 'group-unknown');
    await deleteGroup(core(), entra, id);

    for (const unknown of [id, randomUUID(), "x' or 1=1", '']) {
      for (const attempt of [
        () => readGroup(core(), entra, unknown),
        () => changeGroup(core(), entra, unknown, same),
        () => changeMembers(core(), entra, unknown, { add: users }),
        () => deleteGroup(core(), entra, unknown),
      ]) {
        assert.equal((await problemOf(attempt())).code, 'group-unknown');
      }
    }
    const memberships = (await rowsOf(product, 'scim.idp_group_member')).filter(
      ({ group_id }) => group_id === id,
    );
    assert.deepEqual(memberships, []);
    assert.ok(
      (await eventsOf(id)).some(([action, outcome]) => action === 'group.delete' && outcome === 'done'),
    );
  });

  describe('are large', () => {
    /** Users of okta. */
    let all: string[];
    before(async () => {
      all = await linkMany(product, okta, 10_000);
    });

    it('with ten thousand members, and as many who are none, in a few statements', async () => {
      const nobody = Array.from({ length: 10_000 }, () => randomUUID());
      let statements = 0;
      const stop = await watchStatements(product.database, () => statements++);

      const profileOfAll = profile('All', [...all, ...nobody]);
      const { group, skipped } = await createGroup(core(), okta, profileOfAll, { withMembers: false });
      const members = await changeMembers(core(), okta, group.id, {
        add: nobody,
        remove: all.slice(0, 5_000),
      });
      stop();

      assert.equal(skipped.members?.length, 10_000);
      assert.ok(statements > 20 && statements < 80, `${statements} statements`);
      assert.equal(members.changed, true);
      assert.equal((await readGroup(core(), okta, group.id)).members.length, 5_000);
      const [, , details] = (await eventsOf(group.id)).at(-1) ?? [];
      assert.deepEqual([details.removed, details.skipped.memberCount], [5_000, 10_000]);
    });

    it('with thousands of members', async () => {
      const many = all.slice(0, 2_400);

      const { id, members } = await create(core(), okta, profile('Everybody', many));
      const half = await changeGroup(core(), okta, id, (group) => ({
        ...same(group),
        memberIds: many.slice(1_200),
      }));
      const again = await changeMembers(core(), okta, id, { add: many });

      assert.equal(members.length, 2_400);
      assert.equal(half.group.members.length, 1_200);
      assert.equal(again.changed, true);
      assert.equal((await readGroup(core(), okta, id)).members.length, 2_400);
      assert.deepEqual(
        (await eventsOf(id)).map(([, , { added, removed }]) => [added, removed]),
        [
          [2_400, undefined],
          [0, 1_200],
          [1_200, 0],
        ],
      );
    });
  });

  it('are listed by any attribute, with members or without', async () => {
    const other = await addIdp(product, 'listing');
    const [one, two] = [await link(product, other, '7'), await link(product, other, '8')] as const;
    for (const [name, members] of [
      ['b', [one]],
      ['A', [one, two]],
      ['c', []],
    ] as const) {
      product.now = new Date(product.now.getTime() + 1);
      await createGroup(core(), other, profile(name, [...members], `x-${name}`));
    }
    const page = { kind: 'index', startIndex: 1, count: 50 } as const;
    const listed = async (query: object) =>
      (await listGroups(core(), other, { page, ...query }, { withMembers: false })).items.map(
        ({ displayName }) => displayName,
      );
    const name = eq(['displayName'], 'B').attribute;

    assert.deepEqual(await listed({}), ['b', 'A', 'c']);
    assert.deepEqual(await listed({ sortBy: name }), ['A', 'b', 'c']);
    assert.deepEqual(await listed({ filter: eq(['displayName'], 'B') }), ['b']);
    assert.deepEqual(await listed({ filter: eq(['externalId'], 'x-A', true) }), ['A']);
    assert.deepEqual(await listed({ filter: eq(['members', 'value'], two, true, true) }), ['A']);
    assert.deepEqual(await listed({ filter: eq(['members', 'display'], 'ELENI', false, true) }), []);
    assert.deepEqual(
      await listed({
        filter: {
          kind: 'not',
          filter: { kind: 'present', attribute: eq(['members', 'value'], '', true, true).attribute },
        },
      }),
      ['c'],
    );
    const whole = await listGroups(core(), other, { page });
    assert.deepEqual(
      whole.items.map(({ members }) => members.length),
      [1, 2, 0],
    );
    assert.equal(whole.total, 3);
  });

  it('are there for the host application to read, without those who have left', async () => {
    const idp = await addIdp(product, 'readable');
    const [stays, leaves] = [
      await link(product, idp, '9'),
      await link(product, idp, '10', {
        deprovisionedAt: product.now,
        deprovisionReason: 'disabled',
      }),
    ];
    await createGroup(core(), idp, profile('Readers', [stays as string, leaves as string]));
    const sql = (await testedBlock('docs/host-views.md', 'groups')).replace("'entra'", "'readable'");
    const groupsOf = (hostUserId: string) => product.test.query(sql.replace("'42'", `'${hostUserId}'`));

    assert.deepEqual(await groupsOf('9'), [{ group_name: 'Readers' }]);
    assert.deepEqual(await groupsOf('10'), []);
  });
});
