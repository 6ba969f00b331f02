import assert from 'node:assert/strict';
import type { Core } from '../../../src/core/core.js';
import { addServiceAccount } from '../../../src/core/service-accounts/add.js';
import { removeAccount, updateAccount } from '../../../src/core/service-accounts/change.js';
import { disableUser } from '../../../src/core/users/disable.js';
import { disownAccount } from '../../../src/core/users/disown.js';
import { linkByHand } from '../../../src/core/users/link.js';
import { pendingUsers } from '../../../src/core/users/pending.js';
import { releaseHeldBack, reviewHeldBack } from '../../../src/core/users/release.js';
import { Problem } from '../../../src/problem.js';
import { createScimHandler } from '../../../src/scim/protocol/handler/handler.js';
import { lockingHost } from '../databases/locking-host.js';
import type { Product } from '../databases/product.js';
import { compared, reconciled } from '../databases/reconciled.js';
import { releasedBy } from '../databases/released.js';
import { PATCH_OP } from '../scim/scim.js';
import { BASE_URL, filterBy } from '../scim/scim-client.js';
import { type Account, type Idp, type Link, type Outcome, People, type Said } from './people-model.js';
import { namesOf, operationsOf, type Step, wholeUser } from './people-steps.js';

type Row = Record<string, unknown>;
type Json = Record<string, unknown>;
type ServiceAccount = Awaited<ReturnType<typeof addServiceAccount>>;

const START = new Date('2026-03-01T08:00:00.000Z').getTime();
const STEP_MS = 60_000;
const EXTENSION = 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User';
/** What puts accounts on the pending list, and says so. */
const TELLING: readonly Step['do'][] = ['post', 'patch', 'put', 'delete', 'users reconcile'];
export const IDP_NAMES = ['entra', 'okta'] as const;

/**
 * The product and the model side by side: each step is carried out on both, and then all that can be seen of the
 * two must agree. One database for many sequences, emptied in between.
 */
export class Scene {
  #people = new People();
  #idps: { model: Idp; account: ServiceAccount }[] = [];
  #lastEvent = 0;
  /** What the request of this step was answered. */
  #answered: { at: 0 | 1; body: Json } | undefined;
  readonly #handler = createScimHandler({});

  private constructor(readonly product: Product) {}

  static async open(product: Product): Promise<Scene> {
    const scene = new Scene(product);
    const engine = product.database.dialect.name;
    const statements = engine === 'mssql' ? MSSQL : POSTGRES;
    for (const statement of [...(await lockingHost(engine)), ...statements]) await scene.#run(statement);
    for (const name of IDP_NAMES) {
      const account = await addServiceAccount(product.core, { name, kind: 'generic' });
      scene.#idps.push({ account, model: newIdp(name) });
    }
    return scene;
  }

