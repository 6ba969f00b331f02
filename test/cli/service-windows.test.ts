import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runStep } from '../../src/cli/commands/serve/service/windows/run-command.js';
import { worstOf } from '../../src/installation/service/judged-part.js';
import { markedText } from '../../src/installation/service/mark.js';
import type { WindowsCommand } from '../../src/installation/service/windows/command.js';
import { judgeWindows, type WindowsAnswers } from '../../src/installation/service/windows/state.js';
import { Problem } from '../../src/problem.js';

/** As Windows prints it; the German words are made up to be none of ours. */
const query = (state: string, [type, status] = ['TYPE              ', 'STATE             ']) =>
  `\r\nSERVICE_NAME: scimctl\r\n        ${type} : 10  WIN32_OWN_PROCESS\r\n        ${status} : ${state}\r\n                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)\r\n        WIN32_EXIT_CODE    : 0  (0x0)\r\n`;
const task = (result: number) =>
  `"SRV01","\\scimctl-check","01.12.2026 06:27:00","Ready","Interactive/Background","30.11.2026 06:27:01","${result}","CONTOSO\\admin","C:\\Program Files\\nodejs\\node.exe check ""x""","N/A"\r\n`;
const start = (type: string, name = 'scimctl', words = ['TYPE', 'START_TYPE']) =>
  `[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: ${name}\r\n        ${words[0]}               : 10  WIN32_OWN_PROCESS \r\n        ${words[1]}         : ${type}\r\n        ERROR_CONTROL      : 1   NORMAL\r\n        BINARY_PATH_NAME   : C:\\x.exe\r\n`;
const definition = (settings: string, trigger = '') =>
  `<?xml version="1.0" encoding="UTF-16"?>\r\n<Task><Triggers><CalendarTrigger>${trigger}</CalendarTrigger></Triggers><Settings>${settings}</Settings></Task>`;
const NONE: WindowsAnswers = { version: '1.0.0', task: () => undefined, definition: () => undefined };
const part = (answers: Partial<WindowsAnswers>, name = 'serve') =>
  judgeWindows({ ...NONE, ...answers }).find((each) => each.part === name);

describe('the state of a service of Windows', () => {
  it('is read from numbers, whatever the language of Windows is', () => {
    assert.equal(part({ service: query('4  RUNNING') })?.summary, 'running');
    assert.equal(part({ service: query('4  WIRD AUSGEFÜHRT', ['TYP', 'STATUS']) })?.running, true);
    assert.equal(part({ service: query('1  STOPPED') })?.status, 'fail');
    assert.equal(part({ service: query('3  STOP_PENDING') })?.running, false);
    assert.equal(part({})?.status, 'skipped');
    assert.equal(worstOf(judgeWindows(NONE)), 'fail');
  });

  it('tells a service that starts with the machine from others', () => {
    const of = (text?: string) => part({ service: query('4  RUNNING'), start: text });

    for (const type of ['2   AUTO_START', '2   AUTO_START  (DELAYED)']) {
      assert.deepEqual([of(start(type))?.enabled, of(start(type))?.status], [true, 'pass']);
    }
    assert.equal(of(start('2   AUTOMATISCH', 'scimctl', ['TYP', 'STARTTYP']))?.enabled, true);
    for (const type of ['3   DEMAND_START', '4   DISABLED']) {
      assert.deepEqual([of(start(type))?.enabled, of(start(type))?.status], [false, 'warn']);
    }
    assert.deepEqual([of()?.enabled, of()?.status], [null, 'pass']);
    // A name that could be a number.
    assert.equal(of(start('2   AUTO_START', 'fade'))?.enabled, true);
    assert.equal(part({ service: query('4  RUNNING').replace('scimctl', 'fade') })?.running, true);
  });

  it('tells a task that was turned off, or its trigger, from one that runs', () => {
    const of = (text?: string) =>
      part({ task: (job) => (job === 'check' ? task(0) : undefined), definition: () => text }, 'check');
    const off = '<Enabled>false</Enabled>';

    assert.deepEqual([of(definition(''))?.enabled, of(definition(''))?.status], [true, 'pass']);
    assert.equal(of(definition('<Enabled>true</Enabled>'))?.enabled, true);
    for (const text of [definition(off), definition('', off)]) {
      assert.deepEqual([of(text)?.enabled, of(text)?.status], [false, 'fail']);
    }
    assert.equal(of()?.enabled, null);
  });

  it('tells what became of the configuration', () => {
    const of = (configuration: string) => part({ service: query('4  RUNNING'), configuration });

    assert.deepEqual(
      [of(markedText('1.0.0', 'a=b\n'))?.status, of(markedText('1.0.0', 'a=b\n'))?.version],
      ['pass', '1.0.0'],
    );
    assert.match(of(markedText('0.9.0', 'a=b\n'))?.summary ?? '', /written by version 0\.9\.0/);
    assert.match(of(`${markedText('1.0.0', 'a=b\n')}x=y\n`)?.summary ?? '', /edited/);
    // That of WinSW has no mark.
    assert.equal(of('<service/>')?.status, 'pass');
  });

  it('tells a task that found something from one that failed', () => {
    for (const [result, status, code] of [
      [0, 'pass', 0],
      [5, 'warn', 5],
      [4, 'warn', 4],
      [3, 'fail', 3],
      [2147942402, 'fail', 2147942402],
      [0x41303, 'pass', null],
    ] as const) {
      const found = part({ task: (job) => (job === 'check' ? task(result) : undefined) }, 'check');
      assert.deepEqual([found?.status, found?.lastExitCode], [status, code], String(result));
    }
  });
});

describe('a step of an installation on Windows', () => {
  const command = (more: Partial<WindowsCommand> = {}): WindowsCommand => ({
    program: 'sc',
    args: ['create', 'x'],
    ...more,
  });
  const after = async (step: WindowsCommand, codes: Record<string, number>) => {
    const ran: string[] = [];
    const end = await runStep(step, async ({ args }) => {
      ran.push(args[0] ?? '');
      return { code: codes[args[0] ?? ''] ?? 0, said: 'ignored\r\nAccess is denied.\r\n' };
    }).catch((error: unknown) => error);
    return { ran, end };
  };

  it('is done by another one if what it makes is there, and may fail if it only takes away', async () => {
    const otherwise = command({ args: ['config', 'x'] });

    assert.deepEqual(await after(command({ otherwise }), {}), { ran: ['create'], end: undefined });
    assert.deepEqual(await after(command({ otherwise }), { create: 1073 }), {
      ran: ['create', 'config'],
      end: undefined,
    });
    assert.deepEqual(await after(command({ mayFail: true }), { create: 5 }), {
      ran: ['create'],
      end: undefined,
    });
  });

  it('ends the installation where it finds what must not be there', async () => {
    const search = command({ refusal: 'It is a link.' });
    const { end } = await after(search, {});

    assert.ok(end instanceof Problem);
    assert.deepEqual([end.code, end.message], ['service-directory-foreign', 'It is a link.']);
    assert.equal((await after(search, { create: 1 })).end, undefined);
  });

  it('ends the installation otherwise, with what the program said', async () => {
    const { end } = await after(command(), { create: 5 });

    assert.ok(end instanceof Problem);
    assert.equal(end.code, 'service-manager-failed');
    assert.equal(end.message, 'sc.exe create x failed with exit code 5: Access is denied.');
  });
});
