import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { describe, it } from 'node:test';
import { assertProtected } from '../../src/cli/commands/serve/service/windows/exposed-program.js';
import { installOnWindows } from '../../src/cli/commands/serve/service/windows/install-service.js';
import type { RunWindows } from '../../src/cli/commands/serve/service/windows/run-command.js';
import { JOBS } from '../../src/installation/service/jobs.js';
import { SERVICE_PARTS, type ServicePart, type ServicePlan } from '../../src/installation/service/plan.js';
import type { WindowsCommand } from '../../src/installation/service/windows/command.js';
import { changersIn, isOfUsers } from '../../src/installation/service/windows/exposure.js';
import { windowsLayout } from '../../src/installation/service/windows/layout.js';
import { scheduledTask, taskName } from '../../src/installation/service/windows/task.js';
import { wrapperConfiguration } from '../../src/installation/service/windows/wrapper-files.js';
import { temporaryDirectory } from '../support/environment.js';

const WRAPPER = { kind: 'own', file: 'wrapper.exe' } as const;
const planFor = (
  parts: readonly ServicePart[],
  version: string,
  more: Partial<ServicePlan> = {},
): ServicePlan => ({
  name: 'scimctl',
  version,
  parts,
  program: ['C:\\Program Files\\scimctl\\scimctl.exe'],
  serve: {
    config: 'C:\\ProgramData\\scimctl\\config.json',
    files: [],
    words: [],
    stopTimeoutMs: 1000,
    needsLowPort: false,
  },
  jobs: { config: 'C:\\ProgramData\\scimctl\\config.json', files: [], olderThan: '7d' },
  ...more,
});

/** What Windows knows: the account of the service, whether it runs, and the definitions of tasks. */
interface Known {
  service?: { account: string; isRunning: boolean };
  tasks: Map<string, string>;
}

/** A Windows that refuses a command, once. */
function windows(known: Known, isRefused: (command: WindowsCommand) => boolean): RunWindows {
  let refused = false;
  const after = (args: readonly string[], word: string) => args[args.indexOf(word) + 1] ?? '';
  const failed = { code: 1, said: 'Zugriff verweigert' };
  const done = { code: 0, said: 'done' };
  return async (command) => {
    const { program, args } = command;
    if (!refused && isRefused(command)) {
      refused = true;
      return failed;
    }
    const task = after(args, '/tn');
    const { service } = known;
    switch (`${program} ${args[0]}`) {
      case 'schtasks /query':
        return known.tasks.has(task) ? { code: 0, said: known.tasks.get(task) ?? '' } : failed;
      case 'schtasks /delete':
        return known.tasks.delete(task) ? done : failed;
      case 'schtasks /create': {
        const text = (await readFile(after(args, '/xml').replace(/^.*[\\/]/, ''))).toString('utf16le');
        known.tasks.set(task, text.replace(/^\ufeff/, ''));
        return done;
      }
      case 'sc query':
        return service
          ? { code: 0, said: `TYPE : 10 OWN\r\nSTATE : ${service.isRunning ? '4 RUNNING' : '1 STOPPED'}\r\n` }
          : failed;
      case 'sc qc':
        return service ? { code: 0, said: `TYPE : 10 OWN\r\n NAME : ${service.account}\r\n\r\n` } : failed;
      case 'sc create':
        if (service) return failed;
        known.service = { account: after(args, 'obj='), isRunning: false };
        return done;
      case 'sc config':
        if (service) service.account = after(args, 'obj=');
        return done;
      case 'sc delete':
        known.service = undefined;
        return done;
      case 'sc start':
      case 'net stop':
        if (service) service.isRunning = program === 'sc';
        return service ? done : failed;
      default:
        return program === 'fsutil' ? failed : done;
    }
  };
}

/** In a directory of its own, since the paths of Windows are names of files elsewhere. */
async function machine(parts: readonly ServicePart[], before?: ServicePlan) {
  process.chdir(await temporaryDirectory('machine'));
  await writeFile(WRAPPER.file, 'new');
  const known: Known = { tasks: new Map() };
  if (!before) return { known, parts };
  const layout = windowsLayout(before, WRAPPER);
  for (const job of JOBS.filter(({ name }) => before.parts.includes(name))) {
    known.tasks.set(taskName(before, job), scheduledTask(before, job, layout).text);
  }
  if (before.parts.includes('serve')) {
    known.service = { account: before.user ?? 'NT SERVICE\\scimctl', isRunning: true };
    await mkdir(dirname(layout.installed), { recursive: true });
    await writeFile(layout.installed, 'old');
    await writeFile(layout.configuration, wrapperConfiguration(before, WRAPPER).text);
  }
  return { known, parts };
}

const installed = (plan: ServicePlan, known: Known, isRefused: (command: WindowsCommand) => boolean) =>
  installOnWindows({
    plan,
    wrapper: WRAPPER,
    run: windows(known, isRefused),
    replace: false,
    start: true,
    stamp: '20260131T080000',
  }).catch((error: unknown) => error as Error & { code: string });

const creates = (task: string) => (command: WindowsCommand) =>
  command.args[0] === '/create' && command.args.includes(task);