  /** Empties all, and starts from no people at all. */
  async reset(): Promise<void> {
    const { product } = this;
    await product.database.transaction(async ({ knex }) => {
      await knex('identity').withSchema('scim').delete();
      await knex('users').withSchema('app').delete();
      await knex('licence_pools').withSchema('app').update({ seats_total: 100 });
      await knex('quirks').withSchema('app').update(columnsOf(new People().host));
      await knex('service_account').withSchema('scim').whereNull('removed_at').update({
        deprovision_policy: 'manual',
        adopts_disabled: true,
        released_at: null,
        max_departures: 20,
        departures_window_s: 3600,
        departures_percent: 10,
      });
    });
    this.#people = new People();
    for (const one of this.#idps) one.model = newIdp(one.model.name);
    product.now = new Date(START);
    await this.#newEvents();
  }

  /** @throws AssertionError where product and model disagree. */
  async step(step: Step): Promise<void> {
    this.product.now = new Date(this.product.now.getTime() + STEP_MS);
    this.#answered = undefined;
    const before = this.#people.pending().map(({ account }) => account);
    await this.#carryOut(step);
    await this.#compare();
    if (TELLING.includes(step.do)) await this.#compareSeen(before);
  }

  async #carryOut(step: Step): Promise<void> {
    const now = this.product.now.getTime();
    const people = this.#people;
    switch (step.do) {
      case 'post': {
        const { model } = this.#idp(step.idp);
        const said = { ...step.user };
        await this.#request(step.idp, 'POST', undefined, wholeUser(said, step.active), () =>
          people.post(model, said, step.active, now),
        );
        return;
      }
      case 'patch': {
        const link = this.#link(step.idp, step.of);
        if (!link) return;
        const body = {
          schemas: [PATCH_OP],
          Operations: operationsOf(step.wish, step.style, step.unknownPath),
        };
        const { model } = this.#idp(step.idp);
        await this.#request(step.idp, 'PATCH', link, body, () =>
          people.change(model, link, step.wish, now, step.unknownPath),
        );
        return;
      }
      case 'put': {
        const link = this.#link(step.idp, step.of);
        if (!link) return;
        const { externalId, ...rest } = step.user;
        const wish = {
          ...rest,
          ...(externalId !== null && { externalId }),
          ...(step.active !== undefined && { active: step.active }),
        };
        const { model } = this.#idp(step.idp);
        await this.#request(step.idp, 'PUT', link, wholeUser(step.user, step.active), () =>
          people.change(model, link, wish, now),
        );
        return;
      }
      case 'delete': {
        const link = this.#link(step.idp, step.of);
        if (!link) return;
        const { model } = this.#idp(step.idp);
        await this.#request(step.idp, 'DELETE', link, undefined, () => people.delete(model, link, now));
        return;
      }
      case 'host':
        return this.#administer(step);
      case 'quirk':
        people.host[step.quirk] = step.on;
        await this.#write('quirks', {}, columnsOf(people.host));
        return;
      case 'host mark':
        people.logins = { rule: step.rule, renamesOnMatch: step.renamesOnMatch };
        return;
      case 'users disable':
        return this.#byHand(step.of, (account) => people.disable(account), disableUser);
      case 'users link': {
        const { model } = this.#idp(step.idp);
        const names = namesOf(step);
        return this.#byHand(
          step.of,
          (account) => people.link(account, model, names, now),
          async (core, key) => (await linkByHand(core, { account: key, idp: model.name, ...names })).user,
        );
      }
      case 'users link none':
        return this.#byHand(step.of, (account) => people.disown(account, now), disownAccount);
      case 'idp renew': {
        const idp = this.#idp(step.idp);
        const removal = removeAccount(this.product.core, idp.model.name);
        if (people.links.some((link) => link.idp === idp.model && link.isHeldBack)) {
          await assert.rejects(removal, { code: 'idp-holds-departures' });
          await this.#newEvents();
          return;
        }
        await removal;
        people.removeIdp(idp.model, now);
        idp.account = await addServiceAccount(this.product.core, { name: idp.model.name, kind: 'generic' });
        idp.model = newIdp(idp.model.name);
        await this.#newEvents();
        return;
      }
      case 'idp update': {
        const { model } = this.#idp(step.idp);
        Object.assign(model, step.change);
        await updateAccount(this.product.core, model.name, {
          deprovisionPolicy: model.policy,
          adoptDisabled: model.adoptsDisabled ? 'enable' : 'refuse',
          maxDepartures: model.limit,
        });
        await this.#newEvents();
        return;
      }
      case 'idp release': {
        const { model } = this.#idp(step.idp);
        people.release(model, now);
        const review = await reviewHeldBack(this.product.core, model.name);
        await releasedBy(releaseHeldBack(this.product.core, review));
        await this.#newEvents();
        return;
      }
      case 'users reconcile': {
        const { model, account } = this.#idp(step.idp);
        const events = people.reconcile(model, step.list, now);
        const idp = { id: account.id, name: model.name };
        await reconciled(this.product.core, idp, step.list);
        const told = (await this.#newEvents()).map(({ action, outcome }) => `${outcome} ${action}`);
        assert.deepEqual(told.sort(), events.map((event) => `done ${event}`).sort(), 'events of the list');
        const { summary, findings } = await compared(this.product.core, idp, step.list);
        assert.equal(summary.toMark, 0, 'whom the list marks are marked');
        const pending = new Set((await pendingUsers(this.product.core)).map(({ userId }) => userId));
        const marked = findings.filter(({ markedSince }) => markedSince !== null);
        assert.deepEqual(
          marked.filter(({ userId }) => !pending.has(userId)),
          [],
          'marked accounts are pending',
        );
        return;
      }
      case 'seats':
        for (const pool of people.pools) pool.total = step.total;
        await this.#write('licence_pools', {}, { seats_total: step.total });
        return;
    }
  }

  /** A command about one account, which is named by its key. */
  async #byHand(
    of: number,
    model: (account: Account) => Outcome,
    command: (core: Core, key: string) => Promise<object>,
  ): Promise<void> {
    const account = nth(this.#people.accounts, of);
    if (!account) return;
    const outcome = model(account);
    const answer = await command(this.product.core, account.key).catch((error) => error);
    if (answer instanceof Error && !(answer instanceof Problem)) throw answer;
    assert.equal(
      answer instanceof Problem ? answer.code : undefined,
      outcome.problem,
      'answer of the command',
    );
    if (outcome.link) outcome.link.id ??= (answer as { id: string }).id;
    return this.#expectEvents(outcome);
  }

  async #request(
    at: 0 | 1,
    method: string,
    link: Link | undefined,
    body: unknown,
    model: () => Outcome,
  ): Promise<void> {
    const outcome = model();
    const url = `/Users${link ? `/${link.id}` : ''}`;
    const answer = await this.#send(at, method, url, body);
    const told = `${answer.status} ${answer.problem ?? ''} ${JSON.stringify(answer.body)}`;
    assert.equal(answer.status, outcome.status, `status; answered ${told}`);
    assert.equal(answer.problem, outcome.problem, `problem; answered ${told}`);
    if (method === 'POST' && outcome.link) outcome.link.id ??= String(answer.body.id);
    await this.#bindKeys();
    await this.#expectEvents(outcome);
    if (answer.status >= 300 || method === 'DELETE' || !outcome.link) return;
    assert.equal(answer.body.id, outcome.link.id, 'id of the answer');
    this.#answered = { at, body: answer.body };
    if (method === 'POST' || this.product.now.getMinutes() % 2 === 0) return;
    const again = await this.#send(at, method, url, body);
    assert.deepEqual(again.body, answer.body, 'the same request again is answered alike');
    assert.deepEqual(await this.#newEvents(), [], 'the same request again writes nothing');
  }

  async #send(at: 0 | 1, method: string, url: string, body?: unknown) {
    const { account, model } = this.#idp(at);
    const { policy, adoptsDisabled, limit, releasedAt } = model;
    // As the endpoint has it of the one who authenticates.
    const departureLimit = limit && { ...limit, releasedAt: new Date(releasedAt) };
    const { rule: loginRule, renamesOnMatch } = this.#people.logins;
    const logins = { loginRule, renamesOnMatch };
    const idp = { ...account, deprovisionPolicy: policy, adoptsDisabled, departureLimit, ...logins };
    const { pathname, searchParams } = new URL(`http://localhost${url}`);
    const request = {
      ...{ method, path: pathname, query: searchParams, baseUrl: BASE_URL },
      ...(body !== undefined && { body: JSON.parse(JSON.stringify(body)) as unknown }),
    };
    const core = { ...this.product.core, actor: `idp:${model.name}` };
    const response = await this.#handler(request, { core, idp });
    return { ...response, body: (response.body ?? {}) as Json };
  }

  async #administer(step: Step & { do: 'host' }): Promise<void> {
    const { accounts } = this.#people;
    if (step.what === 'insert') {
      const { login, email, enabled, seat } = step;
      if (accounts.some((one) => one.login.toLowerCase() === login.toLowerCase())) return;
      const account = { ...stranger(login, email), enabled, seat };
      accounts.push(account);
      await this.product.database.transaction(({ knex }) =>
        knex('users').withSchema('app').insert(rowOf(account)),
      );
      return this.#bindKeys();
    }
    const account = nth(accounts, step.of);
    if (!account) return;
    const set = (columns: Partial<Account>) => {
      Object.assign(account, columns);
      return this.#write('users', { id: Number(account.key) }, rowOf(account));
    };
    const isTaken = (login: string) =>
      accounts.some((one) => one !== account && one.login.toLowerCase() === login.toLowerCase());
    switch (step.what) {
      case 'disable':
        return set({ enabled: false });
      case 'enable':
        return set({ enabled: true });
      case 'lock':
        return set({ locked: true });
      case 'unlock':
        return set({ locked: false });
      case 'take-seat':
        return set({ seat: null });
      case 'protect':
        return set({ protected: true });
      case 'unprotect':
        return set({ protected: false });
      case 'login':
        return isTaken(step.value) ? undefined : set({ login: step.value });
      case 'email':
        return set({ email: step.value });
      case 'delete':
        return this.#deleteAccount(account);
      case 'replace': {
        if (isTaken(step.login)) return;
        await this.#deleteAccount(account);
        const other = { ...stranger(step.login, step.login), key: account.key };
        accounts.push(other);
        return this.#insertUnderKey(other);
      }
    }
  }

  async #deleteAccount(account: Account): Promise<void> {
    const { accounts } = this.#people;
    accounts.splice(accounts.indexOf(account), 1);
    await this.product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(account.key) })
        .delete(),
    );
  }

  /** Another person under a key that was used before. */
  async #insertUnderKey(account: Account): Promise<void> {
    const isSqlServer = this.product.database.dialect.name === 'mssql';
    const row = rowOf(account);
    const columns = ['id', ...Object.keys(row)];
    const values = [Number(account.key), ...Object.values(row)];
    const marks = values.map(() => '?').join(', ');
    const statement = isSqlServer
      ? `set identity_insert app.users on; insert into app.users (${columns}) values (${marks}); set identity_insert app.users off`
      : `insert into app.users (${columns}) overriding system value values (${marks})`;
    await this.product.database.transaction(({ knex }) => knex.raw(statement, values as string[]));
  }

  // What can be seen.

  async #compare(): Promise<void> {
    const people = this.#people;
    // All of it at once: most of the time goes into waiting for the database.
    const [users, identities, pending, ...lists] = await Promise.all([
      this.#rows('app.users'),
      this.#rows('scim.identity'),
      pendingUsers(this.product.core),
      ...([0, 1] as const).map((at) => this.#send(at, 'GET', '/Users?count=200')),
    ]);
    assert.deepEqual(sorted(users.map(accountOf)), sorted(people.accounts), 'accounts');
    const names = new Map(this.#idps.map(({ account, model }) => [account.id.toLowerCase(), model.name]));
    const known = people.links.filter(({ isSuperseded }) => !isSuperseded);
    const rows = identities.map((row) => linkOf(row, names));
    assert.deepEqual(
      sorted(rows.filter((row) => !row.superseded)),
      sorted(known.map((link) => seen(link, this.#idps))),
      'links',
    );
    // Nobody reads the names and ids of these.
    const history = (some: { account: string; ended: unknown; isHeldBack: boolean }[]) =>
      sorted(some.map(({ account, ended, isHeldBack }) => ({ key: account, ended, isHeldBack })));
    assert.deepEqual(
      history(rows.filter((row) => row.superseded)),
      history(people.links.filter(({ isSuperseded }) => isSuperseded)),
      'links that were superseded',
    );
    const listed = pending.map(({ userId: key, reason, idp, since, heldBack: isHeldBack }) =>
      reason === 'doubtful' ? { key, reason } : { key, reason, idp, since: since.getTime(), isHeldBack },
    );
    const wanted = people.pending().map(({ account: key, ...row }) => ({ key, ...row }));
    assert.deepEqual(sorted(listed), sorted(wanted), 'pending');
    for (const at of [0, 1] as const) await this.#compareReads(at, lists[at]?.body.Resources as Json[]);
  }

  /** An account that a request or a mark put on the list was seen there; a link in force that is not marked is not. */
  async #compareSeen(before: readonly string[]): Promise<void> {
    const now = this.product.now.getTime();
    const identities = await this.#rows('scim.identity');
    const begun = this.#people.pending().filter(({ account }) => !before.includes(account));
    for (const { account, reason } of begun.filter(({ reason }) => reason !== 'doubtful')) {
      const seen = identities.flatMap((row) =>
        String(row.host_user_id) === account && row.pending_seen_at instanceof Date
          ? [row.pending_seen_at]
          : [],
      );
      assert.ok(
        seen.some((at) => at.getTime() === now),
        `the account ${account} was seen to become ${reason}`,
      );
    }
    const inForce = identities.filter(
      (row) => row.deprovisioned_at === null && row.unlinked_at === null && row.missing_at === null,
    );
    assert.deepEqual(
      inForce.map(({ pending_seen_at }) => pending_seen_at).filter((at) => at !== null),
      [],
      'a link in force is not pending',
    );
  }

  async #compareReads(at: 0 | 1, list: readonly Json[]): Promise<void> {
    const people = this.#people;
    const { model } = this.#idp(at);
    const visible = people.visible(model);
    const wanted = visible.map((link) => ({ key: link.id, ...people.reads(link) }));
    assert.deepEqual(sorted(list.map(readOf)), sorted(wanted), `what ${model.name} reads`);
    const answered = this.#answered;
    if (answered?.at === at) {
      const read = list.find(({ id }) => id === answered.body.id);
      assert.deepEqual(answered.body, read, 'the answer is what is read next');
    }
    // One of them now, another after the next step: these are many requests.
    const minute = (this.product.now.getTime() - START) / STEP_MS;
    if (minute % 2 === at) await this.#compareOne(at, wanted, list, Math.floor(minute / 2));
  }

  /** What one request reads: a GET of any link, or a filter by anything that anybody knows. */
  async #compareOne(at: 0 | 1, wanted: readonly Read[], list: readonly Json[], turn: number): Promise<void> {
    const people = this.#people;
    const { model } = this.#idp(at);
    const link = nth(people.links, turn);
    const account = nth(people.accounts, turn);
    const filters = [
      ['userName', link?.said.userName, ({ userName }: Read) => userName],
      ['emails.value', account?.email, ({ email }: Read) => email],
      ['displayName', account?.display, ({ display }: Read) => display],
    ] as const;
    const [path, value, get] = filters[(turn % 6) >> 1] ?? [];
    if (turn % 2 === 0 && link?.id) {
      const { status, body } = await this.#send(at, 'GET', `/Users/${link.id}`);
      const read = list.find(({ id }) => id === link.id);
      assert.equal(status, read ? 200 : 404, `status of GET ${link.id} by ${model.name}`);
      if (read) assert.deepEqual(body, read, 'GET and list');
    } else if (path && value) {
      const filter = `${path} eq ${JSON.stringify(value)}`;
      const { body } = await this.#send(at, 'GET', `/Users?${filterBy(filter)}`);
      const found = ((body.Resources ?? []) as Json[]).map(readOf);
      const expected = wanted.filter((read) => get(read)?.toLowerCase() === value.toLowerCase());
      assert.deepEqual(sorted(found), sorted(expected), `${model.name} finds by ${filter}`);
    }
  }

  async #newEvents(): Promise<{ action: string; outcome: string; code: unknown }[]> {
    const rows: Row[] = await this.product.database.read(({ knex }) =>
      knex('event').withSchema('scim').where('seq', '>', this.#lastEvent).orderBy('seq').select('*'),
    );
    this.#lastEvent = Number(rows.at(-1)?.seq ?? this.#lastEvent);
    return rows.map(({ action, outcome, details }) => ({
      ...{ action: String(action), outcome: String(outcome) },
      code: (JSON.parse(String(details)) as Json).code,
    }));
  }

  async #expectEvents({ event, problem }: Outcome): Promise<void> {
    const events = (await this.#newEvents()).map(({ action, outcome, code }) =>
      outcome === 'refused' ? `refused ${code}` : `${outcome} ${action}`,
    );
    if (problem === 'user-unknown' || (problem === undefined && event === undefined)) return;
    assert.deepEqual(
      events,
      problem ? [`refused ${problem}`] : event === null ? [] : [`done ${event}`],
      'events',
    );
  }

  /** Gives accounts of the model that are new the keys that the host application gave them. */
  async #bindKeys(): Promise<void> {
    const unbound = this.#people.accounts.filter(({ key }) => key.startsWith('new-'));
    if (unbound.length === 0) return;
    const rows = await this.#rows('app.users');
    for (const account of unbound) {
      const row = rows.find(({ login }) => login === account.login);
      assert.ok(row, `an account ${account.login} was made`);
      for (const link of this.#people.links) if (link.account === account.key) link.account = String(row.id);
      account.key = String(row.id);
    }
  }

  #idp(at: 0 | 1) {
    const idp = this.#idps[at];
    assert.ok(idp);
    return idp;
  }

  /** Of this IdP, but for the last number: any link at all. */
  #link(idp: 0 | 1, of: number): Link | undefined {
    const known = this.#people.links.filter(({ id }) => id !== null);
    const { model } = this.#idp(idp);
    return nth(of === 11 ? known : known.filter((link) => link.idp === model), of);
  }

  #rows(table: string): Promise<Row[]> {
    const [schema = '', name = ''] = table.split('.');
    return this.product.database.read(({ knex }) => knex(name).withSchema(schema).select('*'));
  }

  async #write(table: string, where: Row, columns: Row): Promise<void> {
    await this.product.database.transaction(({ knex }) =>
      knex(table).withSchema('app').where(where).update(columns),
    );
  }

  async #run(statement: string): Promise<void> {
    await this.product.database.transaction(({ knex }) => knex.raw(statement));
  }
}

