import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Core } from '../../src/core/core.js';
import { changeUser, type Decide } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Likely } from '../../src/core/provisioning/transactions/likely.js';
import { addressLock, locksOf } from '../../src/core/provisioning/transactions/locks.js';
import type { Idp, ProvisionedUser } from '../../src/core/provisioning/types.js';
import type { Database } from '../../src/database/database.js';
import { likelyChange } from '../../src/scim/protocol/handler/likely-change.js';
import { AS_SERVED, freshProduct, openTestDatabase, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { disabling, hostUsers, person, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { outcomeOf } from '../support/running/problem.js';

forEachEngine('a guess at what a request changes', (engine) => {
  let product: Product;
  let served: Database;
  let core: Core;
  let idp: Idp;
  before(async () => {
    product = await freshProduct(engine);
    await setSeats(product, 'Concurrent', 10_000);
    idp = disabling(await addIdp(product, 'entra'));
    served = await openTestDatabase(product.url, 'scim', AS_SERVED);
    core = { ...product.core, database: served };
    await createUser(core, idp, person('other'));
  });
  after(async () => {
    await served.close();
    await product.close();
  });

  let count = 0;
  const made = async () => (await createUser(core, idp, person(`guess.${++count}`))).user;
  const change = (user: ProvisionedUser, decide: Decide, likely: Likely) =>
    outcomeOf(changeUser(core, idp, user.id, decide, { likely }));
  const address = (user: ProvisionedUser) => `renamed.${user.userName}`;
  const renamed = (now: ProvisionedUser) => ({ ...now, userName: address(now), email: address(now) });
  const other = 'other@contoso.example';

  const changes: Record<string, { decide: Decide; after?: 'departure' }> = {
    'says nothing new': { decide: (now) => now },
    'changes what the host does not keep': {
      decide: (now) => ({ ...now, attributes: { ...now.attributes, title: 'Lead' } }),
    },
    renames: { decide: renamed },
    'takes the name of another': { decide: (now) => ({ ...now, userName: other }) },
    'takes the address of another': { decide: (now) => ({ ...now, email: other }) },
    'ends the link': { decide: (now) => ({ ...now, active: false, says: false }) },
    'ends the link and renames': { decide: (now) => ({ ...renamed(now), active: false, says: false }) },
    'ends it once more': { decide: (now) => ({ ...now, active: false, says: false }), after: 'departure' },
    'says that it is in force': { decide: (now) => ({ ...now, active: true, says: true }) },
    'brings back': { decide: (now) => ({ ...now, active: true, says: true }), after: 'departure' },
    'brings back under another name': {
      decide: (now) => ({ ...renamed(now), active: true, says: true }),
      after: 'departure',
    },
    'brings back with the address of another': {
      decide: (now) => ({ ...now, email: other, active: true, says: true }),
      after: 'departure',
    },
  };
  const guesses: Record<string, (user: ProvisionedUser) => Likely> = {
    'a departure': () => ({ move: 'departure' }),
    'a return': () => ({ move: 'return' }),
    'its own names': ({ userName }) => ({ userName, address: userName }),
    'the new names': (user) => ({ userName: address(user), address: address(user) }),
    'a return with the new names': (user) => ({
      move: 'return',
      userName: address(user),
      address: address(user),
    }),
    'a departure with the new names': (user) => ({
      move: 'departure',
      userName: address(user),
      address: address(user),
    }),
    'the names of another': () => ({ userName: other, address: other }),
    'a return with the address of another': () => ({ move: 'return', address: other }),
  };

  for (const [what, { decide, after: earlier }] of Object.entries(changes)) {
    it(`makes no difference to a request that ${what}`, async () => {
      /** What came of it, in words that are the same for every user. */
      const told = async (guess: (user: ProvisionedUser) => Likely) => {
        const user = await made();
        if (earlier) await change(user, (now) => ({ ...now, active: false, says: false }), {});
        const outcome = await change(user, decide, guess(user));
        const [account] = await hostUsers(product, user.userName);
        const [moved] = await hostUsers(product, address(user));
        const text = JSON.stringify({
          outcome: typeof outcome === 'string' ? outcome : { ...outcome.user, changed: outcome.changed },
          account: account && { ...account, id: 0 },
          moved: moved && { ...moved, id: 0 },
        });
        const name = user.userName.replace('@contoso.example', '');
        return text
          .replaceAll(name, 'NAME')
          .replaceAll(user.id, 'ID')
          .replaceAll(`"${user.hostUserId}"`, '"KEY"')
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'THEN');
      };

      const without = await told(() => ({}));
      for (const [name, guess] of Object.entries(guesses)) assert.equal(await told(guess), without, name);
    });
  }

  it('that holds too little waits for who has the rest', async () => {
    const user = await made();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const locks = locksOf([{ names: [addressLock(address(user))], claims: 'none' }], 0);
    let isHeld = () => {};
    const taken = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const rival = product.database.transaction(
      async () => {
        isHeld();
        await held;
      },
      { locks },
    );
    await taken;
    let isDone = false;
    const renaming = change(user, renamed, {}).finally(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = isDone;
    release();
    await rival;

    const outcome = await renaming;

    assert.equal(before, false);
    assert.ok(typeof outcome !== 'string' && outcome.user.userName === address(user), String(outcome));
  });
});

const PATCHES: [string, unknown, Likely][] = [
  ['nothing', null, {}],
  ['no operations', { Operations: 'no' }, {}],
  ['a title', { Operations: [{ op: 'replace', path: 'title', value: 'Lead' }] }, {}],
  [
    'Entra’s disable',
    { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
    { move: 'departure' },
  ],
  ['Okta’s disable', { Operations: [{ op: 'replace', value: { active: false } }] }, { move: 'departure' }],
  ['a PUT that ends', { userName: 'a@b.example', active: false }, { move: 'departure' }],
  ['a PUT', { userName: 'a@b.example', active: true }, {}],
  ['a return', { Operations: [{ op: 'Add', path: 'Active', value: 'True' }] }, { move: 'return' }],
  [
    'Entra’s rename',
    {
      Operations: [
        { op: 'Replace', path: 'userName', value: ' a@b.example ' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'c@b.example' },
      ],
    },
    { userName: 'a@b.example', address: 'c@b.example' },
  ],
  [
    'Okta’s rename',
    {
      Operations: [{ op: 'replace', value: { userName: 'a@b.example', emails: [{ value: 'c@b.example' }] } }],
    },
    { userName: 'a@b.example', address: 'c@b.example' },
  ],
  [
    'what no user can be called',
    {
      Operations: [
        { op: 'replace', path: 'userName', value: 'x'.repeat(400) },
        { op: 'replace', path: 'emails', value: [{ value: '\0' }, null] },
        { op: 'replace', path: 'emails', value: [null] },
        { op: 'replace', value: 'text' },
        null,
        7,
      ],
    },
    {},
  ],
];

for (const [what, body, likely] of PATCHES) {
  it(`a glance at a body sees ${what}`, () => assert.deepEqual(likelyChange(body), likely));
}
