import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { disableUser } from '../../src/core/users/disable.js';
import { linkByHand } from '../../src/core/users/link.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { Problem } from '../../src/problem.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { readPage } from '../docs/markdown.js';
import { DIALECTS, type Mapped, type Speaker } from '../support/databases/dialects.js';
import { lockingHost } from '../support/databases/locking-host.js';
import { installProduct, type Product, rowsOf } from '../support/databases/product.js';
import { reconciled } from '../support/databases/reconciled.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, type Row, setSeats } from '../support/people/people.js';
import { type Answer, scimClient } from '../support/scim/scim-client.js';

const COLUMNS = [
  'request or action',
  'link before',
  'account before',
  'answer',
  'link after',
  'account after',
  'seat',
  'event',
  'pending',
] as const;
type TableRow = Record<(typeof COLUMNS)[number], string>;

/** The rows of the table that docs/people.md says is tested. */
async function tableOfPeople(): Promise<TableRow[]> {
  const page = await readPage('docs/people.md');
  const [, text] = page.split('<!-- tested: people-table -->');
  const lines = (text ?? assert.fail('there is no tested table')).trimStart().split('\n');
  const table = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  const [head, rule, ...rows] = table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  assert.deepEqual(head, COLUMNS);
  assert.match(String(rule), /^[-,]+$/);
  return rows.map((cells) => {
    assert.equal(cells.length, COLUMNS.length, cells.join(' | '));
    return Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at]])) as unknown as TableRow;
  });
}

/** What a cell stands for; a word that is not known here fails. */
const meaningOf = <T>(meanings: Readonly<Record<string, T>>, cell: string): T =>
  Object.hasOwn(meanings, cell)
    ? (meanings[cell] as T)
    : assert.fail(`${JSON.stringify(cell)} is none of ${Object.keys(meanings).join(', ')}`);

/** One row being carried out: an IdP and a user of its own. */
class Scene {
  /** The link, once there is one. */
  id: string | undefined;
  /** The account, once there is one. */
  hostUserId: string | undefined;
  answer: Answer | undefined;
  outcome = '';

  constructor(
    readonly product: Product,
    readonly idp: Speaker,
    readonly user: Mapped & { email: string; externalId: string },
  ) {}

  async post(more: Partial<Mapped> = {}): Promise<Answer> {
    const answer = await this.idp.create({ ...this.user, ...more });
    if (answer.status === 201) this.id = String(answer.body.id);
    return answer;
  }

  say(changes: Partial<Mapped>, beside: Row = {}): Promise<Answer> {
    return this.idp.say(this.id ?? assert.fail('there is no link'), changes, beside);
  }

  delete(): Promise<Answer> {
    return this.idp.client.send('DELETE', `/Users/${this.id}`);
  }

  async link(): Promise<Row | undefined> {
    return (await rowsOf(this.product, 'scim.identity')).find(({ identity_id }) => identity_id === this.id);
  }

  async account(id = this.hostUserId): Promise<Row | undefined> {
    return (await rowsOf(this.product, 'app.users')).find((row) => String(row.id) === id);
  }

  /** What the application itself does with the account. */
  async byHand(columns: Row | 'delete'): Promise<void> {
    await this.product.database.transaction(async ({ knex }) => {
      const row = knex('users')
        .withSchema('app')
        .where({ id: Number(this.hostUserId) });
      await (columns === 'delete' ? row.delete() : row.update(columns));
    });
  }

  /**
   * A list of the IdP with everybody, or everybody but this user. Accounts that are marked already are left out, whose
   * marks it would end.
   */
  async reconcile(isListed: boolean): Promise<void> {
    const { product } = this;
    const marked = (await pendingUsers(product.core, { reason: 'missing' })).map(({ userId }) => userId);
    const isLeftOut = (id: string) => (id === this.hostUserId ? !isListed : marked.includes(id));
    const list = (await rowsOf(product, 'app.users'))
      .filter(({ id }) => !isLeftOut(String(id)))
      .map(({ login, email }) => ({ userName: String(login), email: email === null ? null : String(email) }));
    await reconciled(product.core, this.idp.client.idp, list);
  }

  async pending(id = this.hostUserId) {
    return (await pendingUsers(this.product.core)).filter(({ userId }) => userId === id);
  }
}