/** As `idp add` makes one. */
const newIdp = (name: string): Idp => ({
  ...{ name, policy: 'manual', adoptsDisabled: true, releasedAt: 0 },
  limit: { max: 20, windowMs: 3_600_000, percent: 10 },
});

const nth = <T>(all: readonly T[], of: number): T | undefined => all[of % Math.max(1, all.length)];
const sorted = <T extends { key: unknown }>(all: readonly T[]): T[] =>
  [...all]
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    .sort((a, b) => String(a.key).localeCompare(String(b.key)));
const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
const instant = (value: unknown) => (value === null ? null : new Date(value as string).getTime());

const stranger = (login: string, email: string | null): Account => ({
  ...{ key: 'new-stranger', login, email, display: `Display of ${login}`, given: 'Given', family: 'Family' },
  ...{ enabled: true, locked: false, protected: false, seat: null, provider: false },
});

const SAML = 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55';
const rowOf = (account: Account): Row => ({
  login: account.login,
  email: account.email,
  display_name: account.display,
  first_name: account.given,
  last_name: account.family,
  enabled: account.enabled,
  locked: account.locked,
  identity_provider_id: account.provider ? SAML : null,
  licence_type: account.seat,
  protected: account.protected,
});
const accountOf = (row: Row): Account => ({
  key: String(row.id),
  login: String(row.login),
  email: text(row.email),
  display: String(row.display_name),
  given: text(row.first_name),
  family: text(row.last_name),
  enabled: Boolean(row.enabled),
  locked: Boolean(row.locked),
  protected: Boolean(row.protected),
  seat: text(row.licence_type),
  provider: row.identity_provider_id !== null,
});

