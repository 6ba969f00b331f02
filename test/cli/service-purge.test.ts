import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { configIn, purgeOf } from '../../src/cli/commands/serve/service/windows/purge.js';
import { windowsRemoval } from '../../src/cli/commands/serve/service/windows/uninstall-service.js';
import { JOBS } from '../../src/installation/service/jobs.js';
import { SERVICE_PARTS, type ServicePlan } from '../../src/installation/service/plan.js';
import type { WindowsCommand } from '../../src/installation/service/windows/command.js';
import { windowsLayout } from '../../src/installation/service/windows/layout.js';
import { scheduledTask } from '../../src/installation/service/windows/task.js';
import { wrapperConfiguration } from '../../src/installation/service/windows/wrapper-files.js';
import { Problem } from '../../src/problem.js';
import { temporaryDirectory } from '../support/environment.js';

const planFor = (config: string): ServicePlan => ({
  name: 'scimctl',
  version: '1.0.0',
  parts: ['serve', 'pending'],
  program: ['C:\\Program Files\\nodejs\\node.exe', 'C:\\Program Files\\scimctl\\bin\\scimctl.js'],
  serve: { config, files: [], words: ['--port', '8443'], stopTimeoutMs: 1000, needsLowPort: false },
  jobs: { config, files: [], olderThan: '7d' },
});

const CONFIGS = ['C:\\ProgramData\\scimctl\\config.json', "D:\\A & B\\größe\\o'hara.json"];

describe('the config file of a service of Windows', () => {
  for (const config of CONFIGS) {
    it(`is found in what was written for ${config}`, () => {
      const plan = planFor(config);
      const own = { kind: 'own', file: '' } as const;
      const layout = windowsLayout(plan, own);
      const texts = [
        wrapperConfiguration(plan, own).text,
        wrapperConfiguration(plan, { kind: 'winsw', file: '' }).text,
        ...JOBS.map((job) => scheduledTask(plan, job, layout).text),
      ];
      for (const text of texts) assert.equal(configIn(text), config, text);
    });
  }

  it('is none where no command line names one', () => {
    assert.equal(configIn('<Task><Arguments>serve</Arguments></Task>'), undefined);
  });
});

const OUR_TASK = '<Task><Description>scimctl 1.0.0: of a test</Description></Task>';

/** What the service wrote there. */
const WRITTEN = ['reports/pending.csv', 'logs/scimctl.log', 'logs/scimctl.log.1'];
const alone = (config: string) => ({ name: 'scimctl', configs: [config], ofOthers: [] });

/** A directory of settings with everything that may lie there. */
async function settings(): Promise<{ home: string; config: string; other: string }> {
  const home = await temporaryDirectory('settings');
  const other = join(await temporaryDirectory('elsewhere'), 'server.pfx');
  for (const path of [
    'config.json',
    'keys.json',
    'head.json',
    'reports/pending.csv',
    'reports/budget.csv',
    'logs/scimctl.log',
    'logs/scimctl.log.1',
    'logs/other.log',
  ]) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), path);
  }
  await writeFile(other, 'pfx');
  return { home, config: join(home, 'config.json'), other };
}

describe('what --purge removes on Windows', () => {
  it('is the config file, what it names beside itself, the lists and the logs', async () => {
    const { home, config, other } = await settings();
    const named = [join(home, 'keys.json'), join(home, 'missing.txt'), other];

    assert.deepEqual(await purgeOf(alone(config), async () => named), {
      doomed: ['config.json', 'keys.json', ...WRITTEN].map((path) => join(home, path)),
      spared: [other],
    });
  });

  it('goes when the service has been stopped, and the directory with it only if it is empty then', async () => {
    const { home, config } = await settings();
    const purge = await purgeOf(alone(config), async () => [join(home, 'keys.json')]);
    const ran: string[] = [];
    let isInstalled = true;
    const run = async ({ program, args }: WindowsCommand) => {
      ran.push([program, args[0]].join(' '));
      const isTask = isInstalled && args.includes('scimctl-pending');
      if (args[0] === '/delete' && isTask) isInstalled = false;
      if (isTask && args.includes('/xml')) return { code: 0, said: OUR_TASK };
      return { code: isTask ? 0 : 1, said: isTask ? '"SRV01","\\\\scimctl-pending"' : '' };
    };
    const plan = planFor(config);

    const { isThere, removed, remaining, remove } = await windowsRemoval(plan, run, purge);
    assert.deepEqual([isThere, removed, remaining], [true, ['scimctl-pending', ...purge.doomed], []]);
    assert.ok(
      ran.every((command) => /query|qc/.test(command)),
      ran.join(', '),
    );
    await remove();
    assert.ok(ran.includes('net stop') && ran.includes('schtasks /delete'), ran.join(', '));
    assert.deepEqual((await readdir(home, { recursive: true })).sort(), [
      ...['head.json', 'logs', join('logs', 'other.log'), 'reports', join('reports', 'budget.csv')],
    ]);
    for (const path of ['head.json', 'logs/other.log', 'reports/budget.csv']) await rm(join(home, path));
    await remove();
    await assert.rejects(readdir(home), { code: 'ENOENT' });
  });

  it('is nothing where another service has its config file there, however it is written', async () => {
    const { home, config } = await settings();
    const ofOthers = [join(home.toUpperCase(), 'SECOND.json')];

    const { doomed, spared } = await purgeOf({ ...alone(config), ofOthers }, async () => [
      join(home, 'keys.json'),
    ]);
    assert.deepEqual([doomed.length, spared.length], [0, 2 + WRITTEN.length]);
  });
});