describe('an installation on Windows that fails', () => {
  it('leaves jobs as they were that worked before', async () => {
    const jobs = ['pending', 'check', 'seal'] as const;
    const { known } = await machine(jobs, planFor(['pending', 'check'], '1.0.0'));
    const before = new Map(known.tasks);

    const error = await installed(planFor(jobs, '2.0.0'), known, creates('scimctl-seal'));

    assert.equal(error?.code, 'service-manager-failed');
    assert.deepEqual(known.tasks, before);
  });

  it('leaves a service as it was, with its account, its files and its jobs', async () => {
    const old = planFor(SERVICE_PARTS, '1.0.0');
    const { known } = await machine(SERVICE_PARTS, old);
    const before = new Map(known.tasks);
    const { installed: program, configuration } = windowsLayout(old, WRAPPER);
    const text = await readFile(configuration, 'utf8');
    const next = planFor(SERVICE_PARTS, '2.0.0', { user: 'CONTOSO\\svc$' });

    const error = await installed(
      next,
      known,
      ({ program, args }) => program === 'sc' && args[0] === 'start',
    );

    assert.equal(error?.code, 'service-manager-failed');
    assert.deepEqual(known.service, { account: 'NT SERVICE\\scimctl', isRunning: true });
    assert.deepEqual(known.tasks, before);
    assert.equal(await readFile(program, 'utf8'), 'old');
    assert.equal(await readFile(configuration, 'utf8'), text);
  });

  it('takes away what is new', async () => {
    const { known } = await machine(SERVICE_PARTS);
    const { installed: program } = windowsLayout(planFor(SERVICE_PARTS, '1.0.0'), WRAPPER);

    const error = await installed(
      planFor(SERVICE_PARTS, '1.0.0'),
      known,
      ({ args }) => args[0] === 'sidtype',
    );

    assert.equal(error?.code, 'service-manager-failed');
    assert.deepEqual([known.service, known.tasks.size], [undefined, 0]);
    assert.ok(!(await readdir(dirname(program))).includes(basename(program)));
  });
});

describe('an installation on Windows', () => {
  it('replaces what scimctl made before', async () => {
    const { known } = await machine(SERVICE_PARTS, planFor(SERVICE_PARTS, '1.0.0'));

    assert.equal(await installed(planFor(SERVICE_PARTS, '2.0.0'), known, () => false), undefined);

    assert.equal(known.service?.isRunning, true);
    assert.equal(known.tasks.size, 3);
    for (const text of known.tasks.values()) assert.match(text, /<Description>scimctl 2\.0\.0: /);
  });

  it('leaves a task alone that scimctl did not make', async () => {
    const { known } = await machine(['check']);
    const text = '<Task><Description>of the DBA</Description></Task>';
    known.tasks.set('scimctl-check', text);

    const error = await installed(planFor(['check'], '1.0.0'), known, () => false);

    assert.equal(error?.code, 'service-unit-foreign');
    assert.equal(known.tasks.get('scimctl-check'), text);
  });
});

describe('a program that a service of Windows would run', () => {
  /** As `icacls /save` writes it: of C:\Program Files, and of a directory that was made in the root of a drive. */
  const PROGRAMS =
    'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;AC)';
  const ROOT =
    'D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)';
  const judged = (rights: Record<string, string>, program: string[] = ['/x/bin/scimctl.js']) => {
    const run: RunWindows = async ({ args: [path = '', , file = ''] }) => {
      const sddl = rights[path];
      if (sddl !== undefined) await writeFile(file, `${basename(path)}\r\n${sddl}\r\n`, 'utf16le');
      return { code: 0, said: '' };
    };
    return assertProtected({ program, parts: ['check'] }, WRAPPER, run);
  };

  it('is one that ordinary users cannot change, with its directories', async () => {
    const good = { '/x/bin/scimctl.js': PROGRAMS, '/x/bin': PROGRAMS, '/x': PROGRAMS };

    assert.deepEqual(await judged(good), []);
    for (const path of Object.keys(good)) {
      await assert.rejects(judged({ ...good, [path]: ROOT }), {
        code: 'service-program-exposed',
        message: `Authenticated Users can change ${path}, which the service would run.`,
      });
    }
    assert.deepEqual(await judged({ '/x/scimctl.exe': PROGRAMS }, ['/x/scimctl.exe']), ['/x']);
  });

  it('is known by what the entries of its rights say', () => {
    assert.deepEqual(changersIn(PROGRAMS), []);
    assert.deepEqual(changersIn(ROOT), ['Authenticated Users']);
    for (const [entry, expected] of [
      ['(A;;FA;;;WD)', ['Everyone']],
      ['(A;;FW;;;BU)', ['Users']],
      ['(A;;0x1301bf;;;S-1-5-32-545)', ['Users']],
      ['(A;OICIIO;GW;;;IU)', ['Interactive']],
      ['(A;;WO;;;BU)', ['Users']],
      ['(A;;FRFX;;;BU)', []],
      ['(D;;FA;;;BU)', []],
      ['(A;;FA;;;S-1-5-21-1-2-3-1001)', []],
    ] as const) {
      assert.deepEqual(changersIn(`D:PAI${entry}`), expected, entry);
    }
  });

  it('is not in a directory of a user or of temporary files', () => {
    for (const path of [
      'C:\\Users\\anna\\scimctl\\bin\\scimctl.js',
      'd:\\USERS\\Public\\x.exe',
      'C:\\Windows\\Temp\\x.exe',
    ]) {
      assert.ok(isOfUsers(path), path);
    }
    assert.ok(!isOfUsers('C:\\Program Files\\Users\\x.exe'));
  });
});