const linkOf = (row: Row, names: ReadonlyMap<string, string>) => ({
  key: String(row.identity_id).toLowerCase(),
  idp: names.get(String(row.service_account_id).toLowerCase()) ?? 'removed',
  account: String(row.host_user_id),
  userName: row.user_name,
  externalId: row.external_id,
  ended:
    row.deprovisioned_at === null
      ? null
      : { reason: row.deprovision_reason, since: instant(row.deprovisioned_at) },
  unlinked: instant(row.unlinked_at),
  superseded: row.superseded_at !== null,
  read: { login: text(row.account_login), email: text(row.account_email) },
  inForceAs: text(row.account_external_id),
  departed: instant(row.departed_at),
  awaits: Boolean(row.awaits_idp),
  isHeldBack: row.held_back_at !== null,
  missing: instant(row.missing_at),
});
const seen = ({ id, idp, account, said, ...link }: Link, idps: readonly { model: Idp }[]) => ({
  key: id,
  idp: idps.some(({ model }) => model === idp) ? idp.name : 'removed',
  account,
  userName: said.userName,
  externalId: said.externalId,
  ...{ ended: link.ended, unlinked: link.unlinked, superseded: false, read: link.read },
  ...{ inForceAs: link.inForceAs, departed: link.departed, awaits: link.awaits, isHeldBack: link.isHeldBack },
  missing: link.missing,
});

