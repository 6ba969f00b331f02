import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inOrderOfTime } from '../../src/core/users/in-order-of-time.js';

const ended = (...times: number[]) => times.map((time) => ({ endedAt: new Date(time) }));

describe('two lists of ends as one', () => {
  const merged = async (one: number[][], other: number[][]) => {
    const closed: string[] = [];
    const pagesOf = async function* (pages: number[][], name: string) {
      try {
        for (const page of pages) yield ended(...page);
      } finally {
        closed.push(name);
      }
    };
    const times: number[] = [];
    for await (const page of inOrderOfTime(pagesOf(one, 'one'), pagesOf(other, 'other')))
      times.push(...page.map(({ endedAt }) => endedAt.getTime()));
    return { times, closed: closed.sort() };
  };

  it('are in the order of time, whatever the sizes of the pages', async () => {
    const one = [[1, 4, 4, 9], [12, 30], [31]];
    const other = [[2], [3, 4], [5, 6, 7, 40], [41, 42]];
    const all = [...one.flat(), ...other.flat()].sort((a, b) => a - b);

    assert.deepEqual(await merged(one, other), { times: all, closed: ['one', 'other'] });
    assert.deepEqual((await merged(other, one)).times, all);
  });

  it('are one of them where the other is empty', async () => {
    assert.deepEqual((await merged([[1, 2], [3]], [])).times, [1, 2, 3]);
    assert.deepEqual((await merged([], [[1, 2], [3]])).times, [1, 2, 3]);
    assert.deepEqual((await merged([], [])).times, []);
  });

  it('are both closed when the reader stops', async () => {
    const closed: string[] = [];
    const endless = async function* (name: string) {
      try {
        for (let time = 0; ; time++) yield ended(time);
      } finally {
        closed.push(name);
      }
    };
    for await (const _ of inOrderOfTime(endless('one'), endless('other'))) break;

    assert.deepEqual(closed.sort(), ['one', 'other']);
  });
});
