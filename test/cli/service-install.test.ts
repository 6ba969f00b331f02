import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { applyUnits } from '../../src/cli/commands/serve/service/systemd/apply-units.js';
import {
  commandChange,
  presentUnits,
  unitChanges,
} from '../../src/cli/commands/serve/service/systemd/unit-files.js';
import { assertWritable } from '../../src/cli/commands/serve/service/systemd/write-units.js';
import { type JudgedPart, worstOf } from '../../src/installation/service/judged-part.js';
import { judgeService } from '../../src/installation/service/systemd/judge.js';
import { unitText } from '../../src/installation/service/systemd/unit-text.js';
import { Problem } from '../../src/problem.js';
import { temporaryDirectory } from '../support/environment.js';
import { fakeWorld, runHere } from '../support/processes/world.js';

const LINUX = process.platform === 'linux';
const world = () => fakeWorld({ stdout: '', stderr: '' });
const ours = (about: string, version = '1.0.0') =>
  unitText(version, [
    ['Unit', [`Description=${about}`]],
    ['Install', ['WantedBy=multi-user.target']],
  ]);
const directoryOf = async (files: Record<string, string>) => {
  const directory = await temporaryDirectory('units');
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
};
const wish = { replace: false, stamp: '20260131T080000' };
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
};

/** What systemd keeps of units: those that are enabled, and those that run. The call of this number fails. */
function manager(enabled: string[], active: string[], failing: number) {
  const state = { enabled: new Set(enabled), active: new Set(active) };
  let calls = 0;
  const run = async (...args: string[]): Promise<string> => {
    const [verb = '', ...units] = args;
    if (verb === 'show') {
      return args
        .slice(4)
        .map(
          (unit) =>
            `Id=${unit}\nActiveState=${state.active.has(unit) ? 'active' : 'inactive'}\nUnitFileState=${state.enabled.has(unit) ? 'enabled' : 'disabled'}\n`,
        )
        .join('\n');
    }
    calls++;
    if (calls === failing) throw new Problem('operation', 'service-manager-failed', `${verb} failed.`);
    for (const unit of units) {
      if (verb === 'enable') state.enabled.add(unit);
      if (verb === 'disable') state.enabled.delete(unit);
      if (verb === 'start' || verb === 'restart') state.active.add(unit);
      if (verb === 'stop') state.active.delete(unit);
    }
    return '';
  };
  return {
    run,
    state: () => ({ enabled: [...state.enabled].sort(), active: [...state.active].sort() }),
    calls: () => calls,
  };
}

const contentsOf = async (directory: string) =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(directory))
        .sort()
        .map(async (name) => [name, await readFile(join(directory, name), 'utf8')]),
    ),
  );

