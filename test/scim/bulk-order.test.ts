import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { inOrder } from '../../src/scim/protocol/handler/bulk/bulk-order.js';
import { Chance } from '../support/scim/fuzz.js';

const post = (bulkId: string, ...references: string[]) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { members: references.map((one) => ({ value: `bulkId:${one}` })) },
});
const orderOf = (operations: ReturnType<typeof post>[]) =>
  inOrder(operations).map(({ operation: { bulkId }, late }) => [bulkId, ...late].join(' late '));

describe('the order of bulk operations', () => {
  it('is that of the request', () => assert.deepEqual(orderOf([post('a'), post('b', 'a')]), ['a', 'b']));

  it('has what is referred to first', () =>
    assert.deepEqual(orderOf([post('a', 'c'), post('b'), post('c', 'd'), post('d')]), ['d', 'c', 'a', 'b']));

  it('goes ahead where operations refer to each other, or to themselves', () => {
    assert.deepEqual(orderOf([post('a', 'b'), post('b', 'a')]), ['b late a', 'a']);
    assert.deepEqual(orderOf([post('a', 'a')]), ['a late a']);
  });

  it('takes a chain as long as a request may be', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) => post(String(at), String(at + 1)));
    assert.equal(inOrder(chain)[0]?.operation.bulkId, '99999');
  });

  const seed = randomInt(2 ** 31);
  it(`has each operation once, and all that it refers to before it or late (seed ${seed})`, () => {
    const chance = new Chance(seed);
    for (let round = 0; round < 500; round++) {
      const size = 1 + chance.below(8);
      const operations = Array.from({ length: size }, (_, at) =>
        post(String(at), ...Array.from({ length: chance.below(4) }, () => String(chance.below(size + 1)))),
      );
      const turns = inOrder(operations);
      assert.equal(new Set(turns.map(({ operation }) => operation)).size, size);
      const done = new Set<string>();
      for (const { operation, late } of turns) {
        for (const { value } of operation.data.members) {
          const reference = value.slice('bulkId:'.length);
          assert.ok(
            done.has(reference) || late.has(reference) || Number(reference) >= size,
            orderOf(operations).join(),
          );
        }
        done.add(operation.bulkId);
      }
    }
  });
});
