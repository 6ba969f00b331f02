import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { projectDirectory } from '../support/environment.js';
import { attacksOn, type Expression, expressionsIn } from '../support/scim/expressions.js';

/** Lengths of the texts; each is long enough to tell a worse growth before the next would take for ever. */
const LENGTHS = [20, 28, 150, 4_000];
/** Processor time that no expression takes for one of them, in milliseconds, unless it backtracks. */
const MUCH_MS = 3;
/** By how much a text four times as long takes longer, at most: four times, and a good deal for what else there is. */
const MOST_GROWTH = 7;

/** What reads nothing that comes through the endpoint, but what operators, catalogues and the system say. */
const OF_OPERATORS =
  /^(cli|binding|installation|scim\/probe|core\/(scaffold|preflight|check|support|rights)|database\/(settings|migrator|scaffold|.*catalogue))\//;

/** What takes longer than in proportion, and why it may. */
const KNOWN: Record<string, string> = {
  'src/core/host/host-words.ts /\\beyJ[\\w-]+\\.[\\w-]+(\\.[\\w-]*)?/g':
    'reads the first 10,000 characters of a message',
  'src/core/service-accounts/sheet.ts /\\/+$/': 'reads the base URL that an administrator gives',
  'src/database/mssql/host-catalogue.ts /^\\(*\\s*next\\s+value\\s+for\\s+(.+?)\\)*$/i':
    'reads a default in the catalogue',
  'src/database/postgres/driver/prepared.ts /^\\s*(?:select|insert|update|delete|with)\\b[\\s\\S]*\\$1/i':
    'reads our own statements',
};
/** They read messages of SQL Server, which have at most 2,048 characters. */
const OF_SERVER_MESSAGES = /^src\/database\/mssql\/driver\/(errors|connection-problem)\.ts/;

/** Processor time of this process. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The attack that takes much more than four times as long where it is four times as long; nothing if there is none. */
function weaknessOf({ source, flags }: Pick<Expression, 'source' | 'flags'>): string | undefined {
  const all = new RegExp(source, flags.replace(/[gy]/g, ''));
  const run = (text: string) => cpuMs(() => all.test(text));
  for (const attack of attacksOn({ source, flags })) {
    const length = LENGTHS.find((one) => run(attack(one)) > MUCH_MS);
    if (length === undefined) continue;
    const times = (size: number) => Math.min(...[1, 2, 3].map(() => run(attack(size))));
    const [short, long] = [times(length / 4), times(length)];
    if (long > MUCH_MS && long > MOST_GROWTH * short) return JSON.stringify(attack(4));
  }
  return undefined;
}

describe('the regular expressions of the sources', () => {
  it('of the kinds that take quadratic time are found', () => {
    for (const [source, flags] of [
      ['^[A-Za-z0-9+/\\s]*={0,2}\\s*$', ''],
      ['^\\/+|\\/+$', 'g'],
      [' +$', ''],
      ['^(?:[a-z]+\\s*)*$', ''],
      ['^(a|a)*b', ''],
    ] as const) {
      assert.notEqual(weaknessOf({ source, flags }), undefined, source);
    }
    for (const source of ['^[A-Za-z0-9+/\\s]*(?:={1,2}\\s*)?$', '^\\s*([a-z]+)\\s+(\\S+)\\s*$'])
      assert.equal(weaknessOf({ source, flags: 'i' }), undefined, source);
  });

  it('take no longer than in proportion to the text', async () => {
    const files = (await readdir(`${projectDirectory}/src`, { recursive: true }))
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.ts') && !OF_OPERATORS.test(name))
      .map((name) => `src/${name}`);
    const texts = await Promise.all(files.map((file) => readFile(`${projectDirectory}/${file}`, 'utf8')));
    const all = files.flatMap((file, at) => expressionsIn(file, texts[at] ?? ''));
    assert.ok(all.length > 100, `${all.length} expressions`);
    const weak = all.flatMap((one) => {
      const file = one.place.replace(/:\d+$/, '');
      const isKnown = `${file} /${one.source}/${one.flags}` in KNOWN || OF_SERVER_MESSAGES.test(file);
      const weakness = isKnown ? undefined : weaknessOf(one);
      return weakness === undefined ? [] : [`${one.place} /${one.source}/${one.flags} by ${weakness}`];
    });
    assert.deepEqual(weak, []);
  });
});