describe('uninstalling a service of Windows', () => {
  /** With two tasks, on a Windows that may refuse to remove one. */
  const uninstalled = async (refused?: string) => {
    const { home, config } = await settings();
    const purge = await purgeOf(alone(config), async () => []);
    const there = new Set(['scimctl-pending', 'scimctl-check']);
    const run = async ({ args }: WindowsCommand) => {
      const name = [...there].find((each) => args.includes(each));
      if (name === undefined) return { code: 1, said: 'not found' };
      if (args.includes('/xml')) return { code: 0, said: OUR_TASK };
      if (args[0] !== '/delete') return { code: 0, said: `"SRV01","\\\\${name}"` };
      if (name === refused) return { code: 1, said: 'Zugriff verweigert\r\n' };
      there.delete(name);
      return { code: 0, said: '' };
    };
    const { remove } = await windowsRemoval({ ...planFor(config), parts: SERVICE_PARTS }, run, purge);
    const end = await remove().catch((error: unknown) => error);
    return { end, files: await readdir(home) };
  };

  it('is done when everything is gone, and then removes the files', async () => {
    const { end, files } = await uninstalled();

    assert.equal(end, undefined);
    assert.ok(!files.includes('config.json'));
  });

  it('leaves a task alone that scimctl did not make', async () => {
    const { config } = await settings();
    const ran: string[] = [];
    const run = async ({ args }: WindowsCommand) => {
      ran.push(args[0] ?? '');
      return args.includes('scimctl-check') ? { code: 0, said: '<Task/>' } : { code: 1, said: '' };
    };

    await assert.rejects(windowsRemoval({ ...planFor(config), parts: SERVICE_PARTS }, run), {
      code: 'service-unit-foreign',
      message: 'The task scimctl-check was not made by scimctl.',
    });
    assert.ok(!ran.includes('/delete'));
  });

  it('names the directory of the config file that stays, wherever it is', async () => {
    const plan = planFor('C:\\ProgramData\\scimctl\\config.json');
    const elsewhere = planFor('D:\\iam\\scimctl\\config.json');
    const [job] = JOBS;
    assert.ok(job);
    const { text } = scheduledTask(elsewhere, job, windowsLayout(elsewhere, { kind: 'own', file: '' }));
    const run = async ({ args }: WindowsCommand) =>
      args.includes('scimctl-pending') ? { code: 0, said: text } : { code: 1, said: '' };

    assert.deepEqual((await windowsRemoval(plan, run)).remaining, ['D:\\iam\\scimctl']);
  });

  it('removes with --purge also what an installation has kept of an edited configuration', async () => {
    process.chdir(await temporaryDirectory('wrapper'));
    const { config } = await settings();
    const { configuration } = windowsLayout(planFor(config), { kind: 'own', file: '' });
    const kept = `${configuration}.replaced-20260131T080000`;
    await mkdir(dirname(kept), { recursive: true });
    await writeFile(kept, '');
    const run = async () => ({ code: 1, said: '' });

    const { removed, remove } = await windowsRemoval(planFor(config), run, { doomed: [], spared: [] });
    await remove();

    assert.deepEqual(
      removed.map((path) => basename(path)),
      [basename(kept)],
    );
    await assert.rejects(readFile(kept), { code: 'ENOENT' });
    assert.deepEqual((await windowsRemoval(planFor(config), run)).removed, []);
  });

  it('fails where something is still there, says what, and removes no file', async () => {
    const { end, files } = await uninstalled('scimctl-check');

    assert.ok(end instanceof Problem);
    assert.equal(end.code, 'service-manager-failed');
    assert.match(
      end.message,
      /^The task scimctl-check is still there\. schtasks\.exe .*failed with exit code 1: Zugriff/,
    );
    assert.ok(files.includes('config.json'));
  });
});