// The link before, and the account that it leads to.
const LINKS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  none: async () => undefined,
  'in force': (scene) => scene.post(),
  ended: async (scene) => {
    await scene.post();
    await scene.say({ active: false });
  },
  deleted: async (scene) => {
    await scene.post();
    await scene.delete();
  },
  awaiting: async (scene) => {
    const { product, user, idp } = scene;
    scene.hostUserId = await addHostUser(product, user.userName);
    const request = { account: scene.hostUserId, idp: idp.client.idp.name };
    const names = { externalId: user.externalId, userName: user.userName };
    scene.id = (await linkByHand(product.core, { ...request, ...names })).user.id;
    idp.knows(scene.id, user);
  },
  missing: async (scene) => {
    await scene.post();
    scene.hostUserId = String((await scene.link())?.host_user_id);
    await scene.reconcile(false);
  },
};

const ACCOUNTS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  none: async () => undefined,
  enabled: async () => undefined,
  disabled: (scene) => scene.byHand({ enabled: false }),
  locked: (scene) => scene.byHand({ locked: true }),
  gone: (scene) => scene.byHand('delete'),
};

/** What is set otherwise for a request, after a comma. */
const SETTINGS: Readonly<Record<string, Parameters<Speaker['client']['set']>[0]>> = {
  'policy disable': { deprovisionPolicy: 'disable' },
  'IdP refuses disabled accounts': { adoptsDisabled: false },
  'over the limit': { departureLimit: { max: 0, windowMs: 3_600_000, percent: null, releasedAt: null } },
};

const CHANGED = 'Changed';
const OTHER = { externalId: 'another-person', email: 'another.person' };

type Act = (scene: Scene) => Promise<Answer | undefined>;
const REQUESTS: Readonly<Record<string, Act>> = {
  'POST active:true': (scene) => scene.post({ active: true }),
  'POST active:false': (scene) => scene.post({ active: false }),
  'POST same externalId': (scene) => scene.post(),
  'POST same externalId, active:true': (scene) => scene.post({ active: true }),
  'POST same externalId, active:false': (scene) => scene.post({ active: false }),
  'POST new externalId, same e-mail': (scene) => scene.post({ externalId: `${scene.user.externalId}-new` }),
  'change of the profile': (scene) =>
    // A PUT that says `active` says more than that.
    scene.say({ displayName: CHANGED }, scene.idp.client.idp.kind === 'okta' ? { active: undefined } : {}),
  'active:true': (scene) => scene.say({ active: true }),
  'active:false': (scene) => scene.say({ active: false }),
  'active:true with another externalId and e-mail': (scene) =>
    scene.say({
      externalId: `${scene.user.externalId}-${OTHER.externalId}`,
      email: `${OTHER.email}.${scene.user.email}`,
      active: true,
    }),
  DELETE: (scene) => scene.delete(),
};

/** What an administrator does, in the application or by a command. */
const ACTIONS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'account disabled in the host application': (scene) => scene.byHand({ enabled: false }),
  'account enabled in the host application': (scene) => scene.byHand({ enabled: true }),
  'account deleted in the host application': (scene) => scene.byHand('delete'),
  'users disable': ({ product, hostUserId = '' }) => disableUser(product.core, hostUserId),
  'users link': async (scene) => {
    const { product, user, idp, hostUserId = '' } = scene;
    // Where a link is in force, somebody else asks for the account.
    const link = await scene.link();
    const externalId = link?.deprovisioned_at === null ? 'somebody-else' : user.externalId;
    const request = { account: hostUserId, idp: idp.client.idp.name, externalId, userName: user.userName };
    const linked = await linkByHand(product.core, request);
    scene.id = linked.user.id;
  },
  'users reconcile, list without the user': (scene) => scene.reconcile(false),
  'users reconcile, list with the user': (scene) => scene.reconcile(true),
  'idp remove': ({ product, idp }) => removeAccount(product.core, idp.client.idp.name),
};

/** Splits what is said after a comma from what is asked. */
function requestOf(cell: string): { act: Act; settings: string[] } | undefined {
  const parts = cell.split(', ');
  for (let at = parts.length; at > 0; at--) {
    const act = REQUESTS[parts.slice(0, at).join(', ')];
    if (act) return { act, settings: parts.slice(at) };
  }
  return undefined;
}

