import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIMITS, type Limits } from '../../src/scim/server/fairness/limits.js';
import { listen, portOf } from '../../src/scim/server/http/listen.js';

const answer: RequestListener = (request, response) => {
  response.end(request.url);
};

async function opened(limits: Partial<Limits>, isExempt: boolean, listener = answer) {
  const drops: string[] = [];
  const { server, connections } = await listen(listener, {
    host: '127.0.0.1',
    port: 0,
    limits: { ...DEFAULT_LIMITS, ...limits },
    onBadClient: () => undefined,
    isExempt: () => isExempt,
    onDrop: (reason, source) => drops.push(`${reason} ${source}`),
  });
  const sockets: Socket[] = [];
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    drops,
    stop: () => connections.end(server),
    /** What comes back for this text until the server closes, or `until` is there. */
    async exchange(text: string, until?: RegExp): Promise<{ said: string; socket: Socket }> {
      const socket = connect({ port: portOf(server), host: '127.0.0.1' });
      sockets.push(socket);
      let said = '';
      socket.on('error', () => undefined);
      socket.write(text);
      await new Promise<void>((resolve) => {
        socket.on('data', (data) => {
          said += data;
          if (until?.test(said)) resolve();
        });
        socket.once('close', () => resolve());
      });
      return { said, socket };
    },
  };
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe('connections', () => {
  it('are limited by address, and one that ends makes room', async () => {
    const own = await opened({ maxConnectionsPerAddress: 2 }, false);
    const held = [await own.exchange(GET('/1'), /\/1$/), await own.exchange(GET('/2'), /\/2$/)];

    assert.equal((await own.exchange(GET('/3'))).said, '');
    held[0]?.socket.end();
    await once(held[0]?.socket as Socket, 'close');

    assert.match((await own.exchange(GET('/4'), /\/4$/)).said, /^HTTP\/1\.1 200/);
    assert.deepEqual(own.drops, ['address 127.0.0.1']);
  });

  it('of this machine and of a proxy are not', async () => {
    const own = await opened({ maxConnectionsPerAddress: 1 }, true);
    for (const path of ['/1', '/2', '/3']) await own.exchange(GET(path), new RegExp(`${path}$`));

    assert.deepEqual(own.drops, []);
  });

  it('beyond the limit of all are dropped, and said to be', async () => {
    const own = await opened({ maxConnections: 1 }, true);
    await own.exchange(GET('/1'), /\/1$/);
    await own.exchange(GET('/2'));

    assert.deepEqual(own.drops, ['total 127.0.0.1']);
  });

  it('end after a number of requests, and say so with the last answer', async () => {
    const own = await opened({ maxRequestsPerConnection: 3 }, true);

    const { said } = await own.exchange([1, 2, 3].map((n) => GET(`/${n}`)).join(''));

    const answers = said.split(/(?=HTTP\/1\.1 )/);
    assert.deepEqual(
      answers.map((text) => /^connection: close/im.test(text)),
      [false, false, true],
    );
  });

  it('have one request worked on at a time', async () => {
    let [inside, most] = [0, 0];
    const slow: RequestListener = (request, response) => {
      most = Math.max(most, ++inside);
      setTimeout(() => {
        inside--;
        response.end(request.url);
      }, 5);
    };
    const own = await opened({}, true, slow);

    const { said } = await own.exchange([1, 2, 3, 4].map((n) => GET(`/${n}`)).join(''), /\/4$/);

    assert.deepEqual(said.match(/(?<=\r\n\r\n)\/\d/g), ['/1', '/2', '/3', '/4']);
    assert.equal(most, 1);
  });

  it('are cut where a client sends one request after another and waits for no answer', async () => {
    const own = await opened({}, true, () => undefined);

    const sent = own.exchange(Array.from({ length: 300 }, (_, n) => GET(`/${n}`)).join(''));
    while (own.drops.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = performance.now();
    await own.stop();

    assert.equal((await sent).said, '');
    assert.deepEqual(own.drops, ['pipelining 127.0.0.1']);
    assert.ok(performance.now() - began < 5_000, 'a stop does not wait for them');
  });

  it('have no more requests read of what was sent too early', async () => {
    const read: string[] = [];
    const onRead = (message: unknown) => {
      read.push((message as { request: IncomingMessage }).request.url ?? '');
    };
    // Told of each request that node makes an object of, whoever listens to it.
    channel('http.server.request.start').subscribe(onRead);
    after(() => channel('http.server.request.start').unsubscribe(onRead));
    const own = await opened({}, false, () => undefined);

    const sent = own.exchange(GET('/early').repeat(1_000));
    await sleep(300);
    await own.stop();
    await sent;

    assert.equal(read.filter((url) => url === '/early').length, 64);
    assert.deepEqual(own.drops, ['pipelining 127.0.0.1']);
  });

  it('answer requests with an expectation as others', async () => {
    const own = await opened({}, false);
    const asking = 'GET /1 HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\n\r\n';

    const { said } = await own.exchange(`${asking}${GET('/2')}`, /\/2$/);

    assert.match(said, /^HTTP\/1\.1 200 [\s\S]*\/1HTTP\/1\.1 200 [\s\S]*\/2$/);
  });
});