describe('the units of an installation', () => {
  it('are compared with those that are wanted', async () => {
    const same = ours('same');
    const directory = await directoryOf({
      'scimctl.service': same,
      'scimctl-check.timer': ours('old'),
      'scimctl-seal.timer': ours('not wanted any more'),
      'scimctl-other.service': 'of another program',
    });
    const wanted = [
      { name: 'scimctl.service', text: same },
      { name: 'scimctl-check.timer', text: ours('new') },
      { name: 'scimctl-check.service', text: ours('service') },
    ];

    const changes = unitChanges(wanted, await presentUnits(directory, 'scimctl'), { ...wish, directory });

    assert.deepEqual(
      changes.map(({ unit, change }) => [unit, change]),
      [
        ['scimctl.service', 'unchanged'],
        ['scimctl-check.timer', 'changed'],
        ['scimctl-check.service', 'created'],
        ['scimctl-seal.timer', 'removed'],
      ],
    );
  });

  it('say which command changes', () => {
    const unit = (command: string) => unitText('1.0.0', [['Service', [`ExecStart=${command}`]]]);
    const change = {
      unit: 'scimctl.service',
      change: 'changed',
      old: unit('serve --port 443'),
      text: unit('serve'),
    } as const;

    assert.deepEqual(commandChange(change), { before: 'serve --port 443', after: 'serve' });
    assert.equal(commandChange({ ...change, text: unit('serve --port 443') }), undefined);
    assert.equal(
      commandChange({ unit: 'scimctl.service', change: 'created', text: unit('serve') }),
      undefined,
    );
  });

  it('are refused if others wrote or edited one, wanted or not', async () => {
    const wanted = [{ name: 'scimctl.service', text: ours('new') }];
    const refused = async (files: Record<string, string>, replace = false) => {
      const directory = await directoryOf(files);
      const present = await presentUnits(directory, 'scimctl');
      return codeOf(() => unitChanges(wanted, present, { ...wish, directory, replace }));
    };

    assert.equal(await refused({ 'scimctl.service': '[Unit]\n' }), 'service-unit-foreign');
    assert.equal(await refused({ 'scimctl-seal.timer': '[Unit]\n' }, true), 'service-unit-foreign');
    assert.equal(await refused({ 'scimctl.service': `${ours('x')}# mine\n` }), 'service-unit-edited');
    assert.equal(await refused({ 'scimctl-seal.timer': `${ours('x')}# mine\n` }), 'service-unit-edited');
    assert.equal(await refused({ 'scimctl.service': `${ours('x')}# mine\n` }, true), undefined);
  });

  it('are written for all to read, and an edited one is kept', {
    skip: !LINUX && 'only Linux has systemd',
  }, async () => {
    const edited = `${ours('x')}# mine\n`;
    const directory = await directoryOf({ 'scimctl.service': edited });
    const changes = unitChanges(
      [{ name: 'scimctl.service', text: ours('new') }],
      await presentUnits(directory, 'scimctl'),
      { ...wish, directory, replace: true },
    );
    const { run, state } = manager([], [], 0);

    await applyUnits({ directory, changes, enable: ['scimctl.service'], start: true, run, world: world() });

    assert.deepEqual(await contentsOf(directory), {
      'scimctl.service': ours('new'),
      'scimctl.service.replaced-20260131T080000': edited,
    });
    assert.equal((await stat(join(directory, 'scimctl.service'))).mode & 0o777, 0o644);
    assert.deepEqual(state(), { enabled: ['scimctl.service'], active: ['scimctl.service'] });
  });

  it('are as before, whichever step fails', { skip: !LINUX && 'only Linux has systemd' }, async () => {
    const files = {
      'scimctl.service': ours('old'),
      'scimctl-check.timer': `${ours('check')}# edited\n`,
      'scimctl-seal.timer': ours('seal'),
    };
    const before = {
      enabled: ['scimctl-seal.timer', 'scimctl.service'],
      active: ['scimctl-seal.timer', 'scimctl.service'],
    };
    const wanted = [
      { name: 'scimctl.service', text: ours('new') },
      { name: 'scimctl-check.timer', text: ours('check') },
      { name: 'scimctl-pending.timer', text: ours('pending') },
    ];
    const attempt = async (failing: number) => {
      const directory = await directoryOf(files);
      const present = await presentUnits(directory, 'scimctl');
      const changes = unitChanges(wanted, present, { ...wish, directory, replace: true });
      const systemd = manager(before.enabled, before.active, failing);
      const failed = await applyUnits({
        directory,
        changes,
        enable: wanted.map(({ name }) => name),
        start: true,
        run: systemd.run,
        world: world(),
      }).then(
        () => false,
        () => true,
      );
      return {
        failed,
        contents: await contentsOf(directory),
        state: systemd.state(),
        calls: systemd.calls(),
      };
    };

    const { failed, calls, state } = await attempt(0);
    assert.equal(failed, false);
    assert.deepEqual(state.active, ['scimctl-check.timer', 'scimctl-pending.timer', 'scimctl.service']);
    assert.ok(calls >= 7, `${calls} calls`);
    for (let failing = 1; failing <= calls; failing++) {
      const end = await attempt(failing);
      assert.deepEqual([end.failed, end.contents, end.state], [true, files, before], `call ${failing}`);
    }
  });

  it('take a directory that can be written', { skip: !LINUX && 'only Linux has systemd' }, async () => {
    const refusal = await assertWritable('/proc/nowhere').catch((error: unknown) => error);

    assert.ok(refusal instanceof Problem);
    assert.equal(refusal.code, 'service-units-unwritable');
    assert.match(refusal.hint ?? '', /as root/);
  });
});

