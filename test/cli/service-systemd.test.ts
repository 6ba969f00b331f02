import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { tlsFixture } from '../support/fake-servers/listen.js';
import { binFile } from '../support/processes/cli.js';
import { type BootedSystemd, bootSystemd, insideFile, systemdMissing } from '../support/processes/systemd.js';

const skip = systemdMissing();
const UNITS = '/etc/systemd/system';

// Of a machine that systemd runs, all that Linux has: accounts of services, credentials, timers, cgroups.
forEachEngine(
  'a service of systemd',
  (engine) => {
    let product: Product;
    let systemd: BootedSystemd;
    const cli = (words: string) =>
      systemd.run(
        `cd ${systemd.directory}; exec ${process.execPath} ${binFile} ${words} --config config.json`,
      );
    const units = async () =>
      (await systemd.run(`cd ${UNITS}; ls -d scimctl* 2>/dev/null`)).stdout
        .trim()
        .split('\n')
        .filter(Boolean);
    const failed = async (words: string) => {
      const { code, stderr } = await cli(words);
      return `${code} ${/\[([a-z-]+)\]/.exec(stderr)?.[1]}`;
    };

    before(async () => {
      if (skip !== undefined) return;
      product = await freshProduct(engine);
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      await createToken(product.core, 'entra', { expiresInMs: null });
      systemd = await bootSystemd();
      await insideFile(systemd, 'db.txt', product.url);
      await insideFile(systemd, 'server.pem', await readFile(tlsFixture('trusted'), 'utf8'));
      await insideFile(systemd, 'server.key', await readFile(tlsFixture('key-for-tests-only'), 'utf8'));
      const serve = { host: '0.0.0.0', port: 18_444, tlsCert: 'server.pem', tlsKey: 'server.key' };
      await insideFile(systemd, 'config.json', JSON.stringify({ database: '@db.txt', serve }));
    });
    after(async () => {
      await systemd?.stop();
      await product?.close();
    });

    it('is checked before anything is written', { skip }, async () => {
      assert.equal(await failed('service status'), '4 undefined');
      assert.equal(
        await failed('service install --tls-cert none.pem --tls-key server.key'),
        '3 service-file-missing',
      );
      assert.equal((await cli('service install --dry-run')).code, 0);
      assert.deepEqual(await units(), []);
    });

    it('starts with files that only root can read, as an account of its own, and answers', {
      skip,
    }, async () => {
      const installed = await cli('service install -o json');

      assert.equal(installed.code, 0, installed.stderr);
      assert.ok(JSON.parse(installed.stdout).started.includes('scimctl.service'));
      const ready = await systemd.run(
        'for i in $(seq 50); do curl -sk https://127.0.0.1:18444/readyz && break; sleep 0.2; done',
      );
      assert.equal(JSON.parse(ready.stdout).status, 'ready');
      const shown = await systemd.run(
        'ps -o user= -p $(systemctl show scimctl -p MainPID --value); cat /proc/$(systemctl show scimctl -p MainPID --value)/cmdline',
      );
      assert.match(shown.stdout, /^scimctl\s/);
      assert.doesNotMatch(shown.stdout, /postgres/);
      const { code, stdout } = await cli('service status -o json');
      assert.equal(code, 0, stdout);
      const { parts } = JSON.parse(stdout);
      assert.deepEqual(
        parts.map(({ part, enabled, running, summary }: Record<string, unknown>) => [
          part,
          enabled,
          running,
          summary,
        ]),
        [
          ['serve', true, true, 'running'],
          ...['pending', 'check', 'seal'].map((job) => [job, true, false, 'has not run yet']),
        ],
      );
    });

    it('changes nothing the second time', { skip }, async () => {
      const before = await systemd.run('systemctl show scimctl -p MainPID');
      const again = await cli('service install -o json');

      assert.match(again.stderr, /nothing was changed/);
      assert.deepEqual(JSON.parse(again.stdout).started, []);
      assert.deepEqual(await systemd.run('systemctl show scimctl -p MainPID'), before);
    });

    it('runs its jobs, and says how they ended', { skip }, async () => {
      await systemd.run('systemctl start scimctl-seal scimctl-pending; systemctl start scimctl-check');

      const { parts } = JSON.parse((await cli('service status -o json')).stdout);
      const codes = parts.map(({ part, lastExitCode }: Record<string, unknown>) => [part, lastExitCode]);
      assert.deepEqual(codes.slice(0, 2), [
        ['serve', null],
        ['pending', 0],
      ]);
      assert.equal(codes[3][1], 0);
      const list = await systemd.run(
        'stat -c %a /var/lib/scimctl/pending.csv; head -c 20 /var/lib/scimctl/pending.csv',
      );
      assert.match(list.stdout, /^600\n\ufeffuserId,/);
    });

    it('starts again when a file that it has read was renewed', { skip }, async () => {
      const pid = async () => (await systemd.run('systemctl show scimctl -p MainPID --value')).stdout.trim();
      const before = await pid();
      await systemd.run(
        `cp ${systemd.directory}/server.key /tmp/k; cat /tmp/k > ${systemd.directory}/server.key`,
      );

      for (let tries = 0; tries < 60 && (await pid()) === before; tries++)
        await new Promise((resolve) => setTimeout(resolve, 250));
      assert.notEqual(await pid(), before);
      assert.match(
        (await systemd.run('journalctl -u scimctl -o cat --no-pager')).stdout,
        /"event":"stopped"/,
      );
    });

    it('replaces an edited unit only when told so, and keeps it', { skip }, async () => {
      await systemd.run(`sed -i s/RestartSec=5/RestartSec=9/ ${UNITS}/scimctl.service`);

      assert.equal(await failed('service install'), '1 service-unit-edited');
      assert.match((await cli('service status')).stdout, /warn +serve +its unit was edited/);
      const replaced = await cli('service install --replace');
      assert.equal(replaced.code, 0, replaced.stderr);
      const kept = (await units()).find((name) => name.includes('.replaced-'));
      assert.match((await systemd.run(`cat ${UNITS}/${kept}`)).stdout, /RestartSec=9/);
      await systemd.run(`rm ${UNITS}/${kept}`);
    });

    it('says that the endpoint ends at once', { skip }, async () => {
      const changed = await cli('service install --host 192.0.2.1');
      assert.match(changed.stderr, /\[service-not-running\]/);
      // An option that is added or forgotten is told.
      assert.match(
        changed.stderr,
        /scimctl\.service starts: .* serve --host 192\.0\.2\.1 .*\n {2}before: .* serve --wait 5m/,
      );
      assert.equal(await failed('service status'), '4 undefined');
      assert.equal((await cli('service install')).code, 0);
    });

    it('leaves everything as it was if systemd refuses a step', { skip }, async () => {
      // The last but one of the units that are started; the endpoint runs by then.
      const dropIn = `${UNITS}/scimctl-hr-check.timer.d`;
      await systemd.run(
        `mkdir ${dropIn}; printf '[Unit]\\nAssertPathExists=/none\\n' > ${dropIn}/refuse.conf`,
      );
      const before = await units();

      const end = await failed('service install --name scimctl-hr --port 18445');

      assert.equal(end, '1 service-manager-failed');
      assert.deepEqual(await units(), before);
      assert.equal((await systemd.run('systemctl is-active scimctl-hr')).stdout.trim(), 'inactive');
      assert.equal((await systemd.run(`ls ${UNITS}/*.wants | grep -c scimctl-hr`)).stdout.trim(), '0');
      await systemd.run(`rm -r ${dropIn}`);
    });

    it('leaves a unit of others alone', { skip }, async () => {
      await cli('service install --parts serve check');
      await systemd.run(`echo '[Service]' > ${UNITS}/scimctl-seal.service`);

      assert.equal(await failed('service install'), '1 service-unit-foreign');
      assert.equal(await failed('service uninstall --yes'), '1 service-unit-foreign');
      await systemd.run(`rm ${UNITS}/scimctl-seal.service`);
      // Those that are no longer wanted are gone.
      assert.deepEqual(
        (await units()).filter((name) => /pending|seal/.test(name)),
        [],
      );
    });

    it('is removed without a trace, and settings stay', { skip }, async () => {
      const before = await systemd.run(`ls ${systemd.directory}`);
      assert.equal(await failed('service uninstall'), '2 confirmation-missing');

      const removed = await cli('service uninstall --yes');

      assert.equal(removed.code, 0, removed.stderr);
      assert.deepEqual(await units(), []);
      assert.equal((await systemd.run("systemctl list-units --all --no-legend 'scimctl*'")).stdout, '');
      assert.deepEqual(await systemd.run(`ls ${systemd.directory}`), before);
      assert.match(removed.stderr, new RegExp(`${systemd.directory}/server\\.key`));
      assert.equal((await cli('service uninstall --yes')).code, 0);
    });

    it('removes its settings and lists with --purge, and nothing that another service uses', {
      skip,
    }, async () => {
      await cli('service install --no-start');
      await cli('service install --no-start --name scimctl-hr --port 18445 --parts check');
      assert.equal(await failed('service uninstall --purge --yes'), '2 confirmation-missing');

      const removed = await cli('service uninstall --purge --confirm scimctl');

      assert.equal(removed.code, 0, removed.stderr);
      assert.deepEqual((await systemd.run(`ls ${systemd.directory}`)).stdout.trim().split('\n'), [
        'config.json',
        'db.txt',
      ]);
      assert.equal((await systemd.run('ls -d /var/lib/scimctl /var/lib/private/scimctl')).stdout, '');
      await cli('service uninstall --name scimctl-hr --purge --confirm scimctl-hr');
      assert.equal((await systemd.run(`ls ${systemd.directory}`)).stdout, '');
    });
  },
  { only: ['postgres'] },
);
