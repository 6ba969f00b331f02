import assert from 'node:assert/strict';
import { removeAccount } from '../../../src/core/service-accounts/change.js';
import { disableUser } from '../../../src/core/users/disable.js';
import { disownAccount } from '../../../src/core/users/disown.js';
import { linkByHand } from '../../../src/core/users/link.js';
import { pendingUsers } from '../../../src/core/users/pending.js';
import { releaseHeldBack, reviewHeldBack } from '../../../src/core/users/release.js';
import { Problem } from '../../../src/problem.js';
import { createScimHandler } from '../../../src/scim/protocol/handler/handler.js';
import type { Dialect, Mapped, Speaker } from '../databases/dialects.js';
import { lockingHost } from '../databases/locking-host.js';
import { installProduct, type Product, rowsOf } from '../databases/product.js';
import { reconciled } from '../databases/reconciled.js';
import { releasedBy } from '../databases/released.js';
import type { TestDatabase } from '../engines.js';
import { type Answer, scimClient } from '../scim/scim-client.js';
import { addHostUser, type Row, setSeats } from './people.js';
import { requestOf, type TableRow } from './people-table.js';

/** What a cell stands for; a word that is not known here fails. */
const meaningOf = <T>(meanings: Readonly<Record<string, T>>, cell: string): T =>
  Object.hasOwn(meanings, cell)
    ? (meanings[cell] as T)
    : assert.fail(`${JSON.stringify(cell)} is none of ${Object.keys(meanings).join(', ')}`);

/** One case being carried out: an IdP and a user of its own. */
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

  /** Why the last POST made no user. */
  #refusal: string | undefined;

  async post(more: Partial<Mapped> = {}): Promise<Answer> {
    const answer = await this.idp.create({ ...this.user, ...more });
    if (answer.status === 201) this.id = String(answer.body.id);
    else this.#refusal = JSON.stringify(answer);
    return answer;
  }

  say(changes: Partial<Mapped>, beside: Row = {}): Promise<Answer> {
    return this.idp.say(this.id ?? assert.fail(`there is no link: ${this.#refusal}`), changes, beside);
  }

  /** Goes on with the account that the link leads to. */
  async toAccount(): Promise<void> {
    this.hostUserId = String((await this.link())?.host_user_id);
  }

  delete(): Promise<Answer> {
    return this.idp.client.send('DELETE', `/Users/${this.id}`);
  }

  async link(): Promise<Row | undefined> {
    const { id } = this;
    if (id === undefined) return undefined;
    const rows = await this.product.database.read(({ knex }) =>
      knex('identity').withSchema('scim').where({ identity_id: id }).select('*'),
    );
    return rows[0];
  }

  async account(id = this.hostUserId): Promise<Row | undefined> {
    if (id === undefined) return undefined;
    const rows = await this.product.database.read(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(id) })
        .select('*'),
    );
    return rows[0];
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

  /** The application gives the key to another person. */
  reuse(): Promise<void> {
    const name = `reused.${this.user.userName}`;
    return this.byHand({ login: name, email: name });
  }

  /** An administrator says whose the account is. */
  async linkTo(names: { externalId: string; userName: string }): Promise<string> {
    const { product, idp, hostUserId = '' } = this;
    const request = { account: hostUserId, idp: idp.client.idp.name, ...names };
    return (await linkByHand(product.core, request)).user.id;
  }

  get names() {
    const { externalId, userName } = this.user;
    return { externalId, userName };
  }

  get otherNames() {
    return { externalId: `other-${this.user.externalId}`, userName: `other.${this.user.userName}` };
  }

  async pending(id = this.hostUserId) {
    return (await pendingUsers(this.product.core)).filter(({ userId }) => userId === id);
  }
}

async function awaiting(scene: Scene): Promise<void> {
  scene.hostUserId = await addHostUser(scene.product, scene.user.userName);
  scene.id = await scene.linkTo(scene.names);
  scene.idp.knows(scene.id, scene.user);
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
  awaiting: awaiting,
  missing: async (scene) => {
    await scene.post();
    await scene.toAccount();
    await scene.reconcile(false);
  },
  doubtful: async (scene) => {
    await scene.post();
    await scene.toAccount();
    await scene.reuse();
  },
  'doubtful and ended': async (scene) => {
    await scene.post();
    await scene.toAccount();
    await scene.say({ active: false });
    await scene.reuse();
  },
  unlinked: async (scene) => {
    await awaiting(scene);
    await scene.linkTo(scene.otherNames);
  },
  'held back': async (scene) => {
    await scene.post();
    scene.idp.client.set({ ...SETTINGS['policy disable'], ...SETTINGS['over the limit'] });
    await scene.say({ active: false });
  },
};

