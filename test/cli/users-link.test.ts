import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { createGroup } from '../../src/core/provisioning/groups/create-group.js';
import { readGroup } from '../../src/core/provisioning/groups/read-group.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { dumpOf } from '../support/databases/dump.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { failureOf } from '../support/faults/failure.js';
import {
  addHostUser,
  changeHostUser,
  eventsOf,
  hostUser,
  person,
  seatsUsed,
} from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';
import { problemOf } from '../support/running/problem.js';

interface Shown {
  id: string;
  userName: string;
  externalId: string | null;
  hostUserId: string;
  link: string;
  account: string;
  active: boolean;
  pending: boolean;
}

forEachEngine('users link', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  /** Id and login name of an account of each test's own. */
  let id: string;
  let login: string;
  let count = 0;

  before(async () => {
    product = await freshProduct(engine);
    [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
  });
  after(() => product.close());
  beforeEach(async () => {
    product.now = new Date(product.now.getTime() + 60_000);
    login = `lab-${++count}`;
    id = await addHostUser(product, login, { email: null });
  });

  const run = (...words: string[]) =>
    runHere(['users', 'link', ...words], {
      env: { SCIMCTL_DATABASE: product.url },
      clock: () => product.now,
    });
  const linkTo = async (account: string, ...words: string[]): Promise<Shown> => {
    const { code, stdout, stderr } = await run(account, '--idp', 'entra', ...words, '-o', 'json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Shown;
  };
  const refusal = async (account: string, ...words: string[]): Promise<string> => {
    const state = async () => [await rowsOf(product, 'scim.identity'), await rowsOf(product, 'app.users')];
    const before = await state();
    const { code, stderr } = await run(account, '--idp', 'entra', ...words, '-o', 'json');
    assert.notEqual(code, 0);
    assert.deepEqual(await state(), before);
    return failureOf(stderr).code;
  };
  const stored = async (identityId: string) => {
    const rows = await rowsOf(product, 'scim.identity');
    return rows.find(({ identity_id }) => String(identity_id).toLowerCase() === identityId);
  };
  const jsonOf = async (...words: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await runHere([...words, '-o', 'json'], {
      env: { SCIMCTL_DATABASE: product.url },
      clock: () => product.now,
    });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const pending = async () => {
    return ((await jsonOf('users', 'pending')) as { userId: string; reason: string }[])
      .filter(({ userId }) => userId === id)
      .map(({ reason }) => reason);
  };
  /** The account as another person had it whose key the host application has given away since. */
  const ofAnother = { accountLogin: 'former', accountEmail: 'former@contoso.example' };
  const left = () => ({ deprovisionedAt: product.now, deprovisionReason: 'disabled' }) as const;

  it("lets the IdP's create take the account, which no rule would have matched", async () => {
    const ann = person(`ann-${count}`);
    await changeHostUser(product, login, { enabled: false });
    const seats = await seatsUsed(product);

    const shown = await linkTo(login, '--external-id', ann.externalId ?? '');

    assert.deepEqual(
      [shown.userName, shown.externalId, shown.hostUserId, shown.link, shown.account, shown.active],
      [login, ann.externalId, id, 'awaiting', 'disabled', false],
    );
    assert.deepEqual(await seatsUsed(product), seats);
    assert.equal(Boolean((await hostUser(product, login)).enabled), false);

    const { user, how } = await createUser(product.core, entra, ann);
    assert.deepEqual([user.id, how, user.hostUserId], [shown.id, 'matched', id]);
    assert.equal(Boolean((await hostUser(product, ann.email ?? '')).enabled), true);
    assert.equal((await problemOf(createUser(product.core, entra, ann))).code, 'user-exists');
  });

  it('lets the create take it by user name, whatever external id comes with it', async () => {
    const bea = person(`bea-${count}`);

    const shown = await linkTo(id, '--user-name', `  ${bea.userName.toUpperCase()} `);

    assert.deepEqual([shown.userName, shown.externalId], [bea.userName.toUpperCase(), null]);
    const { user } = await createUser(product.core, entra, bea);
    assert.deepEqual([user.id, user.hostUserId, user.externalId], [shown.id, id, bea.externalId]);
  });

  it('is one event, with what was before, and once only', async () => {
    const words = ['--external-id', `object-${count}`, '--user-name', `user-${count}`];
    const [event, ...others] = await eventsOf(product, () => linkTo(login, ...words));

    assert.equal(others.length, 0);
    assert.deepEqual(
      [event?.action, event?.outcome, event?.targetName],
      ['user.link', 'done', `user-${count}`],
    );
    const { before: was, after: is, ...details } = event?.details ?? {};
    assert.deepEqual(details, { idp: 'entra', hostUserId: id, externalId: `object-${count}` });
    assert.deepEqual(was, is);

    const before = await dumpOf(product.database);
    await linkTo(login, ...words);
    const { stderr } = await run(login, '--idp', 'entra', ...words);
    assert.match(stderr, /belongs to the user user-\d+ of IdP entra already\./);
    assert.equal(await dumpOf(product.database), before);
  });

  it('can be rehearsed', async () => {
    const before = await dumpOf(product.database);
    const shown = await linkTo(login, '--external-id', `object-${count}`, '--dry-run');
    assert.deepEqual([shown.link, shown.hostUserId], ['awaiting', id]);
    assert.equal(await dumpOf(product.database), before);
  });

  it('is refused while an IdP manages the account, for a protected one, and without a user', async () => {
    await link(product, okta, id, { accountLogin: login });
    assert.equal(await refusal(login, '--external-id', 'object-x'), 'user-claimed');
    assert.equal(await refusal('admin', '--external-id', 'object-x'), 'user-protected');
    assert.equal(await refusal('nobody', '--external-id', 'object-x'), 'user-unknown');
    assert.equal(await refusal(login), 'link-user-missing');
    assert.equal(await refusal(login, '--user-name', ' '), 'link-user-missing');
    assert.equal(await refusal(login, '--external-id', 'x'.repeat(256)), 'profile-invalid');
    assert.equal((await run(login, '--external-id', 'object-x')).code, 2); // without --idp
  });

  it('is refused for a user who has an account', async () => {
    await link(product, entra, '2', { externalId: `object-${count}`, userName: `user-${count}` });
    assert.equal(await refusal(login, '--external-id', `object-${count}`), 'user-exists');
    assert.equal(await refusal(login, '--user-name', `USER-${count}`), 'user-exists');
  });

  it('leaves on the list whom the IdP has ended, until the IdP brings the user back', async () => {
    const externalId = `object-${count}`;
    const ended = await link(product, entra, id, { ...left(), externalId, heldBackAt: product.now });
    assert.deepEqual(await pending(), ['disabled']);

    const shown = await linkTo(login, '--external-id', externalId);

    assert.deepEqual([shown.id, shown.link, shown.pending], [ended, 'ended', true]);
    assert.deepEqual(await pending(), ['disabled']);
    const back = person(`back-${count}`, { externalId });
    const { user } = await createUser(product.core, entra, back);
    assert.equal(user.id, ended);
    assert.deepEqual(await pending(), []);
  });

  it('keeps the external id of a user who has left and had none, for the return', async () => {
    const userName = `left-${count}`;
    const ended = await link(product, entra, id, { ...left(), userName, externalId: null });
    const back = person(`elsewhere-${count}`, { externalId: `new-${count}`, userName });

    const shown = await linkTo(login, '--external-id', `new-${count}`, '--user-name', userName);

    assert.deepEqual([shown.id, shown.externalId, shown.link], [ended, `new-${count}`, 'ended']);
    assert.deepEqual(await pending(), ['disabled']);
    const { user } = await createUser(product.core, entra, back);
    assert.deepEqual([user.id, user.hostUserId], [ended, id]);
  });

  it('leaves on the list what another user is to get, until the IdP sends that user', async () => {
    await link(product, entra, id, { ...left(), externalId: `object-${count}` });
    const externalId = `next-${count}`;

    const shown = await linkTo(login, '--external-id', externalId, '--user-name', `next-${count}`);

    assert.deepEqual([shown.link, shown.pending, await pending()], ['awaiting', false, ['disabled']]);
    const next = person(`next-${count}`, { externalId, userName: `next-${count}` });
    const { user } = await createUser(product.core, entra, next);
    assert.deepEqual([user.hostUserId, await pending()], [id, []]);
  });

  it('leaves it there when the IdP of that user is removed before it has sent the user', async () => {
    await link(product, entra, id, { ...left(), externalId: `object-${count}` });
    await addIdp(product, `idp-${count}`);
    await jsonOf('users', 'link', login, '--idp', `idp-${count}`, '--external-id', 'other');

    await jsonOf('idp', 'remove', `idp-${count}`, '--confirm', `idp-${count}`);

    assert.deepEqual(await pending(), ['disabled']);
  });

  it('changes nothing for a user who was deleted, and is on no list', async () => {
    const externalId = `object-${count}`;
    await changeHostUser(product, login, { enabled: false });
    const deleted = await link(product, entra, id, {
      ...{ externalId, deprovisionedAt: product.now, deprovisionReason: 'deleted' },
    });

    const shown = await linkTo(login, '--external-id', externalId);

    assert.deepEqual([shown.id, shown.link, shown.pending], [deleted, 'ended', false]);
    assert.equal((await stored(deleted))?.deprovision_reason, 'deleted');
  });

  it('says whose a doubtful account is, and leaves its user on the list who has left', async () => {
    const externalId = `object-${count}`;
    const before = { accountLogin: `before-${count}`, accountEmail: `before-${count}@contoso.example` };
    const ended = await link(product, entra, id, {
      ...{ ...left(), ...before, externalId, accountExternalId: externalId },
      ...{ departedAt: product.now, heldBackAt: product.now },
    });
    assert.deepEqual(await pending(), ['doubtful']);

    const shown = await linkTo(login, '--external-id', externalId);

    assert.deepEqual([shown.id, shown.link, shown.pending], [ended, 'ended', true]);
    assert.deepEqual(await pending(), ['disabled']);
    const row = await stored(ended);
    assert.deepEqual(
      [row?.deprovision_reason, row?.account_login, row?.account_external_id],
      ['disabled', login, externalId],
    );
    assert.ok(row?.held_back_at, 'it is still held back');
    assert.ok(row?.departed_at, 'and its departure counts');
  });

  for (const [noted, accountExternalId] of [
    ['the one that was noted', 'object-1'],
    ['one that the IdP has given it since', null],
  ] as const) {
    it(`keeps the departure from another account on record as it was, with its external id: ${noted}`, async () => {
      const externalId = `object-${count}`;
      const other = await addHostUser(product, `other-${count}`);
      const ended = await link(product, entra, other, {
        ...left(),
        externalId,
        accountLogin: `other-${count}`,
        accountExternalId: accountExternalId && externalId,
        departedAt: product.now,
        heldBackAt: product.now,
      });
      const rowsOfOther = async (list: string) =>
        ((await jsonOf('users', list)) as Record<string, unknown>[]).filter((row) =>
          [row.userId, row.hostUserId].includes(other),
        );
      const before = [await rowsOfOther('pending'), await rowsOfOther('list')];
      assert.deepEqual(
        before[0]?.map((row) => [row.reason, row.externalId, row.heldBack]),
        [['disabled', externalId, true]],
      );

      const shown = await linkTo(login, '--external-id', externalId);

      assert.notEqual(shown.id, ended);
      assert.deepEqual([shown.hostUserId, shown.externalId], [id, externalId]);
      assert.deepEqual([await rowsOfOther('pending'), await rowsOfOther('list')], before);
      const byId = (await jsonOf('users', 'pending', '--sort', 'externalId')) as Record<string, unknown>[];
      assert.ok(byId.some((row) => row.userId === other && row.externalId === externalId));
    });
  }

  it('confirms a doubtful link: it is the same person after all', async () => {
    const doubtful = await link(product, entra, id, { ...ofAnother, externalId: `object-${count}` });
    assert.deepEqual(await pending(), ['doubtful']);
    assert.equal((await readUser(product.core, entra, doubtful)).seesAccount, false);

    const shown = await linkTo(login, '--external-id', `object-${count}`);

    assert.deepEqual([shown.id, shown.link, shown.account], [doubtful, 'in force', 'enabled']);
    assert.deepEqual(await pending(), []);
    assert.equal((await readUser(product.core, entra, doubtful)).seesAccount, true);
  });

  it('says that it is another person: the former links end for good, and their names are free', async () => {
    const inForce = await link(product, okta, id, {
      ...ofAnother,
      externalId: 'former-1',
      userName: 'former',
    });
    const ended = await link(product, entra, id, { ...ofAnother, ...left(), externalId: 'former-2' });
    const group = { displayName: `Lab ${count}`, externalId: null, memberIds: [inForce] };
    const { id: groupId } = (await createGroup(product.core, okta, group)).group;
    assert.deepEqual(await pending(), ['doubtful']);

    const { stderr, stdout } = await run(
      login,
      '--idp',
      'entra',
      '--external-id',
      `object-${count}`,
      '-o',
      'json',
    );

    assert.match(stderr, /The link to the user former of IdP okta has ended permanently\./);
    const shown = JSON.parse(stdout) as Shown;
    assert.deepEqual([shown.link, shown.account, shown.hostUserId], ['awaiting', 'enabled', id]);
    assert.deepEqual(await pending(), []);
    for (const former of [inForce, ended]) {
      const row = await stored(former);
      assert.deepEqual([row?.unlinked_at !== null, row?.external_id], [true, null]);
    }
    assert.deepEqual((await readGroup(product.core, okta, groupId)).members, []);
    assert.equal((await problemOf(readUser(product.core, okta, inForce))).code, 'user-unknown');
    // The former person comes again, under an account of its own.
    const { user } = await createUser(
      product.core,
      okta,
      person(`former-${count}`, { externalId: 'former-1' }),
    );
    assert.notEqual(user.hostUserId, id);
  });

  it('moves a user whose account was given to another', async () => {
    const doubtful = await link(product, entra, '3', {
      ...ofAnother,
      userName: `moved-${count}`,
      externalId: `object-${count}`,
    });
    const shown = await linkTo(login, '--external-id', `object-${count}`);
    assert.deepEqual([shown.id, shown.hostUserId], [doubtful, id]);
  });

  it('can be put right while the IdP has not taken it up', async () => {
    const other = await addHostUser(product, `right-${count}`);
    const wrong = await linkTo(login, '--external-id', `object-${count}`);
    const right = await linkTo(other, '--external-id', `object-${count}`);
    assert.deepEqual([right.id, right.hostUserId], [wrong.id, other]);

    const another = await linkTo(other, '--external-id', `another-${count}`);
    assert.deepEqual([another.hostUserId, another.externalId], [other, `another-${count}`]);
    await createUser(product.core, entra, person(`taken-${count}`, { externalId: `another-${count}` }));
    assert.equal(await refusal(other, '--external-id', `third-${count}`), 'user-claimed');
  });

  it('brings a user back by what the IdP says next', async () => {
    const ended = await link(product, entra, id, { ...left(), externalId: `object-${count}` });
    await changeHostUser(product, login, { enabled: false });
    await linkTo(login, '--external-id', `object-${count}`);

    const { user } = await changeUser(product.core, entra, ended, (now) => ({ ...now, active: true }));

    assert.deepEqual([user.id, user.active], [ended, true]);
    assert.equal(Boolean((await hostUser(product, login)).enabled), true);
  });

  it('says with --none that no IdP has the user: doubtful links end, and their users may come again', async () => {
    const former = await link(product, entra, id, { ...ofAnother, externalId: `former-${count}` });
    const none = (...words: string[]) => run(login, '--none', ...words);
    assert.deepEqual(await pending(), ['doubtful']);
    const before = await dumpOf(product.database);
    assert.equal((await none('--dry-run')).code, 0);
    assert.equal(await dumpOf(product.database), before);
    assert.equal((await none('--idp', 'entra')).code, 2);

    const [event, ...others] = await eventsOf(product, () => none());

    assert.deepEqual([event?.action, event?.outcome, others.length], ['user.unlink', 'done', 0]);
    assert.deepEqual(await pending(), []);
    assert.match((await none()).stderr, /No link to the account lab-\d+ is doubtful\./);
    const again = person(`former-${count}`, { externalId: `former-${count}` });
    const { user } = await createUser(product.core, entra, again);
    assert.notEqual(user.id, former);
    assert.notEqual(user.hostUserId, id);
  });

  it('is made once, whoever tries at the same time, and never of two users', async () => {
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map(async (one) => run(login, '--idp', 'entra', '--external-id', `${one}-${count}`)),
    );
    assert.equal(
      outcomes.some(({ code }) => code === 0),
      true,
    );
    const inForce = (await rowsOf(product, 'scim.identity')).filter(
      (row) => String(row.host_user_id) === id && row.unlinked_at === null && row.deprovisioned_at === null,
    );
    assert.equal(inForce.length, 1);
  });

  it('lets the IdP change and end it like any other', async () => {
    const shown = await linkTo(login, '--user-name', `user-${count}`);
    const { user } = await changeUser(product.core, entra, shown.id, (now) => ({
      ...now,
      active: false,
      says: false,
    }));
    assert.equal(user.active, false);
    assert.deepEqual(await pending(), ['disabled']);
  });
});