async function carryOut(scene: Scene, cell: string): Promise<void> {
  const request = requestOf(cell);
  if (request) {
    for (const setting of request.settings) scene.idp.client.set(meaningOf(SETTINGS, setting));
    scene.answer = await request.act(scene);
    const { status, problem } = scene.answer ?? assert.fail('no answer');
    scene.outcome = `${status}${problem === undefined ? '' : ` ${problem}`}`;
    return;
  }
  const act = meaningOf(ACTIONS, cell);
  try {
    await act(scene);
    scene.outcome = cell.includes('host application') ? '' : 'done';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    scene.outcome = error.code;
  }
}

const stateOfLink = (link: Row | undefined): string => {
  if (!link) return 'none';
  if (link.unlinked_at !== null) return 'unlinked';
  if (link.deprovisioned_at === null) {
    if (link.missing_at !== null) return 'missing';
    return link.awaits_idp ? 'awaiting' : 'in force';
  }
  return link.deprovision_reason === 'deleted' ? 'deleted' : 'ended';
};

const stateOfAccount = (account: Row): string => {
  if (!account.enabled) return 'disabled';
  return account.locked ? 'locked' : 'enabled';
};

interface Accounts {
  before: Row | undefined;
  after: Row | undefined;
  /** The account of before, as it is now. */
  former: Row | undefined;
}
const isEnabled = (account: Row | undefined) => Boolean(account?.enabled) && !account?.locked;
const isLocked = (account: Row | undefined) => Boolean(account?.enabled) && Boolean(account?.locked);
const isAnother = ({ before, after }: Accounts) => after !== undefined && after.id !== before?.id;
const isSame = ({ before, after }: Accounts) => before === undefined || after?.id === before.id;

const ACCOUNTS_AFTER: Readonly<Record<string, (accounts: Accounts) => void>> = {
  none: ({ after }) => assert.equal(after, undefined),
  gone: ({ after, former }) => assert.deepEqual([after, former], [undefined, undefined]),
  enabled: (accounts) => {
    assert.ok(isSame(accounts) && isEnabled(accounts.after), JSON.stringify(accounts));
  },
  disabled: (accounts) => {
    const { after } = accounts;
    assert.ok(after && isSame(accounts) && !after.enabled && !after.locked, JSON.stringify(accounts));
  },
  locked: (accounts) => {
    assert.ok(isSame(accounts) && isLocked(accounts.after), JSON.stringify(accounts));
  },
  unchanged: ({ before, after }) => assert.deepEqual(after, before),
  changed: ({ before, after }) => assert.deepEqual(after, { ...before, display_name: CHANGED }),
  'changed, disabled': ({ before, after }) => {
    assert.equal(isEnabled(after), false);
    assert.deepEqual(after, { ...before, display_name: CHANGED });
  },
  'new, enabled': (accounts) => {
    assert.ok(isAnother(accounts) && isEnabled(accounts.after), JSON.stringify(accounts));
  },
  'another account': (accounts) => {
    assert.ok(isAnother(accounts) && isEnabled(accounts.after), JSON.stringify(accounts));
    assert.deepEqual(accounts.former, accounts.before);
  },
};

const seatOf = (account: Row | undefined) => account?.licence_type ?? null;
const SEATS: Readonly<Record<string, (accounts: Accounts) => void>> = {
  taken: ({ after }) => assert.notEqual(seatOf(after), null),
  kept: ({ before, after }) => assert.equal(seatOf(after), seatOf(before)),
  freed: ({ before, after }) => {
    assert.notEqual(seatOf(before), null);
    assert.equal(seatOf(after), null);
  },
  none: ({ after }) => assert.equal(seatOf(after), null),
  '': ({ before, after }) => assert.ok(after === undefined || seatOf(after) === seatOf(before)),
};

const PENDING: Readonly<Record<string, (scene: Scene, formerId: string | undefined) => Promise<void>>> = {
  yes: async (scene) => {
    const rows = await scene.pending();
    assert.deepEqual(
      rows.map(({ idp, reason }) => [idp, reason]),
      [[scene.idp.client.idp.name, (await scene.link())?.deprovision_reason]],
    );
  },
  no: async (scene) => assert.deepEqual(await scene.pending(), []),
  missing: async (scene) =>
    assert.deepEqual(
      (await scene.pending()).map(({ idp, reason }) => [idp, reason]),
      [[scene.idp.client.idp.name, 'missing']],
    ),
  'former account: yes': async (scene, formerId) => {
    assert.deepEqual(await scene.pending(), []);
    assert.deepEqual(
      (await scene.pending(formerId)).map(({ idp, externalId }) => [idp, externalId]),
      [[scene.idp.client.idp.name, scene.user.externalId]],
    );
  },
};

