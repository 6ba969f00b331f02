import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { changeGroup } from '../../src/core/provisioning/change-group.js';
import { changeMembers } from '../../src/core/provisioning/change-members.js';
import { createGroup } from '../../src/core/provisioning/create-group.js';
import { deleteGroup } from '../../src/core/provisioning/delete-group.js';
import { deleteUser } from '../../src/core/provisioning/delete-user.js';
import { listGroups } from '../../src/core/provisioning/list-groups.js';
import { listUsers } from '../../src/core/provisioning/list-users.js';
import { readGroup } from '../../src/core/provisioning/read-group.js';
import { operationProblem } from '../../src/problem.js';
import { testedBlock } from '../docs/markdown.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/problem.js';
import { installProduct, rowsOf } from '../support/product.js';
import { addIdp, eq, link, linkMany } from '../support/provisioned.js';
const profile = (displayName, memberIds = [], externalId = null) => ({
    displayName,
    externalId,
    memberIds,
});
/** What a group says of itself, as whoever changes it takes it over. */
const same = ({ displayName, externalId, members }) => ({
    displayName,
    externalId,
    memberIds: members.map(({ id }) => id),
});
forEachEngine('groups', (engine) => {
    let product;
    let entra;
    let okta;
    /** Users of entra, and one of okta. */
    let users;
    let stranger;
    before(async () => {
        product = await installProduct(await engine.freshDatabase());
        entra = await addIdp(product, 'entra');
        okta = await addIdp(product, 'okta');
        // Host users 2, 3 and 4 are Anna, Maria and Zoe.
        users = await Promise.all(['2', '3', '4'].map((hostUserId) => link(product, entra, hostUserId)));
        stranger = await link(product, okta, '5');
    });
    after(() => product.close());
    const core = () => product.core;
    const idsOf = ({ members }) => members.map(({ id }) => id);
    const eventsOf = async (id) => (await rowsOf(product, 'scim.event'))
        .filter((event) => event.target_id === id)
        .map(({ action, outcome, details }) => [action, outcome, JSON.parse(String(details))]);
    it('are kept with their members, by name, and read back', async () => {
        const made = await createGroup(core(), entra, profile('Quality', users, 'q-1'));
        assert.deepEqual(await readGroup(core(), entra, made.id), made);
        assert.deepEqual(made.members.map(({ display }) => display), ['Anna Schmidt', 'Maria Rossi', 'Zoë Müller']);
        assert.deepEqual((await readGroup(core(), entra, made.id, { withMembers: false })).members, []);
        assert.deepEqual(await eventsOf(made.id), [['group.create', 'done', { added: 3 }]]);
    });
    it('are shown with each user, by name', async () => {
        await createGroup(core(), entra, profile('Auditors', [users[0]]));
        const page = await listUsers(core(), entra, {
            filter: eq(['id'], users[0]),
            page: { kind: 'index', startIndex: 1, count: 9 },
        });
        assert.deepEqual(page.items[0]?.groups.map(({ displayName }) => displayName), ['Auditors', 'Quality']);
    });
    it('are changed by the difference alone, with one event', async () => {
        const [anna, maria, zoe] = users;
        const { id } = await createGroup(core(), entra, profile('Changing', [anna, maria]));
        const first = await changeGroup(core(), entra, id, () => profile('Changed', [maria, zoe, zoe.toUpperCase()], 'c-1'));
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
        const [anna, maria, zoe] = users;
        const { id } = await createGroup(core(), entra, profile('Members', [anna, maria]));
        const added = await changeMembers(core(), entra, id, { add: [zoe, anna], remove: [zoe] });
        const removed = await changeMembers(core(), entra, id, { remove: [anna, randomUUID(), 'nobody'] }, { withMembers: true });
        const nothing = await changeMembers(core(), entra, id, { add: [zoe], remove: [anna] });
        assert.deepEqual([added.changed, added.group.members], [true, []]);
        assert.deepEqual(idsOf(removed.group), [maria, zoe]);
        assert.equal(nothing.changed, false);
        assert.deepEqual((await eventsOf(id)).slice(1).map(([, , details]) => details), [
            { changed: ['members'], added: 1, removed: 0 },
            { changed: ['members'], added: 0, removed: 1 },
        ]);
    });
    it('refuse members who are no users of the IdP, and name them', async () => {
        const { id } = await createGroup(core(), entra, profile('Closed', users));
        const deleted = await link(product, entra, '6');
        await deleteUser(core(), entra, deleted);
        for (const nobody of [stranger, deleted, randomUUID(), "'; drop table x", '']) {
            for (const attempt of [
                () => createGroup(core(), entra, profile(`With ${nobody}`, [...users, nobody])),
                () => changeGroup(core(), entra, id, () => profile('Closed', [nobody])),
                () => changeMembers(core(), entra, id, { add: [nobody] }),
            ]) {
                const refused = await problemOf(attempt());
                assert.equal(refused.code, 'group-member-unknown');
                assert.ok(refused.message.includes(JSON.stringify(nobody)), refused.message);
            }
        }
        assert.equal((await readGroup(core(), entra, id)).members.length, 3);
    });
    it('have a name and an external id that no other of the IdP has', async () => {
        await createGroup(core(), entra, profile('Taken', [], 'Taken-1'));
        const { id } = await createGroup(core(), entra, profile('Other', [], 'taken-1'));
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
        const attempts = Array.from({ length: 8 }, () => createGroup(core(), entra, profile('Raced', users)).then(() => 'made', (error) => error.code));
        assert.deepEqual((await Promise.all(attempts)).sort(), [...Array(7).fill('group-exists'), 'made']);
    });
    it('keep every member whom many add at once', async () => {
        const { id } = await createGroup(core(), entra, profile('Busy'));
        await Promise.all([
            ...users.map((user) => changeMembers(core(), entra, id, { add: [user] })),
            ...users.map((user) => changeGroup(core(), entra, id, (group) => {
                const now = same(group);
                return { ...now, memberIds: [...now.memberIds, user] };
            })),
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
        const { id } = await createGroup(core(), entra, profile(`${'🚀'.repeat(126)}"'`));
        assert.equal((await readGroup(core(), entra, id)).displayName, `${'🚀'.repeat(126)}"'`);
    });
    it('are deleted, and then unknown, as are those of other IdPs', async () => {
        const { id } = await createGroup(core(), entra, profile('Short-lived', users));
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
        const memberships = (await rowsOf(product, 'scim.idp_group_member')).filter(({ group_id }) => group_id === id);
        assert.deepEqual(memberships, []);
        assert.ok((await eventsOf(id)).some(([action, outcome]) => action === 'group.delete' && outcome === 'done'));
    });
    it('may have thousands of members', async () => {
        const many = await linkMany(product, okta, 2_400);
        const { id, members } = await createGroup(core(), okta, profile('Everybody', many));
        const half = await changeGroup(core(), okta, id, (group) => ({
            ...same(group),
            memberIds: many.slice(1_200),
        }));
        const again = await changeMembers(core(), okta, id, { add: many });
        assert.equal(members.length, 2_400);
        assert.equal(half.group.members.length, 1_200);
        assert.equal(again.changed, true);
        assert.equal((await readGroup(core(), okta, id)).members.length, 2_400);
        assert.deepEqual((await eventsOf(id)).map(([, , { added, removed }]) => [added, removed]), [
            [2_400, undefined],
            [0, 1_200],
            [1_200, 0],
        ]);
    });
    it('are listed by any attribute, with members or without', async () => {
        const other = await addIdp(product, 'listing');
        const [one, two] = [await link(product, other, '7'), await link(product, other, '8')];
        for (const [name, members] of [
            ['b', [one]],
            ['A', [one, two]],
            ['c', []],
        ]) {
            product.now = new Date(product.now.getTime() + 1);
            await createGroup(core(), other, profile(name, [...members], `x-${name}`));
        }
        const page = { kind: 'index', startIndex: 1, count: 50 };
        const listed = async (query) => (await listGroups(core(), other, { page, ...query }, { withMembers: false })).items.map(({ displayName }) => displayName);
        const name = eq(['displayName'], 'B').attribute;
        assert.deepEqual(await listed({}), ['b', 'A', 'c']);
        assert.deepEqual(await listed({ sortBy: name }), ['A', 'b', 'c']);
        assert.deepEqual(await listed({ filter: eq(['displayName'], 'B') }), ['b']);
        assert.deepEqual(await listed({ filter: eq(['externalId'], 'x-A', true) }), ['A']);
        assert.deepEqual(await listed({ filter: eq(['members', 'value'], two, true, true) }), ['A']);
        assert.deepEqual(await listed({ filter: eq(['members', 'display'], 'ELENI', false, true) }), []);
        assert.deepEqual(await listed({
            filter: {
                kind: 'not',
                filter: { kind: 'present', attribute: eq(['members', 'value'], '', true, true).attribute },
            },
        }), ['c']);
        const whole = await listGroups(core(), other, { page });
        assert.deepEqual(whole.items.map(({ members }) => members.length), [1, 2, 0]);
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
        await createGroup(core(), idp, profile('Readers', [stays, leaves]));
        const sql = (await testedBlock('docs/host-views.md', 'groups')).replace("'entra'", "'readable'");
        const groupsOf = (hostUserId) => product.test.query(sql.replace("'42'", `'${hostUserId}'`));
        assert.deepEqual(await groupsOf('9'), [{ group_name: 'Readers' }]);
        assert.deepEqual(await groupsOf('10'), []);
    });
});
