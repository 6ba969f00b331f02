import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { tlsFixture } from '../support/fake-servers/listen.js';
import { troubleProxy } from '../support/faults/trouble-proxy.js';
import { type RunningCli, runCli, startCli } from '../support/processes/cli.js';
import { runHere } from '../support/processes/world.js';
import { bearer, issue } from '../support/scim/endpoint.js';

interface Serving {
  process: RunningCli;
  url: string;
  port: number;
}

/** Starts the endpoint as a process of its own, and waits until it listens. */
async function serve(words: readonly string[], env: Record<string, string>): Promise<Serving> {
  const process = await startCli(['serve', '--port', '0', '-o', 'json', ...words], { env });
  await process.waitFor(/"event":"listening"/);
  return { process, ...(JSON.parse(process.stdout) as { url: string; port: number }) };
}

forEachEngine('serve', (engine) => {
  let product: Product;
  let token: string;
  let env: Record<string, string>;

  before(async () => {
    product = await freshProduct(engine);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    ({ token } = await issue(product, 'entra'));
    env = { SCIMCTL_DATABASE: product.url };
  });
  after(() => product.close());

  const users = (url: string) => fetch(`${url}/scim/v2/Users?count=1`, { headers: bearer(token) });

  it('says where it listens, answers, and ends well at a signal', async () => {
    const { process, url, port } = await serve(['--base-url', 'https://iqm.example.com'], env);
    const answer = await users(url);
    const ready = await fetch(`${url}/readyz`);

    process.kill('SIGTERM');
    const { code, stdout, stderr } = await process.end();

    assert.deepEqual([answer.status, ready.status, code], [200, 200, 0]);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/);
    const where = { url, host: '127.0.0.1', port, tenantUrl: 'https://iqm.example.com/scim/v2' };
    assert.equal(stdout, `${JSON.stringify(where)}\n`);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map(({ event, route }) => route ?? event),
      ['listening', '/scim/v2/Users', 'stopping', 'stopped'],
    );
    const [used] = await rowsOf(product, 'scim.token');
    assert.ok(used?.last_used_at);
  });

  it('ends at once at a second signal', async () => {
    const { process, port } = await serve(['--stop-timeout', '1m'], env);
    // Somebody who never finishes a request.
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n');
    await delay(200);
    process.kill('SIGINT');
    await process.waitFor(/"event":"stopping"/);
    process.kill('SIGINT');

    const { code, stderr } = await process.end(10_000);

    assert.equal(code, 130);
    assert.match(
      stderr,
      /Interrupted while stopping.*Each open change was applied completely or not at all/s,
    );
    socket.destroy();
  });

  it('lets everything end that was begun, under load', async () => {
    const { process, url } = await serve([], env);
    const statuses: number[] = [];
    let [broken, stopping] = [0, false];
    const client = async () => {
      while (!stopping || statuses.length === 0) {
        try {
          const answer = await users(url);
          await answer.arrayBuffer();
          statuses.push(answer.status);
        } catch (error) {
          // Refused once nobody listens; what was accepted has to be answered.
          const { code } = (error as { cause?: { code?: string } }).cause ?? {};
          if (code !== 'ECONNREFUSED') broken++;
          return;
        }
      }
    };
    const clients = Array.from({ length: 8 }, client);
    while (statuses.length < 20) await delay(10);
    process.kill('SIGINT');
    const { code } = await process.end();
    stopping = true;
    await Promise.all(clients);

    assert.equal(code, 0);
    assert.deepEqual([...new Set(statuses)], [200]);
    // A connection that was idle when it was closed may just have been used again by its client.
    assert.ok(broken <= clients.length, `${broken} broken`);
  });

  it('is one of several, and refuses a port that is taken', async () => {
    const one = await serve([], env);
    const two = await serve([], env);
    const statuses = await Promise.all([users(one.url), users(two.url)]);
    const taken = await runCli(['serve', '--port', String(one.port)], { env });

    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200],
    );
    assert.equal(taken.code, 3);
    assert.match(taken.stderr, /\[port-in-use\]\n.*--port/);
    for (const { process } of [one, two]) process.kill();
    assert.deepEqual([(await one.process.end()).code, (await two.process.end()).code], [0, 0]);
  });
});