forEachEngine('the table of docs/people.md', (engine) => {
  let product: Product;
  const errors: unknown[] = [];
  const handler = createScimHandler({ onError: (error) => errors.push(error) });
  before(async () => {
    product = await installProduct(await engine.freshDatabase(), { served: true });
    await setSeats(product, 'Concurrent', 5_000);
    for (const statement of await lockingHost(product.database.dialect.name))
      await product.database.transaction(({ knex }) => knex.raw(statement));
    product.database.memory.forget();
  });
  after(async () => {
    await product.close();
    assert.deepEqual(errors, []);
  });

  let scenes = 0;
  async function sceneOf(row: TableRow, dialect: (typeof DIALECTS)[number]): Promise<Scene> {
    const name = `row-${++scenes}`;
    const client = await scimClient(product, handler, name, { kind: dialect.kind });
    const address = `${name}@contoso.example`;
    const user = { userName: address, externalId: `object-${name}`, email: address, active: true };
    const scene = new Scene(product, dialect.speak(client), user);
    await meaningOf(LINKS, row['link before'])(scene);
    const link = await scene.link();
    if (link) scene.hostUserId = String(link.host_user_id);
    else if (row['account before'] !== 'none') {
      scene.hostUserId = await addHostUser(product, address);
    }
    await meaningOf(ACCOUNTS, row['account before'])(scene);
    // What the row begins with is what it says.
    assert.equal(stateOfLink(link), row['link before']);
    const account = await scene.account();
    const state = account ? stateOfAccount(account) : link ? 'gone' : 'none';
    assert.equal(state, row['account before']);
    return scene;
  }

  const events = async () =>
    (await rowsOf(product, 'scim.event')).sort((a, b) => Number(a.seq) - Number(b.seq));

  async function check(row: TableRow, dialect: (typeof DIALECTS)[number]): Promise<void> {
    const scene = await sceneOf(row, dialect);
    product.now = new Date(product.now.getTime() + 1_000);
    const formerId = scene.hostUserId;
    const [account, link, told] = [await scene.account(), await scene.link(), (await events()).length];

    await carryOut(scene, row['request or action']);

    assert.equal(scene.outcome, row.answer, JSON.stringify(scene.answer?.body));
    const [linkNow, former] = [await scene.link(), await scene.account()];
    assert.equal(stateOfLink(linkNow), row['link after']);
    if (linkNow) scene.hostUserId = String(linkNow.host_user_id);
    const accounts = { before: account, after: await scene.account(), former };
    meaningOf(ACCOUNTS_AFTER, row['account after'])(accounts);
    meaningOf(SEATS, row.seat)(accounts);
    const written = (await events())
      .slice(told)
      .map(({ action, outcome }) => (outcome === 'refused' ? 'refused' : String(action)));
    assert.deepEqual(written, ['', 'none'].includes(row.event) ? [] : [row.event]);
    if (['refused', 'none'].includes(row.event)) assert.deepEqual([linkNow, accounts.after], [link, account]);
    await meaningOf(PENDING, row.pending)(scene, formerId);
    await assertRead(scene, row, accounts.after);
  }

  /** SCIM's `active` reports the link; one that was made by hand awaits the IdP's own word. */
  async function assertRead(scene: Scene, row: TableRow, account: Row | undefined): Promise<void> {
    if (scene.id === undefined) return;
    const { status, body } = await scene.idp.client.get(`/Users/${scene.id}`);
    const state = row['link after'];
    if (state === 'deleted' || state === 'unlinked') assert.equal(status, 404);
    else {
      assert.equal(status, 200);
      assert.equal(body.active, ['in force', 'missing'].includes(state) && account !== undefined);
    }
  }

  for (const dialect of DIALECTS) {
    describe(`as ${dialect.name} says it`, async () => {
      const rows = await tableOfPeople();
      it('has every case', () => assert.ok(rows.length > 50));
      for (const row of rows) {
        const title = `${row['request or action']}; link ${row['link before']}, account ${row['account before']}`;
        it(title, () => check(row, dialect));
      }
    });
  }
});
