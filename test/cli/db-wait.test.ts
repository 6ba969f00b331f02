import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { it } from 'node:test';
import { forEachEngine } from '../support/engines.js';
import { closedPort } from '../support/fake-servers/listen.js';
import { startCli } from '../support/processes/cli.js';
import { runHere } from '../support/processes/world.js';

forEachEngine(
  'waiting for a server',
  (engine) => {
    it('ends when it is there', async () => {
      const { url } = await engine.freshDatabase();
      const [target, through] = [new URL(url), new URL(url)];
      const port = await closedPort();
      [through.hostname, through.port] = ['127.0.0.1', String(port)];
      const waiting = await startCli(['db', 'wait', '--for', '1m', '--verbose', '-o', 'json'], {
        env: { SCIMCTL_DATABASE: through.href },
      });
      await waiting.waitFor(/Try 1/);

      const server = createServer((client) => {
        const upstream = connect(Number(target.port), target.hostname);
        client.pipe(upstream).pipe(client);
        for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      });
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      const { code, stdout } = await waiting.end();
      server.close();

      assert.equal(code, 0);
      assert.equal(JSON.parse(stdout).reachable, true);
    });

    it('ends at once where waiting cannot help', async () => {
      const { url } = await engine.freshDatabase();
      const wrong = new URL(url);
      wrong.username = 'nobody_of_this_name';
      const began = performance.now();

      const { code, stderr } = await runHere(['db', 'wait', '--for', '1m'], {
        env: { SCIMCTL_DATABASE: wrong.href },
      });

      assert.equal(code, 3);
      assert.match(stderr, /\[database-login-failed\]/);
      assert.ok(performance.now() - began < 30_000);
    });

    it('ends when the time is over, with what is in the way', async () => {
      const { url } = await engine.freshDatabase();
      const wrong = new URL(url);
      wrong.port = String(await closedPort());

      const { code, stderr } = await runHere(['db', 'wait', '--for', '1s'], {
        env: { SCIMCTL_DATABASE: wrong.href },
      });

      assert.equal(code, 3);
      assert.match(stderr, /\[database-unreachable\]/);
    });
  },
  { only: ['postgres', 'mssql'] },
);
