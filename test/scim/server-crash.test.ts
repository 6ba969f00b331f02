import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sealEvents } from '../../src/core/audit/seal.js';
import { verifyTrail } from '../../src/core/audit/verify/verify.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type Answer, type Endpoint, startEndpoint } from '../support/scim/served.js';

/** SCIMCTL_TEST_KILLS for more; the server is started anew after each. */
const KILLS = Number(process.env.SCIMCTL_TEST_KILLS ?? 8);
const CLIENTS = 8;

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** What one client knows of one user: what was acknowledged, and what it has asked for without an answer. */
interface Known {
  email: string;
  id?: string;
  /** Display names that it may have by now: the last one acknowledged, and those sent since. */
  names: string[];
  active: boolean[];
}

const person = ({ email, names }: Known) => ({
  schemas: [CORE],
  userName: email,
  externalId: `id-of-${email}`,
  active: true,
  displayName: names.at(-1),
  emails: [{ type: 'work', primary: true, value: email }],
});

const patch = (value: Record<string, unknown>) => ({
  schemas: [PATCH],
  Operations: [{ op: 'replace', value }],
});

forEachEngine(
  'the endpoint is killed under load',
  (engine) => {
    let product: Product;
    let token: string;
    let serial = 0;
    let acknowledgements = 0;
    const known: Known[] = [];

    before(async () => {
      product = await freshProduct(engine);
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra', deprovisionPolicy: 'disable' });
      token = (await createToken(product.core, 'entra', { expiresInMs: null })).token;
      await product.test.query('update app.licence_pools set seats_total = 100000');
    });
    after(() => product.close());

    /** Creates, renames, disables and re-enables, one after another, until the server is gone. */
    async function client(endpoint: Endpoint): Promise<void> {
      try {
        for (;;) {
          const user: Known = { email: `crash${serial++}@contoso.example`, names: ['New'], active: [true] };
          known.push(user);
          const created = await endpoint.send(token, 'POST', '/Users', person(user));
          await assertStatus(endpoint, created, 201);
          user.id = created.body.id;
          acknowledgements++;
          await change(endpoint, user, { displayName: `Renamed ${serial}` });
          await change(endpoint, user, { active: false });
          await change(endpoint, user, { active: true });
        }
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
    }

    async function change(
      endpoint: Endpoint,
      user: Known,
      value: { displayName?: string; active?: boolean },
    ): Promise<void> {
      if (value.displayName !== undefined) user.names.push(value.displayName);
      if (value.active !== undefined) user.active.push(value.active);
      const changed = await endpoint.send(token, 'PATCH', `/Users/${user.id}`, patch(value));
      await assertStatus(endpoint, changed, 200);
      acknowledgements++;
      user.names = user.names.slice(-1);
      user.active = user.active.slice(-1);
    }

    test(`${KILLS} times: every acknowledged write is there, none half done, the trail agrees`, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        const endpoint = await startEndpoint(product.url);
        const clients = Array.from({ length: CLIENTS }, () => client(endpoint));
        const enough = acknowledgements + 3 + randomInt(40);
        while (acknowledgements < enough) await sleep(5);
        await sleep(randomInt(10));
        endpoint.process.kill('SIGKILL');
        await endpoint.process.end();
        await Promise.all(clients);
      }

      const endpoint = await startEndpoint(product.url);
      const acknowledged = known.filter(({ id }) => id !== undefined);
      assert.ok(acknowledged.length > KILLS, `only ${acknowledged.length} users were created`);
      for (const { id, email, names, active } of acknowledged) {
        const { status, body } = await endpoint.send(token, 'GET', `/Users/${id}`);
        assert.equal(status, 200, email);
        assert.ok(names.includes(body.displayName), `${email} is ${body.displayName}, not one of ${names}`);
        assert.ok(active.includes(body.active), `${email} is ${body.active}, not one of ${active}`);
      }
      assert.equal((await endpoint.stop()).code, 0);

      await assertWhole();
    });

    /** Each host user that came by the endpoint has one link, one seat if enabled, and its events. */
    async function assertWhole(): Promise<void> {
      const ours = (text: unknown) => /^crash\d+@/.test(String(text));
      const users = (await rowsOf(product, 'app.users')).filter(({ login }) => ours(login));
      const identities = await rowsOf(product, 'scim.identity');
      const events = (await rowsOf(product, 'scim.event')).filter(({ outcome }) => outcome === 'done');
      const links = new Map(identities.map((row) => [String(row.host_user_id), row]));
      assert.equal(identities.length, users.length);
      for (const user of users) {
        const link = links.get(String(user.id));
        assert.ok(link, `${user.login} has no link`);
        const isOver = link.deprovisioned_at !== null;
        // Beyond the limit of departures an account stays enabled: enough kills leave enough users disabled for that.
        const isEnabled = !isOver || link.held_back_at !== null;
        assert.equal(Boolean(user.enabled), isEnabled, `${user.login}`);
        assert.equal(user.licence_type !== null, Boolean(user.enabled), `${user.login} and its seat`);
        const own = events.filter(({ target_id }) => sameId(target_id, link.identity_id));
        const of = (action: string) => own.filter((event) => event.action === action).length;
        assert.equal(of('user.create'), 1, `${user.login}`);
        assert.equal(of('user.deprovision') - of('user.enable'), isOver ? 1 : 0, `${user.login}`);
        assert.equal(of('user.update'), user.display_name === 'New' ? 0 : 1, `${user.login}`);
      }
      product.now = new Date(Date.now() + 3_600_000);
      await sealEvents(product.core);
      assert.equal((await verifyTrail(product.core)).status, 'intact');
    }
  },
  { only: ['postgres', 'mssql'] },
);

/** If not, it says what the endpoint has logged of such answers. */
async function assertStatus(
  { process }: Endpoint,
  { status, body }: Answer,
  expected: number,
): Promise<void> {
  if (status === expected) return;
  // Lines are written a few at a time.
  await sleep(1000);
  const lines = process.stderr.split('\n').filter((line) => line.includes(`"status":${status}`));
  assert.equal(status, expected, [JSON.stringify(body), ...lines.slice(-3)].join('\n'));
}

// SQL Server hands GUIDs over in capitals.
const sameId = (a: unknown, b: unknown) => String(a).toLowerCase() === String(b).toLowerCase();