type Read = Said & { key: string | null };
const readOf = (resource: Json) => {
  const name = (resource.name ?? {}) as Json;
  const extension = (resource[EXTENSION] ?? {}) as Json;
  const [email] = (resource.emails ?? []) as Json[];
  return {
    ...{ key: String(resource.id), userName: resource.userName, externalId: text(resource.externalId) },
    ...{ email: text(email?.value), display: text(resource.displayName) },
    ...{ given: text(name.givenName), family: text(name.familyName), active: resource.active },
    ...{ account: text(extension.hostUserId), seat: text(extension.licenceType) },
  };
};

const columnsOf = (host: People['host']): Row => ({
  ignores_enabled: host.ignoresEnabled,
  ignores_names: host.ignoresNames,
  ignores_email: host.ignoresEmail,
  derives_display: host.derivesDisplay,
});

/*
 * The reference host application, but for what the table app.quirks says it makes of what is written to it: it
 * ignores some of it, or shows a display name of its own.
 */
const POSTGRES = [
  'create table app.quirks (ignores_enabled boolean, ignores_names boolean, ignores_email boolean, derives_display boolean)',
  'insert into app.quirks values (false, false, false, false)',
  `create function app.own_display(first_name text, last_name text, login text) returns text language sql as
     $$ select coalesce(nullif(concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')), ''), login) || ' *' $$`,
  `create or replace function app.write_host_user() returns trigger language plpgsql as $$
   declare quirks app.quirks; made integer;
   begin
     select * into quirks from app.quirks;
     if tg_op = 'INSERT' then
       insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
       values (new.login_name, new.email, new.display_name, new.given_name, new.family_name,
               coalesce(new.is_enabled, true), new.sso_provider_id::uuid, new.licence_type)
       returning id into made;
       new.user_id := made::varchar(128);
     else
       made := old.user_id::integer;
       update app.users u set
         login        = case when new.login_name is distinct from old.login_name then new.login_name else u.login end,
         email        = case when new.email is distinct from old.email and not quirks.ignores_email then new.email else u.email end,
         display_name = case when new.display_name is distinct from old.display_name and not quirks.ignores_names then new.display_name else u.display_name end,
         first_name   = case when new.given_name is distinct from old.given_name and not quirks.ignores_names then new.given_name else u.first_name end,
         last_name    = case when new.family_name is distinct from old.family_name and not quirks.ignores_names then new.family_name else u.last_name end,
         enabled      = case when (new.is_enabled is distinct from old.is_enabled or new.is_locked_temporarily is distinct from old.is_locked_temporarily)
                                  and not quirks.ignores_enabled then new.is_enabled else u.enabled end,
         locked       = case when new.is_locked_temporarily is distinct from old.is_locked_temporarily and not quirks.ignores_enabled
                             then false else u.locked end,
         licence_type = case when new.licence_type is distinct from old.licence_type then new.licence_type else u.licence_type end,
         identity_provider_id = case when new.sso_provider_id is distinct from old.sso_provider_id
                                     then new.sso_provider_id::uuid else u.identity_provider_id end
       where u.id = made;
       if not found then return null; end if;
     end if;
     if quirks.derives_display then
       update app.users u set display_name = app.own_display(u.first_name, u.last_name, u.login) where u.id = made;
     end if;
     return new;
   end
   $$`,
];

