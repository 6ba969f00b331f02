import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LETTERS } from '../../../src/core/scaffold/writes/texts.js';
import type { Row } from '../../support/scaffold-facts.js';
import { allProposed } from '../../support/scaffold-proposals.js';

describe('a stamp of sessions', () => {
  for (const [words, value] of [
    ['text(12) not null', { random: { length: 12, alphabet: LETTERS } }],
    ['text(36) not null', { guid: { case: 'lower' } }],
    ['text not null', { guid: { case: 'lower' } }],
  ] as const)
    it(`gets a value that fits: ${words}`, () => {
      const { proposals } = allProposed({ session_nonce: words }, (at): Row => ({ session_nonce: `n${at}` }));
      for (const name of ['insert.public.users.session_nonce', 'update.public.users.session_nonce']) {
        const proposal = proposals.find((one) => one.name === name)?.value as { set?: unknown } | undefined;
        assert.deepEqual(proposal?.set ?? proposal, value);
      }
    });
});