const ACCOUNTS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  none: async () => undefined,
  enabled: async () => undefined,
  disabled: (scene) => scene.byHand({ enabled: false }),
  locked: (scene) => scene.byHand({ locked: true }),
  gone: (scene) => scene.byHand('delete'),
  protected: (scene) => scene.byHand({ protected: true }),
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
  'account disabled in the host application': (scene) => scene.byHand({ enabled: false, locked: false }),
  'account enabled in the host application': (scene) => scene.byHand({ enabled: true, locked: false }),
  'account deleted in the host application': (scene) => scene.byHand('delete'),
  'users disable': ({ product, hostUserId = '' }) => disableUser(product.core, hostUserId),
  'users link for the same user': async (scene) => {
    scene.id = await scene.linkTo(scene.names);
  },
  'users link for another user': (scene) => scene.linkTo(scene.otherNames),
  'users link --none': ({ product, hostUserId = '' }) => disownAccount(product.core, hostUserId),
  'users reconcile, list without the user': (scene) => scene.reconcile(false),
  'users reconcile, list with the user': (scene) => scene.reconcile(true),
  'idp remove': ({ product, idp }) => removeAccount(product.core, idp.client.idp.name),
  'idp release': async ({ product, idp }) =>
    releasedBy(releaseHeldBack(product.core, await reviewHeldBack(product.core, idp.client.idp.name))),
};