describe('the state of a service', () => {
  const running = {
    ActiveState: 'active',
    UnitFileState: 'enabled',
    ActiveEnterTimestamp: 'Mon 2026-11-30 05:37:51 UTC',
  };
  const timer = {
    ActiveState: 'active',
    UnitFileState: 'enabled',
    NextElapseUSecRealtime: 'Tue 2026-12-01 06:17:00 UTC',
  };
  const ended = (code: number) => ({
    ActiveState: 'inactive',
    ExecMainStatus: String(code),
    ExecMainExitTimestamp: 'Mon 2026-11-30 06:17:02 UTC',
  });
  const judged = (units: Record<string, { text?: string; properties?: Record<string, string> }>) => {
    const parts = judgeService({ name: 'scimctl', version: '1.0.0', known: (unit) => units[unit] });
    return {
      worst: worstOf(parts),
      of: (part: string) => parts.find((each) => each.part === part) as JudgedPart,
    };
  };
  const serve = (properties: Record<string, string>, text = ours('x')) => ({
    'scimctl.service': { text, properties },
  });
  const check = (last: Record<string, string>, clock: Record<string, string> = timer) => ({
    'scimctl-check.service': { text: ours('x'), properties: last },
    'scimctl-check.timer': { text: ours('x'), properties: clock },
  });

  it('is that of its worst part, of those that are there', () => {
    assert.equal(judged({}).worst, 'fail');
    assert.equal(judged(serve(running)).worst, 'pass');
    assert.equal(judged({ ...serve(running), ...check(ended(5)) }).worst, 'warn');
    assert.equal(
      judged({ ...serve({ ...running, ActiveState: 'failed' }), ...check(ended(5)) }).worst,
      'fail',
    );
    assert.equal(judged(serve(running)).of('check').status, 'skipped');
  });

  it('says since when the endpoint runs, or how it ended', () => {
    const { of } = judged(serve(running));
    assert.deepEqual([of('serve').summary, of('serve').since], ['running', new Date('2026-11-30T05:37:51Z')]);

    const failed = {
      ActiveState: 'activating',
      Result: 'exit-code',
      ExecMainStatus: '3',
      UnitFileState: 'enabled',
    };
    assert.match(judged(serve(failed)).of('serve').summary, /exit code 3/);
    assert.match(
      judged(serve({ ActiveState: 'inactive' })).of('serve').advice ?? '',
      /systemctl start scimctl/,
    );
  });

  it('tells a job that found something from one that failed', () => {
    for (const [code, status, summary] of [
      [0, 'pass', 'ended well'],
      [4, 'warn', 'has findings (exit code 4)'],
      [5, 'warn', 'has findings (exit code 5)'],
      [1, 'fail', 'failed (exit code 1)'],
      [3, 'fail', 'failed (exit code 3)'],
    ] as const) {
      const part = judged(check(ended(code))).of('check');
      assert.deepEqual([part.status, part.summary, part.lastExitCode], [status, summary, code]);
    }
    const fresh = judged(
      check({ ActiveState: 'inactive', ExecMainStatus: '0', ExecMainExitTimestamp: '' }),
    ).of('check');
    assert.deepEqual([fresh.summary, fresh.lastExitCode], ['has not run yet', null]);
    assert.equal(judged(check(ended(0), { ...timer, ActiveState: 'inactive' })).of('check').status, 'fail');
  });

  it('warns of units that are not those of this version', () => {
    const summary = (text: string, properties = running) => {
      const { status, summary: said } = judged(serve(properties, text)).of('serve');
      return `${status}: ${said}`;
    };
    assert.equal(summary(ours('x', '0.9.0')), 'warn: its unit was written by version 0.9.0');
    assert.equal(summary(`${ours('x')}# mine\n`), 'warn: its unit was edited');
    assert.equal(summary('[Unit]\n'), 'warn: its unit was edited');
    assert.equal(
      summary(ours('x'), { ...running, UnitFileState: 'disabled' }),
      'warn: does not start with the machine',
    );
  });
});

describe('service install, uninstall and status', () => {
  const skip = LINUX
    ? existsSync('/run/systemd/system')
      ? 'systemd runs this machine'
      : undefined
    : 'not Linux';

  for (const verb of ['install', 'uninstall --yes', 'status']) {
    it(`${verb} says that systemd does not run this machine`, { skip }, async () => {
      const { code, stdout, stderr } = await runHere(['service', ...verb.split(' ')]);

      assert.deepEqual([code, stdout], [3, '']);
      assert.match(stderr, /\[service-manager-missing\]/);
    });
  }
});
