import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { jsonParts } from '../../src/core/preflight/export/json-pages.js';
import { Unreadable } from '../../src/core/preflight/export/unreadable.js';
import { inPieces } from '../support/running/in-pieces.js';
import { Chance } from '../support/scim/fuzz.js';

const TEXTS = Number(process.env.SCIMCTL_TEST_JSON ?? 1_000);
const { SCIMCTL_TEST_SEED, CI } = process.env;
const SEED = Number(SCIMCTL_TEST_SEED ?? (CI ? 390_114 : randomInt(2 ** 31)));

async function entriesOf(text: AsyncIterable<string>): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const parts of jsonParts(text)) {
    for (const part of parts) if ('entry' in part) entries.push(part.entry);
  }
  return entries;
}

/** What looks like the end of a string, or of what is around it. */
const IN_STRINGS = ['"', '\\', '\\"', '{', '}', '[', ']', ',', ':', 'Ü', '\u2028', '\n', '😀', 'value', ' '];

const text = (chance: Chance): string =>
  Array.from({ length: chance.below(6) }, () => IN_STRINGS[chance.below(IN_STRINGS.length)]).join('');

function value(chance: Chance, depth: number): unknown {
  if (depth > 0 && chance.below(3) === 0)
    return Array.from({ length: chance.below(4) }, () => value(chance, 0));
  if (depth > 0 && chance.below(3) === 0) return { [`of ${text(chance)}`]: value(chance, depth - 1) };
  return [null, true, false, -1.5e-7, 12, text(chance), text(chance)][chance.below(7)];
}

const user = (chance: Chance) => ({
  userPrincipalName: `${text(chance)}@contoso.example`,
  [`x${text(chance)}`]: value(chance, 2),
});

/** The forms in which a list comes. */
function written(users: readonly unknown[], chance: Chance): string {
  const indent = [undefined, 2, '\t'][chance.below(3)];
  const json = (one: unknown) => JSON.stringify(one, null, indent);
  const half = Math.ceil(users.length / 2);
  const pages = [users.slice(0, half), users.slice(half)].map((list) => ({
    '@odata.count': 2,
    value: list,
    after: text(chance),
  }));
  return [
    () => json(users),
    () => json({ before: text(chance), value: users, after: { deep: [text(chance)] } }),
    () => pages.map(json).join('\n'),
    () => json(pages),
  ][chance.below(4)]?.() as string;
}

describe('the entries of a JSON text', () => {
  it(`are what JSON.parse makes of them, wherever the text is cut (seed ${SEED})`, async () => {
    for (let n = 0; n < TEXTS; n++) {
      const chance = new Chance(SEED + n);
      const users = Array.from({ length: 1 + chance.below(5) }, () => user(chance));
      const whole = written(users, chance);
      assert.deepEqual(await entriesOf(inPieces(whole, chance)), users, `seed ${SEED + n}: ${whole}`);
    }
  });

  it('are refused where the text ends too early', async () => {
    for (let n = 0; n < TEXTS / 10; n++) {
      const chance = new Chance(SEED + n);
      const whole = written([user(chance), user(chance)], chance).trimEnd();
      const cut = whole.slice(0, whole.lastIndexOf(':') + 1);
      await assert.rejects(entriesOf(inPieces(cut, chance)), Unreadable, `seed ${SEED + n}: ${cut}`);
    }
  });
});