const OWN_DISPLAY = `update u set display_name = concat(coalesce(nullif(ltrim(rtrim(concat(u.first_name, N' ', u.last_name))), N''), u.login), N' *')
    from app.users u`;
const MSSQL = [
  'create table app.quirks (ignores_enabled bit, ignores_names bit, ignores_email bit, derives_display bit)',
  'insert into app.quirks values (0, 0, 0, 0)',
  'drop trigger scim.host_user_insert',
  'drop trigger scim.host_user_update',
  `create trigger scim.host_user_insert on scim.host_user instead of insert as
   begin
     set nocount on;
     insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
     select i.login_name, i.email, i.display_name, i.given_name, i.family_name, coalesce(i.is_enabled, 1),
            cast(i.sso_provider_id as uniqueidentifier), i.licence_type
       from inserted i;
     if exists (select 1 from app.quirks where derives_display = 1)
       ${OWN_DISPLAY} join inserted i on u.login = i.login_name;
   end`,
  `create trigger scim.host_user_update on scim.host_user instead of update as
   begin
     set nocount on;
     declare @enabled bit, @names bit, @email bit, @display bit;
     select @enabled = ignores_enabled, @names = ignores_names, @email = ignores_email, @display = derives_display from app.quirks;
     if update(login_name)
       update u set login = i.login_name from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(email) and @email = 0
       update u set email = i.email from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(display_name) and @names = 0
       update u set display_name = i.display_name from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(given_name) and @names = 0
       update u set first_name = i.given_name from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(family_name) and @names = 0
       update u set last_name = i.family_name from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(is_locked_temporarily) and @enabled = 0
       update u set locked = 0 from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(is_enabled) and @enabled = 0
       update u set enabled = i.is_enabled from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(sso_provider_id)
       update u set identity_provider_id = cast(i.sso_provider_id as uniqueidentifier)
         from app.users u join inserted i on u.id = cast(i.user_id as int);
     if update(licence_type)
       update u set licence_type = i.licence_type from app.users u join inserted i on u.id = cast(i.user_id as int);
     if @display = 1
       ${OWN_DISPLAY} join inserted i on u.id = cast(i.user_id as int);
   end`,
];