async function carryOut(scene: Scene, row: TableRow): Promise<void> {
  const { act: cell, settings } = requestOf(row);
  const request = REQUESTS[cell];
  if (request) {
    for (const setting of settings) scene.idp.client.set(meaningOf(SETTINGS, setting));
    scene.answer = await request(scene);
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

/** What is on record of a link; whether it is doubtful is told by its account. */
const recordOf = (link: Row | undefined): string => {
  if (!link) return 'none';
  if (link.unlinked_at !== null) return 'unlinked';
  if (link.deprovisioned_at === null) {
    if (link.missing_at !== null) return 'missing';
    return link.awaits_idp ? 'awaiting' : 'in force';
  }
  if (link.held_back_at !== null) return 'held back';
  return link.deprovision_reason === 'deleted' ? 'deleted' : 'ended';
};

const stateOfLink = (link: Row | undefined, account: Row | undefined): string => {
  const state = recordOf(link);
  const isDoubtful =
    account && link && account.login !== link.account_login && account.email !== link.account_email;
  if (!isDoubtful) return state;
  return { 'in force': 'doubtful', ended: 'doubtful and ended' }[state] ?? state;
};

const stateOfAccount = (account: Row): string => {
  if (account.protected) return 'protected';
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
  'new, disabled': (accounts) => {
    assert.ok(isAnother(accounts) && !accounts.after?.enabled, JSON.stringify(accounts));
  },
  unchanged: ({ before, after }) => assert.deepEqual(after, before),
  renamed: ({ before, after }) => {
    assert.notEqual(after?.login, before?.login);
    assert.notEqual(after?.email, before?.email);
    const { login, email } = after ?? {};
    assert.deepEqual(stored(after), { ...stored(before), login, email });
  },
  changed: ({ before, after }) => assert.deepEqual(after, { ...before, display_name: CHANGED }),
  'new, enabled': (accounts) => {
    assert.ok(isAnother(accounts) && isEnabled(accounts.after), JSON.stringify(accounts));
  },
  'another account': (accounts) => {
    assert.ok(isAnother(accounts) && isEnabled(accounts.after), JSON.stringify(accounts));
    assert.deepEqual(accounts.former, accounts.before);
  },
};

/** Without what the database of the sample application computes of other columns. */
const stored = (account: Row | undefined): Row =>
  Object.fromEntries(Object.entries(account ?? {}).filter(([column]) => !column.endsWith('_folded')));

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
  doubtful: async (scene) =>
    assert.deepEqual(
      (await scene.pending()).map(({ reason }) => reason),
      ['doubtful'],
    ),
  'former account: doubtful': async (scene, formerId) => {
    assert.deepEqual(await scene.pending(), []);
    assert.deepEqual(
      (await scene.pending(formerId)).map(({ reason }) => reason),
      ['doubtful'],
    );
  },
  'former account: yes': async (scene, formerId) => {
    assert.deepEqual(await scene.pending(), []);
    assert.deepEqual(
      (await scene.pending(formerId)).map(({ idp, externalId }) => [idp, externalId]),
      [[scene.idp.client.idp.name, scene.user.externalId]],
    );
  },
};

const whyPending = ({ idp, reason }: { idp: string | null; reason: string }) => [idp, reason];
const EVENT_COLUMNS = ['seq', 'action', 'outcome'];

/** The product with the reference host application, in which each case of the table has an IdP and a user of its own. */
export class PeopleTable {
  readonly #errors: unknown[] = [];
  readonly #handler = createScimHandler({ onError: (error) => this.#errors.push(error) });
  #cases = 0;

  private constructor(readonly product: Product) {}

  static async open(database: TestDatabase): Promise<PeopleTable> {
    const product = await installProduct(database, { served: true });
    await setSeats(product, 'Concurrent', 5_000);
    for (const statement of await lockingHost(product.database.dialect.name))
      await product.database.transaction(({ knex }) => knex.raw(statement));
    product.database.memory.forget();
    return new PeopleTable(product);
  }

  async close(): Promise<void> {
    await this.product.close();
    assert.deepEqual(this.#errors, []);
  }

  /** Carries out one case, with one link and one account before, and asserts what the row says of it. */
  async check(row: TableRow, dialect: Dialect): Promise<void> {
    const { product } = this;
    const scene = await this.#sceneOf(row, dialect);
    product.now = new Date(product.now.getTime() + 1_000);
    const formerId = scene.hostUserId;
    const [account, link, told] = [await scene.account(), await scene.link(), await this.#lastEvent()];
    const pendingBefore = await scene.pending();

    await carryOut(scene, row);

    assert.equal(scene.outcome, row.answer, JSON.stringify(scene.answer?.body));
    const [linkNow, former] = [await scene.link(), await scene.account()];
    if (linkNow && linkNow.unlinked_at === null) scene.hostUserId = String(linkNow.host_user_id);
    const accounts = { before: account, after: await scene.account(), former };
    // What is gone leaves no doubt.
    if (row['link after'] === 'as before') assert.equal(recordOf(linkNow), recordOf(link));
    else assert.equal(stateOfLink(linkNow, accounts.after), row['link after']);
    meaningOf(ACCOUNTS_AFTER, row['account after'])(accounts);
    meaningOf(SEATS, row.seat)(accounts);
    const written = (await this.#eventsAfter(told)).map(({ action, outcome }) =>
      outcome === 'refused' ? 'refused' : String(action),
    );
    const isUntold = ['', 'none'].includes(row.event);
    assert.deepEqual(written, isUntold ? [] : row.event.split(', '));
    if (['refused', 'none'].includes(row.event)) assert.deepEqual([linkNow, accounts.after], [link, account]);
    if (row.pending === 'as before')
      assert.deepEqual((await scene.pending()).map(whyPending), pendingBefore.map(whyPending));
    else await meaningOf(PENDING, row.pending)(scene, formerId);
    await assertRead(scene, linkNow, accounts.after);
  }

  async #sceneOf(row: TableRow, dialect: Dialect): Promise<Scene> {
    const name = `row-${++this.#cases}`;
    const client = await scimClient(this.product, this.#handler, name, { kind: dialect.kind });
    const address = `${name}@contoso.example`;
    const user = { userName: address, externalId: `object-${name}`, email: address, active: true };
    const scene = new Scene(this.product, dialect.speak(client), user);
    await meaningOf(LINKS, row['link before'])(scene);
    const link = await scene.link();
    if (link) await scene.toAccount();
    else if (row['account before'] !== 'none') scene.hostUserId = await addHostUser(this.product, address);
    await meaningOf(ACCOUNTS, row['account before'])(scene);
    // What the row begins with is what it says.
    const account = await scene.account();
    assert.equal(stateOfLink(link, account), row['link before']);
    const state = account ? stateOfAccount(account) : link ? 'gone' : 'none';
    assert.equal(state, row['account before']);
    return scene;
  }

  async #lastEvent(): Promise<number> {
    const [row] = await this.product.database.read(({ knex }) =>
      knex('event').withSchema('scim').max('seq as seq'),
    );
    return Number(row?.seq);
  }

  #eventsAfter = (seq: number): Promise<Row[]> =>
    this.product.database.read(({ knex }) =>
      knex('event').withSchema('scim').where('seq', '>', seq).orderBy('seq').select(EVENT_COLUMNS),
    );
}

/** SCIM's `active` reports the link; one that was made by hand awaits the IdP's own word. */
async function assertRead(scene: Scene, link: Row | undefined, account: Row | undefined): Promise<void> {
  if (scene.id === undefined) return;
  const { status, body } = await scene.idp.client.get(`/Users/${scene.id}`);
  const state = recordOf(link);
  if (state === 'deleted' || state === 'unlinked') assert.equal(status, 404);
  else {
    assert.equal(status, 200);
    const isUsed = ['in force', 'missing'].includes(state) && !link?.awaits_idp;
    assert.equal(body.active, isUsed && account !== undefined);
  }
}
