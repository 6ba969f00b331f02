import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Gathered } from '../../src/core/authentication/gathered.js';

it('those who ask in one turn share an answer; whoever asks later gets one that was looked up later', async () => {
  let stored = 'live';
  const lookUps: string[] = [];
  const gathered = new Gathered(async (key) => {
    lookUps.push(key);
    const found = stored;
    await turn();
    return found;
  });

  const together = [gathered.ask('a'), gathered.ask('a'), gathered.ask('b')];
  await turn();
  // The look-up is under way, and has read already.
  stored = 'revoked';
  const later = gathered.ask('a');

  assert.deepEqual(await Promise.all(together), ['live', 'live', 'live']);
  assert.equal(await later, 'revoked');
  assert.deepEqual(lookUps, ['a', 'b', 'a']);
});

it('a look-up that fails is told to all who asked, and tried again for the next', async () => {
  let calls = 0;
  const gathered = new Gathered(async () => {
    calls++;
    if (calls === 1) throw new Error('away');
    return 'back';
  });

  const outcomes = await Promise.allSettled([gathered.ask('a'), gathered.ask('a')]);

  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await gathered.ask('a'), 'back');
});
