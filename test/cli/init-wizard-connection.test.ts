import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { integratedServer } from '../support/kerberos/sql-server.js';
import { runCli, startCli } from '../support/processes/cli.js';
import { terminalMissing } from '../support/processes/pty.js';
import {
  answer,
  CONTROL_C,
  type Dialogue,
  DOWN,
  REST,
  RETURN,
  startWizard,
  WAYS,
} from '../support/processes/wizard.js';

/** The parts of the URL of a test database, as a person types them. */
function partsOf(url: string) {
  const { hostname, port, username, password, pathname, protocol } = new URL(url);
  const separator = protocol.startsWith('mssql') ? ',' : ':';
  return {
    place: (at: string) => `${hostname}${separator}${at}`,
    port,
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

forEachEngine(
  'the wizard asks for a connection',
  (engine) => {
    it('in parts, and after a mistake only for the part that is wrong', {
      skip: terminalMissing,
    }, async () => {
      const { url } = await engine.freshDatabase();
      const { place, port, user, password, database } = partsOf(url);
      const home = await temporaryDirectory('home');
      // Below the ports that systems give to outgoing connections, of which one might have it.
      const endpointPort = 20_000 + (process.pid % 12_000);
      await mkdir(join(home, '.config', 'scimctl'), { recursive: true });
      const config = join(home, '.config', 'scimctl', 'config.json');
      await writeFile(config, JSON.stringify({ serve: { port: endpointPort } }));
      const kindOfLogin: Dialogue = engine.name === 'mssql' ? [[/How does scimctl log in\?/, RETURN]] : [];
      const terminal = await startWizard(home);

      await answer(terminal, [
        [/Where is the application's database\?/, WAYS[engine.name]],
        [/server: host/, `${place('1')}${RETURN}`],
        [/Name of the database/, `no_such_database${RETURN}`],
        ...kindOfLogin,
        [/(Login|Login role) \(< goes back\)/, `${user}${RETURN}`],
        [/Password of/, `no-such-password${RETURN}`],
        [/nothing listens on that port[\s\S]*server: host/, `${place(port)}${RETURN}`],
        [/refused the login[\s\S]*Password of/, `<${RETURN}`],
        [/(Login|Login role) \(< goes back\)/, RETURN],
        [/Password of/, `${password}${RETURN}`],
        [/has no database[\s\S]*Name of the database/, `${database}${RETURN}`],
        ...Object.values({ ...REST, file: [REST.file[0], `okta.token${RETURN}`] as const }),
      ]);

      assert.equal(await terminal.end(90_000), 0, terminal.screen());
      const raw = terminal.raw();
      for (const secret of [password, 'no-such-password']) assert.ok(!raw.includes(secret), 'not shown');
      assert.ok(!(await readFile(config, 'utf8')).includes(password));
      // The two commands that it ends with, as they are.
      const words = (line: RegExp) => (line.exec(terminal.screen())?.[1] ?? '').trim().split(' ');
      const [serve, probe] = [words(/^ {2}scimctl (serve.*)$/m), words(/^ {2}scimctl (probe.*)$/m)];
      const endpoint = await startCli(serve, { home, env: { SCIMCTL_DATABASE_PASSWORD: password } });
      try {
        await endpoint.waitFor(/listening/);
        const probed = await runCli(probe, { home });
        assert.equal(probed.code, 0, `${probed.stdout}${probed.stderr}`);
      } finally {
        endpoint.kill();
        await endpoint.end();
      }
    });

    it('as one string, and then what to do about its TLS', { skip: terminalMissing }, async () => {
      const { url } = await engine.freshDatabase();
      const bare = url.replace(/\?.*$/, '');
      const setting = engine.name === 'mssql' ? `${bare}?encrypt=true` : `${bare}?sslmode=verify-full`;
      const terminal = await startWizard(await temporaryDirectory('home'));

      await answer(terminal, [
        [/Where is the application's database\?/, WAYS.paste],
        [/Connection string/, `${setting}${RETURN}`],
        [/How should scimctl connect to/, `${engine.name === 'mssql' ? DOWN : ''}${RETURN}`],
        [/Database: [\s\S]*Install the schema\?/, CONTROL_C],
      ]);

      assert.equal(await terminal.end(), 130, terminal.screen());
      assert.ok(!terminal.raw().includes(partsOf(url).password), 'not shown');
    });
  },
  { only: ['postgres', 'mssql'] },
);

it('the wizard asks how to log in again where the account of the process cannot, and for no password', {
  skip: terminalMissing,
}, async () => {
  // It never gets as far as a login.
  const server = await integratedServer({
    accept: () => {
      throw new Error('nobody');
    },
  });
  try {
    const terminal = await startWizard(await temporaryDirectory('home'), [], {
      env: { KRB5CCNAME: 'FILE:/nonexistent/cache', KRB5_CONFIG: '/nonexistent' },
    });

    await answer(terminal, [
      [/Where is the application's database\?/, WAYS.mssql],
      [/server: host/, `127.0.0.1,${server.port}${RETURN}`],
      [/Name of the database/, `IQM${RETURN}`],
      [/How does scimctl log in\?/, `${DOWN}${RETURN}`],
      // The answer before is proposed.
      [/(Kerberos|library)[\s\S]*How does scimctl log in\?/, `\x1b[A${RETURN}`],
      [/Login \(< goes back\)/, CONTROL_C],
    ]);

    assert.equal(await terminal.end(), 130, terminal.screen());
    assert.doesNotMatch(terminal.screen(), /Password/);
  } finally {
    await server.close();
  }
});
