import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SERVE_SETTINGS } from '../../src/cli/commands/serve/declared.js';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.js';
import type { Quantity, Range } from '../../src/cli/input/quantity.js';
import type { OptionSpec } from '../../src/cli/option.js';
import { parseCommandLine } from '../../src/cli/program.js';
import { Problem } from '../../src/problem.js';
import { temporaryDirectory } from '../support/environment.js';
import { allCommands, leastWords } from '../support/processes/commands.js';
import { fakeWorld, runHere } from '../support/processes/world.js';

/** Placeholders of values that are durations, counts or sizes. */
const MEASURED = /<(duration|n|size)>/;

const UNITS = { duration: ['s', 'm', 'h', 'd'], count: [''], size: ['', 'k', 'm'] } as const;

/** One less than the least, one more than the most: in the smallest unit, where the range's own has no room. */
function beyond({ kind, least, most }: Range): string[] {
  const [, amount = '', unit = ''] = /^(\d+)(\D*)$/.exec(most) ?? [];
  const more = `${Number(amount) + 1}${unit}`;
  const [, lowest = '', lowestUnit = ''] = /^(\d+)(\D*)$/.exec(least) ?? [];
  if (Number(lowest) === 0) return [more];
  if (Number(lowest) > 1) return [more, `${Number(lowest) - 1}${lowestUnit}`];
  const smaller = UNITS[kind].at((UNITS[kind] as readonly string[]).indexOf(lowestUnit) - 1) ?? '';
  const factor = { s: 1, m: 60, h: 60, d: 24, k: 1024, '': 1 }[lowestUnit] ?? 1;
  return lowestUnit === UNITS[kind][0] ? [more] : [more, `${factor - 1}${smaller}`];
}

const rangeOf = ({ parse }: Pick<OptionSpec, 'parse'>): Range | undefined =>
  (parse as Quantity | undefined)?.range;

/** Allows zero: in the range, or beside it. */
const allowsZero = ({ least, none }: Range) => Number.parseInt(least, 10) === 0 || none === '0s';

async function parsed(words: readonly string[], name: string): Promise<unknown> {
  const invocation = await parseCommandLine(words, fakeWorld({ stdout: '', stderr: '' }));
  return { ...invocation?.globals, ...invocation?.options }[name];
}

async function refusal(words: readonly string[]): Promise<Problem> {
  const outcome = await parsed(words, '').catch((error: unknown) => error);
  assert.ok(outcome instanceof Problem, `${words.join(' ')} was not refused`);
  return outcome;
}

const nameOf = (flag: string) => flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('every option for a duration, a count or a size', async () => {
  const commands = await allCommands();
  const options = [
    ...commands.flatMap((found) =>
      (found.command.options ?? []).map((spec) => ({ spec, words: leastWords(found), path: found.path })),
    ),
    ...GLOBAL_OPTIONS.map((spec) => ({ spec, words: ['seats'], path: ['seats'] })),
  ].filter(({ spec }) => MEASURED.test(spec.flags));

  it('is found', () => {
    assert.ok(options.length > 20);
  });

  for (const { spec, words, path } of options) {
    const flag = /--[\w-]+/.exec(spec.flags)?.[0] ?? '';
    const title = `${path.join(' ')} ${flag}`;
    const take = (text: string) => parsed([...words, flag, text], nameOf(flag));

    it(`${title} has a range, takes its ends and refuses what is beyond`, async () => {
      const range = rangeOf(spec);
      assert.ok(range, 'no range is declared');
      assert.equal(typeof (await take(range.least)), 'number');
      assert.equal(typeof (await take(range.most)), 'number');
      for (const text of beyond(range)) {
        const { kind, hint } = await refusal([...words, flag, text]);
        assert.equal(kind, 'usage');
        assert.ok(hint?.includes(`${range.least} to ${range.most}`), `${text}: ${hint}`);
      }
    });

    it(`${title} means none by 0 and says so, or refuses it with the range`, async () => {
      const range = rangeOf(spec) as Range;
      const zeros = range.kind === 'duration' ? ['0s', '0d', '0'] : ['0'];
      for (const zero of zeros) {
        if (allowsZero(range)) assert.equal(await take(zero), 0);
        else {
          const { hint } = await refusal([...words, flag, zero]);
          assert.ok(hint?.includes(`${range.least} to ${range.most}`), hint);
        }
      }
      const { stdout } = await runHere([...path, '--help'], { columns: 200 });
      const line = stdout.split('\n').find((each) => each.trim().startsWith(spec.flags)) ?? '';
      assert.equal(
        /\b0s?\b(?!\.)/.test(line.slice(line.indexOf(spec.flags) + spec.flags.length)),
        allowsZero(range),
        line,
      );
    });

    it(`${title} takes the word never only where help says so`, async () => {
      const range = rangeOf(spec) as Range;
      assert.equal(/\bnever\b/.test(spec.description.replace('0s for never', '')), range.none === 'never');
      if (range.none === 'never') assert.equal(await take('never'), null);
      else await refusal([...words, flag, 'never']);
    });
  }
});

describe('every setting of serve is held to the same range in the environment and in the config file', async () => {
  const directory = await temporaryDirectory();
  const serve = async (env: Record<string, string>, config: Record<string, unknown> = {}) => {
    const path = join(directory, 'config.json');
    await writeFile(path, JSON.stringify({ database: 'env:NOWHERE', serve: config }));
    const { code, stderr } = await runHere(['serve', '--config', path, '-o', 'json'], { env });
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; hint: string } };
    return { exit: code, ...error };
  };
  for (const { name, env, flags, parse } of SERVE_SETTINGS.filter((each) => MEASURED.test(each.flags))) {
    const range = rangeOf({ parse }) as Range;
    const wrong = [...beyond(range), 'never', ...(allowsZero(range) ? [] : ['0'])];

    it(`${flags}: refused at the start`, async () => {
      for (const text of wrong) {
        const refusals = [await serve({ [env]: text }), await serve({}, { [name]: text })];
        if (text === '0') refusals.push(await serve({}, { [name]: 0 }));
        for (const { exit, code, message, hint } of refusals) {
          assert.deepEqual([exit, code], [3, 'setting-invalid'], `${text}: ${message}`);
          assert.ok(hint.includes(`${range.least} to ${range.most}`), hint);
        }
      }
    });

    it(`${flags}: the ends are taken`, async () => {
      const ends = [range.least, range.most, ...(allowsZero(range) ? ['0'] : [])];
      for (const text of ends) {
        // It goes on to the database, which is not there.
        for (const refused of [await serve({ [env]: text }), await serve({}, { [name]: text })]) {
          assert.equal(refused.code, 'connection-variable-unset', `${text}: ${refused.message}`);
        }
      }
    });
  }

  for (const { flags, env, name } of SERVE_SETTINGS.filter((each) => each.flags.includes('<'))) {
    it(`${flags}: an empty text in the config file is refused, an empty variable is none`, async () => {
      const { exit, code } = await serve({}, { [name]: '' });
      assert.deepEqual([exit, code], [3, 'setting-invalid']);
      assert.equal((await serve({ [env]: '' })).code, 'connection-variable-unset');
    });
  }

  it('a number in the config file is seconds where a duration is meant', async () => {
    assert.equal((await serve({}, { requestTimeout: 30, sealEvery: 900 })).code, 'connection-variable-unset');
    assert.equal((await serve({}, { requestTimeout: 3601 })).code, 'setting-invalid');
    assert.equal((await serve({}, { requestTimeout: 1.5 })).code, 'setting-invalid');
  });
});