forEachEngine(
  'serve, when its database goes away,',
  (engine) => {
    it('answers 503 and goes on by itself when that is back', async () => {
      const product = await freshProduct(engine);
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      const { token } = await issue(product, 'entra');
      const proxy = await troubleProxy(product.url);
      const { process, url } = await serve(['--timeout', '2s'], { SCIMCTL_DATABASE: proxy.url });
      const users = () => fetch(`${url}/scim/v2/Users?count=1`, { headers: bearer(token) });
      const untilGood = async () => {
        let answer = await users();
        for (let tries = 0; answer.status !== 200 && tries < 50; tries++) {
          await delay(200);
          answer = await users();
        }
        return answer.status;
      };
      assert.equal(await untilGood(), 200);

      await proxy.down();
      const [away, unready, alive] = [
        await users(),
        await fetch(`${url}/readyz`),
        await fetch(`${url}/healthz`),
      ];
      await proxy.up();
      const back = await untilGood();

      assert.deepEqual([away.status, unready.status, alive.status], [503, 503, 200]);
      assert.ok(Number(away.headers.get('retry-after')) > 0);
      assert.equal(((await away.json()) as { status: string }).status, '503');
      assert.equal(back, 200);
      process.kill();
      const { code, stderr } = await process.end();
      assert.equal(code, 0);
      assert.match(stderr, /"status":503,.*"problem":"database-[a-z-]+"/);
      await proxy.close();
      await product.close();
    });

    it('may be told at the start to wait for it', async () => {
      const product = await freshProduct(engine);
      const proxy = await troubleProxy(product.url);
      await proxy.down();
      const env = { SCIMCTL_DATABASE: proxy.url };
      const refused = await runHere(['serve', '--port', '0'], { env });
      const process = await startCli(['serve', '--port', '0', '--wait', '1m'], { env });
      await process.waitFor(/does not answer yet\. Waiting/);
      await proxy.up();
      await process.waitFor(/"event":"listening"/);
      process.kill();

      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /\[database-unreachable\]/);
      assert.equal((await process.end()).code, 0);
      await proxy.close();
      await product.close();
    });
  },
  { only: ['postgres', 'mssql'] },
);

describe('serve refuses', () => {
  const nowhere = { SCIMCTL_DATABASE: 'postgresql://nobody:x@127.0.0.1:1/nothing' };

  for (const [what, words, code, pattern] of [
    [
      'plain HTTP for everybody',
      ['--host', '0.0.0.0'],
      2,
      /\[plain-http-refused\]\n.*--tls-cert.*--behind-proxy/,
    ],
    ['plain HTTP for everybody over IPv6', ['--host', '::'], 2, /\[plain-http-refused\]/],
    ['half of TLS', ['--tls-cert', 'server.pem'], 2, /--tls-cert needs --tls-key.*\[option-missing\]/],
    ['a port that is none', ['--port', '65536'], 2, /\[number-invalid\]/],
    ['a size that is none', ['--max-body', '1'], 2, /\[size-invalid\]/],
    ['one port for two', ['--port', '9000', '--metrics-port', '9000'], 2, /\[options-conflict\]/],
    ['a level that is none', ['--log-level', 'loud'], 2, /\[option-value-invalid\]/],
    ['a base URL with a query', ['--base-url', 'https://iqm.example.com/?tenant=1'], 2, /\[url-invalid\]/],
    ['a base URL that is none', ['--base-url', 'iqm.example.com'], 2, /\[url-invalid\]/],
    ['schemas that are not there', ['--user-schemas', '/none.json'], 3, /\[user-schemas-unreadable\]/],
  ] as const) {
    it(what, async () => {
      const { code: ended, stdout, stderr } = await runHere(['serve', ...words], { env: nowhere });

      assert.equal(ended, code, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, pattern);
    });
  }

  it('settings that are not understood, and says where they stand', async () => {
    const inEnvironment = await runHere(['serve'], { env: { ...nowhere, SCIMCTL_SERVE_PORT: 'http' } });
    const config = join(await temporaryDirectory(), 'scimctl.json');
    const inFile = async (fields: Record<string, unknown>) => {
      await writeFile(config, JSON.stringify({ serve: fields }));
      return runHere(['serve', '--config', config], { env: nowhere });
    };
    const wrong = await inFile({ behindProxy: 'perhaps' });
    const unknown = await inFile({ prot: 8090 });
    const nested = await inFile({ port: { http: 8090 } });

    assert.match(
      inEnvironment.stderr,
      /"http" is not a valid value for SCIMCTL_SERVE_PORT.*\[setting-invalid\]/,
    );
    assert.match(
      wrong.stderr,
      /"perhaps" is not a valid value for serve\.behindProxy in .*\[setting-invalid\]/,
    );
    assert.match(unknown.stderr, /no field "prot".*\[config-invalid\]/);
    assert.match(nested.stderr, /\[config-invalid\]/);
    assert.deepEqual(
      [inEnvironment, wrong, unknown, nested].map(({ code }) => code),
      [3, 3, 3, 3],
    );
  });
});

forEachEngine(
  'serve from a config file',
  (engine) => {
    it('takes what stands there, with paths relative to it, and lets flags win', async () => {
      const product = await freshProduct(engine);
      const directory = await temporaryDirectory();
      await copyFile(tlsFixture('trusted'), join(directory, 'server.pem'));
      await copyFile(tlsFixture('key-for-tests-only'), join(directory, 'server.key'));
      const config = join(directory, 'scimctl.json');
      const fields = {
        port: 1,
        tlsCert: 'server.pem',
        tlsKey: 'server.key',
        host: '0.0.0.0',
        logFormat: 'text',
      };
      await writeFile(config, JSON.stringify({ database: product.url, serve: fields }));

      const process = await startCli(['serve', '--config', config, '--port', '0', '-v']);
      await process.waitFor(/Listening at https:\/\/0\.0\.0\.0:\d+/);
      await process.waitFor(/Tenant URL for the IdP/);
      process.kill();

      assert.equal((await process.end()).code, 0);
      await product.close();
    });
  },
  { only: ['embedded'] },
);
