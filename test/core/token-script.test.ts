import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { markHosting } from '../../src/core/host/installation.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { NO_KEYS, parseTokenKeys, type TokenKeys } from '../../src/core/tokens/keys.js';
import { rotateToken } from '../../src/core/tokens/rotate.js';
import { type ScriptedToken, type ScriptRequest, scriptToken } from '../../src/core/tokens/script.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

const DAY_MS = 86_400_000;
const LIFETIME = { expiresInMs: 30 * DAY_MS };

/** What a DBA does with the file: run it, batch by batch. */
async function runScript(product: Product, { script }: ScriptedToken): Promise<void> {
  await product.database.read(async ({ knex, dialect }) => {
    for (const batch of dialect.splitScript(script)) await knex.raw(batch);
  });
}

function scripted(product: Product, request: ScriptRequest, keys: TokenKeys = NO_KEYS): ScriptedToken {
  const { actor } = product.core;
  const { dialect } = product.database;
  return scriptToken(request, {
    dialect,
    schema: 'scim',
    toolVersion: '0.0.0-test',
    actor,
    random: randomBytes,
    keys,
  });
}

/** The tokens and events of one IdP, with what differs from run to run written as places and distances. */
async function writtenFor(product: Product, idp: string): Promise<unknown> {
  const accounts = await rowsOf(product, 'scim.service_account');
  const id = accounts.find(({ name }) => name === idp)?.service_account_id;
  const tokens = (await rowsOf(product, 'scim.token'))
    .filter(({ service_account_id }) => service_account_id === id)
    .sort((a, b) => Number(a.created_at) - Number(b.created_at));
  const places = new Map(tokens.map(({ public_id }, at) => [String(public_id), `token ${at + 1}`]));
  const origin = Number(tokens.at(-1)?.created_at);
  const distance = (instant: unknown) =>
    instant === null ? null : `${Math.round((Number(instant) - origin) / 60_000)} min`;
  const events = (await rowsOf(product, 'scim.event'))
    .filter(({ target_name, target_type }) => target_name === idp && target_type === 'token')
    .sort((a, b) => Number(a.seq) - Number(b.seq));
  return {
    tokens: tokens.map(({ public_id, replaces, digest, service_account_id: _account, ...row }) => ({
      ...row,
      public_id: places.get(String(public_id)),
      replaces: places.get(String(replaces)) ?? null,
      digest: (digest as Buffer).length,
      ...Object.fromEntries(
        Object.entries(row).flatMap(([name, value]) =>
          name.endsWith('_at') ? [[name, distance(value)]] : [],
        ),
      ),
    })),
    events: events.map(
      ({ seq: _seq, event_id: _id, occurred_at, target_id, target_name: _name, details, ...row }) => ({
        ...row,
        occurred_at: distance(occurred_at),
        target_id: places.get(String(target_id)),
        // Character for character, but for ids and instants.
        details: String(details)
          .replace(/"[0-9A-Za-z]{12}"/g, (quoted) => `"${places.get(quoted.slice(1, -1))}"`)
          .replace(
            /"\d{4}-\d{2}-\d{2}T[\d:]{8}\.\d{3}Z"/g,
            (quoted) => `"${distance(new Date(quoted.slice(1, -1)))}"`,
          ),
      }),
    ),
  };
}

forEachEngine('a token as a script for the DBA', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
    for (const name of ['by-tool', 'by-script', 'full', 'keyed']) {
      await addServiceAccount(product.core, { name, kind: 'generic' });
    }
  });
  after(() => product.close());

  const refusal = async (request: ScriptRequest): Promise<string> => {
    const before = await rowsOf(product, 'scim.token');
    const script = scripted(product, request);
    const error = await runScript(product, script).then(
      () => assert.fail('it was not refused'),
      (refused: Error) => refused,
    );
    assert.deepEqual(await rowsOf(product, 'scim.token'), before, 'a refused script changes nothing');
    return error.message;
  };

  test('writes exactly what the tool writes', async () => {
    const steps: { rotate?: { overlapMs: number } }[] = [
      {},
      { rotate: { overlapMs: DAY_MS } },
      { rotate: { overlapMs: 0 } },
      { rotate: { overlapMs: 40 * DAY_MS } },
    ];
    for (const { rotate } of steps) {
      product.now = new Date();
      if (rotate) await rotateToken(product.core, 'by-tool', { ...LIFETIME, ...rotate });
      else await createToken(product.core, 'by-tool', LIFETIME);
      const script = scripted(product, { idp: 'by-script', ...LIFETIME, rotate });
      await runScript(product, script);
      product.now = new Date();
      assert.equal((await verifyToken(product.core, script.token)).reason, 'valid');
      assert.deepEqual(await writtenFor(product, 'by-script'), await writtenFor(product, 'by-tool'));
    }
  });

  test('never holds the token itself', () => {
    const { token, script, id } = scripted(product, { idp: 'full', expiresInMs: null });
    assert.ok(!script.includes(token.slice(-49)));
    assert.ok(script.includes(id));
  });

  test('carries the key’s id where tokens are hashed with a key', async () => {
    const keys = parseTokenKeys(`k1 ${randomBytes(32).toString('base64')}`, 'this test');
    const script = scripted(product, { idp: 'keyed', expiresInMs: null }, keys);
    await runScript(product, script);
    const core = { ...product.core, tokenKeys: keys };
    const { reason, keyId, hashScheme } = await verifyToken(core, script.token);
    assert.deepEqual(
      { reason, keyId, hashScheme },
      { reason: 'valid', keyId: 'k1', hashScheme: 'hmac-sha256' },
    );
  });

  test('is refused, and changes nothing, where the tool would refuse', async () => {
    assert.match(await refusal({ idp: 'nobody', ...LIFETIME }), /no IdP nobody/);
    assert.match(
      await refusal({ idp: 'full', ...LIFETIME, rotate: { overlapMs: DAY_MS } }),
      /no such live token/,
    );
    await createToken(product.core, 'full', LIFETIME);
    await createToken(product.core, 'full', LIFETIME);
    assert.match(await refusal({ idp: 'full', ...LIFETIME }), /two live tokens already/);
    assert.match(
      await refusal({ idp: 'full', ...LIFETIME, rotate: { overlapMs: DAY_MS } }),
      /two active tokens/,
    );
    await markHosting(product.core, 'cloud');
    assert.match(await refusal({ idp: 'full', ...LIFETIME }), /cloud-hosted/);
    await markHosting(product.core, 'on-premises');
  });

  test('run twice, is refused the second time', async () => {
    const script = scripted(product, { idp: 'by-script', ...LIFETIME, rotate: { overlapMs: 0 } });
    await runScript(product, script);
    const once = await writtenFor(product, 'by-script');
    await assert.rejects(runScript(product, script));
    assert.deepEqual(await writtenFor(product, 'by-script'), once);
  });
});
