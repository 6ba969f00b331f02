import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import type { ScimHandler } from '../../src/scim/protocol/exchange.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { bearer, type Endpoint, echo, issue, startEndpoint } from '../support/scim/endpoint.js';
import { rawClient } from '../support/scim/raw-http.js';

const JSON_TYPE = { 'Content-Type': 'application/scim+json' };

interface KeptClient {
  /** Sends a request on the connection; the answer, as it came. */
  ask(path: string): Promise<string>;
  /** How the server closed the connection. */
  end: Promise<string>;
}

async function keptClient(port: number): Promise<KeptClient> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  return {
    ask: async (path) => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const [text] = await once(socket, 'data');
      return String(text);
    },
    end: new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      socket.once('end', () => resolve('ended'));
    }),
  };
}

forEachEngine(
  'the HTTP server of the endpoint',
  (engine) => {
    let product: Product;
    let endpoint: Endpoint;
    let token: string;

    before(async () => {
      product = await freshProduct(engine, { served: true });
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      ({ token } = await issue(product, 'entra'));
      endpoint = await startEndpoint(product);
    });
    after(async () => {
      await endpoint.stop(0);
      await product.close();
    });

    const call = async (path: string, init: RequestInit = {}, base = endpoint.url) => {
      const response = await fetch(`${base}${path}`, {
        ...init,
        headers: { ...bearer(token), ...(init.headers as Record<string, string>) },
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson && text !== '' ? JSON.parse(text) : undefined,
      };
    };
    const post = (
      body: string | Uint8Array,
      headers: Record<string, string> = JSON_TYPE,
      base = endpoint.url,
    ) => call('/scim/v2/Users', { method: 'POST', body, headers }, base);

    describe('hands a request over', () => {
      it('with method, path, query, preconditions and body', async () => {
        const { status, body, headers } = await call(
          '/scim/v2/Users/a%2Fb?filter=x%20eq%20%22y%22&aadOptscim062020',
          {
            method: 'PATCH',
            body: '{"schemas":[],"n":1}',
            headers: { ...JSON_TYPE, 'If-Match': 'W/"1"' },
          },
        );

        assert.equal(status, 200);
        assert.deepEqual(
          [body.method, body.path, body.query, body.ifMatch, body.body],
          ['PATCH', '/Users/a%2Fb', 'filter=x+eq+%22y%22&aadOptscim062020=', 'W/"1"', { schemas: [], n: 1 }],
        );
        assert.equal(body.baseUrl, endpoint.scim);
        assert.equal(headers.get('content-type'), 'application/scim+json');
        assert.equal(headers.get('cache-control'), 'no-store');
        assert.equal(headers.get('x-content-type-options'), 'nosniff');
        assert.equal(headers.get('etag'), 'W/"1"');
        assert.ok(headers.get('x-request-id'));
      });

      it('and answers with the media type that was asked for', async () => {
        for (const [accept, type] of [
          ['application/json', 'application/json'],
          ['application/json, text/plain', 'application/json'],
          ['application/scim+json, application/json', 'application/scim+json'],
          ['*/*', 'application/scim+json'],
          ['text/html', 'application/scim+json'],
        ] as const) {
          const { headers } = await call('/scim/v2/Users', { headers: { accept } });
          assert.equal(headers.get('content-type'), type, accept);
        }
      });

      for (const path of ['/scim/v2/Users/', '//scim/v2//Users', '/SCIM/v2/Users']) {
        it(`at ${path}, as people type it`, async () => {
          assert.equal((await call(path)).body.path, '/Users');
        });
      }

      it('of which it answers HEAD as GET without its body, and OPTIONS by itself', async () => {
        const head = await call('/scim/v2/Users', { method: 'HEAD' });
        const options = await call('/scim/v2/Users', { method: 'OPTIONS' });

        assert.deepEqual([head.status, head.text], [200, '']);
        assert.ok(Number(head.headers.get('content-length')) > 0);
        assert.deepEqual([options.status, options.text], [204, '']);
        assert.match(options.headers.get('allow') ?? '', /PATCH/);
      });

      it('with its own request id, or a new one where that cannot be logged', async () => {
        const kept = await call('/scim/v2/Users', { headers: { 'X-Request-Id': 'a1-b2_c3.d4' } });
        const made = await call('/scim/v2/Users', {
          headers: { 'X-Request-Id': 'with blank and ✓'.slice(0, 14) },
        });

        assert.equal(kept.headers.get('x-request-id'), 'a1-b2_c3.d4');
        assert.match(made.headers.get('x-request-id') ?? '', /^[\w-]{12}-[0-9a-z]+$/);
      });
    });

    describe('refuses', () => {
      for (const [what, type, status] of [
        ['SCIM', 'application/scim+json; charset=utf-8', 200],
        ['JSON', 'Application/JSON', 200],
        ['a form', 'application/x-www-form-urlencoded', 415],
        ['XML', 'text/xml', 415],
        ['another character set', 'application/json; charset=utf-16', 415],
      ] as const) {
        it(`${status === 200 ? 'not ' : ''}a body that says it is ${what}`, async () => {
          const answer = await post('{}', { 'Content-Type': type });

          assert.equal(answer.status, status);
          if (status === 415) assert.match(answer.body.detail, /application\/scim\+json|UTF-8/);
        });
      }

      it('a body that is compressed', async () => {
        assert.equal((await post('{}', { ...JSON_TYPE, 'Content-Encoding': 'gzip' })).status, 415);
      });

      for (const [what, body] of [
        ['cut off', '{"userName":"ann@example.com'],
        ['not UTF-8', Uint8Array.from([0x22, 0xff, 0x22])],
        ['nested beyond all reason', '['.repeat(104_857)],
      ] as const) {
        it(`JSON that is ${what}`, async () => {
          const { status, body: error } = await post(body);

          assert.equal(status, 400);
          assert.equal(error.scimType, 'invalidSyntax');
          assert.equal(error.status, '400');
          assert.ok(!JSON.stringify(error).includes('ann@'));
        });
      }

      it('a body that is too large, whether or not it says so, and goes on with the connection', async () => {
        const large = JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) });
        const said = await post(large);
        const chunked = await new Promise<number | undefined>((resolve, reject) => {
          const sending = httpRequest(
            `${endpoint.scim}/Users`,
            { method: 'POST', headers: { ...bearer(token), ...JSON_TYPE } },
            (response) => {
              response.resume();
              resolve(response.statusCode);
            },
          );
          sending.once('error', reject);
          sending.write(large.slice(0, 100_000));
          sending.end(large.slice(100_000));
        });

        assert.deepEqual([said.status, chunked], [413, 413]);
        assert.match(said.body.detail, /1048576 bytes/);
        assert.equal((await post('{}')).status, 200);
      });

      it('a body with more objects and lists than its size is for, by whatever they are made of', async () => {
        const of = (one: string, many: number) => `{"text":"[{","some":[${Array(many).fill(one).join()}]}`;
        assert.equal((await post(of('{}', 104_853))).status, 200);
        const refusals = [of('{}', 104_854), of('[]', 104_854), '['.repeat(500_000)];
        for (const body of refusals) {
          const refused = await post(body);
          assert.equal(refused.status, 413);
          assert.match(refused.body.detail, /more than 104857 objects and lists/);
        }
        assert.equal((await post('{}')).status, 200);
      });

      it('a body before a token was shown', async () => {
        const client = await rawClient(endpoint.port);
        client.write('POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
        client.write('Content-Length: 1000000\r\n\r\n{');

        assert.match(await client.read(/"detail"/), /^HTTP\/1\.1 401 /);
        client.close();
      });

      it('what is not there, and methods that are not used', async () => {
        const outside = await call('/admin');
        const method = await call('/healthz', { method: 'POST' });

        assert.deepEqual([outside.status, outside.body.status], [404, '404']);
        assert.match(outside.body.detail, /\/scim\/v2/);
        assert.equal(method.status, 405);
      });

      it('a request without a host, or with two', async () => {
        for (const hosts of ['', 'Host: a\r\nHost: b\r\n', 'host: a\r\nHOST: a\r\n']) {
          const client = await rawClient(endpoint.port);
          client.write(`GET /healthz HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);

          assert.match(await client.read(), /^HTTP\/1\.1 400 /, hosts);
        }
      });

      it('headers that are too large, and what is not HTTP', async () => {
        const [large, strange] = [await rawClient(endpoint.port), await rawClient(endpoint.port)];
        large.write(`GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
        strange.write('\x16\x03\x01 hello\r\n\r\n');

        assert.match(await large.read(), /^HTTP\/1\.1 431 [\s\S]*"status":"431"/);
        const second = await rawClient(endpoint.port);
        second.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        await second.read(/alive/);
        second.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
        assert.match(await second.read(), /HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 431 /);
        assert.match(await strange.read(), /^HTTP\/1\.1 400 [\s\S]*"status":"400"/);
      });
    });

    describe('does not wait for ever', () => {
      it('for headers or a body that come too slowly', async () => {
        const own = await startEndpoint(product, { limits: { headersMs: 300, requestMs: 600 } });
        const [headers, body] = [await rawClient(own.port), await rawClient(own.port)];
        headers.write('GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n');
        body.write(
          `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
            'Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
        );

        assert.match(await headers.read(), /^HTTP\/1\.1 408 /);
        assert.match(await body.read(), /^HTTP\/1\.1 408 /);
        await own.stop(1000);
      });

      it('for an answer that does not come', async () => {
        const never: ScimHandler = () => new Promise(() => undefined);
        const own = await startEndpoint(product, { limits: { handlerMs: 200 }, handler: never });

        const { status, headers, body } = await call('/scim/v2/Users', {}, own.url);

        assert.equal(status, 503);
        assert.ok(Number(headers.get('retry-after')) > 0);
        assert.equal(body.status, '503');
        await own.stop(0);
      });
    });

    it('works on so many at once, has so many wait, and sends the others away', async () => {
      let [inside, most] = [0, 0];
      const slow: ScimHandler = async (request, door) => {
        most = Math.max(most, ++inside);
        await delay(300);
        inside--;
        return echo(request, door);
      };
      const own = await startEndpoint(product, { limits: { maxConcurrency: 2, maxQueue: 4 }, handler: slow });

      const answers = await Promise.all(
        Array.from({ length: 20 }, () => call('/scim/v2/Users', {}, own.url)),
      );

      const statuses = answers.map(({ status }) => status);
      const sent = answers.filter(({ status }) => status === 503);
      assert.equal(most, 2);
      assert.ok(statuses.filter((status) => status === 200).length >= 2, String(statuses));
      assert.ok(sent.length > 0, String(statuses));
      assert.ok(
        sent.every(({ headers, body }) => headers.has('retry-after') && /[Tt]oo many/.test(body.detail)),
      );
      // Nobody has kept a place.
      assert.equal((await call('/scim/v2/Users', {}, own.url)).status, 200);
      await own.stop(0);
    });

    it('answers 500 for a mistake of ours, without a word of it, and goes on', async () => {
      const wrong: ScimHandler = async ({ path }) => {
        if (path === '/Users') throw new Error('ann@example.com broke it');
        // Cannot be written as JSON.
        return { status: 200, headers: {}, body: { count: 1n } };
      };
      const own = await startEndpoint(product, { handler: wrong });

      const { status, text } = await call('/scim/v2/Users', {}, own.url);

      assert.equal(status, 500);
      assert.ok(!text.includes('ann@'));
      assert.ok(!JSON.stringify(own.log).includes('ann@'));
      assert.equal((await call('/scim/v2/Groups', {}, own.url)).status, 500);
      assert.equal((await call('/healthz', {}, own.url)).status, 200);
      await own.stop(0);
    });

    describe('behind a proxy', () => {
      const forwarded = {
        'X-Forwarded-For': '198.51.100.9, 203.0.113.7:4711',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'iqm.example.com',
      };
      const failed = (own: Endpoint) => own.log.find(({ status }) => status === 401);

      it('believes what it says of the client, and nobody without one', async () => {
        const own = await startEndpoint(product, { origin: { behindProxy: true } });
        const { body } = await call('/scim/v2/Users', { headers: forwarded }, own.url);
        await call('/scim/v2/Users', { headers: { ...forwarded, Authorization: 'Bearer x' } }, own.url);
        const plain = await call('/scim/v2/Users', { headers: forwarded });

        // What a proxy adds is behind what the client had sent.
        const claimed = {
          ...forwarded,
          'X-Forwarded-Proto': 'http, https',
          'X-Forwarded-Host': 'attacker.example, iqm.example.com',
        };
        const added = await call('/scim/v2/Users', { headers: claimed }, own.url);

        assert.equal(body.baseUrl, 'https://iqm.example.com/scim/v2');
        assert.equal(added.body.baseUrl, 'https://iqm.example.com/scim/v2');
        assert.equal(failed(own)?.source, '203.0.113.7');
        assert.equal(plain.body.baseUrl, endpoint.scim);
        await own.stop(0);
      });

      it('is believed however many headers the client sends before those that it adds', async () => {
        const own = await startEndpoint(product, { origin: { behindProxy: true } });
        const client = await rawClient(own.port);
        const headers = ['Host: localhost', 'Connection: close', 'X-Forwarded-For: 198.51.100.9'];
        headers.push(...Array(2100).fill('a:'), 'X-Forwarded-For: 203.0.113.7');
        client.write(`GET /scim/v2/Users HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);

        assert.match(await client.read(), /^HTTP\/1\.1 401 /);
        assert.equal(failed(own)?.source, '203.0.113.7');
        await own.stop(0);
      });

      it('is called as it was told, with or without the path that the proxy has in front', async () => {
        const own = await startEndpoint(product, {
          origin: { behindProxy: true, tenantUrl: 'https://iqm.example.com/prov/scim/v2' },
        });
        for (const path of ['/prov/scim/v2/Users', '/scim/v2/Users']) {
          const { body } = await call(path, { headers: forwarded }, own.url);
          assert.deepEqual([body.path, body.baseUrl], ['/Users', 'https://iqm.example.com/prov/scim/v2']);
        }
        assert.equal((await call('/other/scim/v2/Users', {}, own.url)).status, 404);
        assert.equal((await call('/prov/healthz', {}, own.url)).status, 200);
        await own.stop(0);
      });
    });

    describe('tells how it is', () => {
      it('whether it lives and whether it can work', async () => {
        assert.deepEqual((await call('/healthz')).body, { status: 'alive' });
        assert.deepEqual((await call('/readyz')).body, { status: 'ready' });
      });

      it('that the host views are missing', async () => {
        const bare = await freshProduct(engine, { host: false });
        const own = await startEndpoint(bare);

        const { status, body } = await call('/readyz', {}, own.url);

        assert.deepEqual([status, body.status], [503, 'host-views-missing']);
        await own.stop(0);
        await bare.close();
      });

      it('in numbers, to this machine alone', async () => {
        await call('/scim/v2/Users/2819c223-7f76-453a-919d-413861904646');
        await call('/scim/v2/Users', { headers: { Authorization: 'Bearer x' } });
        const { status, text, headers } = await call('/metrics');
        const relayed = await call('/metrics', { headers: { 'X-Forwarded-For': '203.0.113.7' } });

        assert.deepEqual([status, relayed.status], [200, 404]);
        assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
        for (const line of [
          /^scimctl_requests_total\{method="GET",route="\/scim\/v2\/Users\/:id",idp="entra",status="200"\} \d+$/m,
          /^scimctl_request_duration_seconds_bucket\{method="GET",route="\/scim\/v2\/Users",le="\+Inf"\} \d+$/m,
          /^scimctl_authentication_failures_total\{reason="form"\} \d+$/m,
          /^scimctl_database_connections\{state="waiting"\} 0$/m,
          /^scimctl_seats_free\{licence_type="Concurrent"\} \d+$/m,
          /^scimctl_ready 1$/m,
        ])
          assert.match(text, line);
        assert.ok(!text.includes('2819c223'));
      });

      it('in numbers, on a port of their own', async () => {
        const own = await startEndpoint(product, {
          origin: { behindProxy: true },
          metrics: { host: '127.0.0.1', port: 0 },
        });
        const there = await fetch(`${own.metricsUrl}/metrics`);

        assert.equal(there.status, 200);
        assert.match(await there.text(), /scimctl_build_info\{version="/);
        assert.equal((await call('/metrics', {}, own.url)).status, 404);
        assert.equal((await fetch(`${own.metricsUrl}/scim/v2/Users`)).status, 404);
        await own.stop(0);
      });
    });

    it('lets what is under way end before it stops, and says on open connections that it stops', async () => {
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const slow: ScimHandler = async (request, door) => {
        begin();
        await delay(300);
        return echo(request, door);
      };
      const own = await startEndpoint(product, { handler: slow });
      const answer = call('/scim/v2/Users', {}, own.url);
      await begun;

      const [cut, { status, headers }] = await Promise.all([own.stop(5000), answer]);

      assert.deepEqual([cut, status, headers.get('connection')], [0, 200, 'close']);
      await assert.rejects(fetch(own.url));
    });

    it('answers what is on its way on an open connection when it stops, and resets none', async () => {
      const own = await startEndpoint(product);
      const clients = await Promise.all([1, 2].map(() => keptClient(own.port)));
      const [idle, busy] = clients as [KeptClient, KeptClient];
      for (const client of clients) await client.ask('/healthz');

      const answer = busy.ask('/healthz');
      const stopped = own.stop(60_000);

      assert.match(await answer, /^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n/s);
      assert.deepEqual([await idle.end, await busy.end], ['ended', 'ended']);
      assert.equal(await stopped, 0);
    });
  },
  { only: ['embedded', 'postgres'] },
);
