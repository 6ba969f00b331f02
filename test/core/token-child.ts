import { randomBytes, randomInt } from 'node:crypto';
import { createToken } from '../../src/core/tokens/create.js';
import { finishRotation, rotateToken } from '../../src/core/tokens/rotate.js';
import { Problem } from '../../src/problem.js';
import { openTestDatabase } from '../support/databases/product.js';

// A process that changes the tokens of one IdP: `token-child.js URL IDP TIMES [rotate]`. It connects, says that it is
// ready, begins when it is told to, and says what came of each change.
const [url = '', idp = '', times = '', only = ''] = process.argv.slice(2);
const database = await openTestDatabase(url);
const core = {
  database,
  clock: () => new Date(),
  random: randomBytes,
  actor: `cli:child-${process.pid}@test`,
};
const lifetime = { expiresInMs: 86_400_000 };

const rotations = [
  () => rotateToken(core, idp, { ...lifetime, overlapMs: 3_600_000 }),
  () => rotateToken(core, idp, { ...lifetime, overlapMs: 0 }),
];
const changes = [
  ...rotations,
  () => createToken(core, idp, lifetime),
  () => finishRotation(core, idp, { force: true }),
];

async function changeOnce(): Promise<void> {
  try {
    const among = only === 'rotate' ? rotations : changes;
    await among[randomInt(among.length)]?.();
    process.send?.({ outcome: 'done' });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.send?.({ outcome: error.code });
  }
}

process.once('message', async () => {
  try {
    for (let done = 0; done < Number(times); done++) await changeOnce();
  } catch (error) {
    process.send?.({ outcome: `failed: ${error instanceof Error ? error.stack : error}` });
  } finally {
    await database.close();
    process.disconnect();
  }
});
process.send?.({ ready: true });
