import { randomBytes } from 'node:crypto';
import type { Core } from '../../src/core/core.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { Sharing } from '../../src/core/provisioning/transactions/sharing.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { Problem } from '../../src/problem.js';
import { AS_SERVED, openTestDatabase } from '../support/databases/product.js';

/** One thing to do: create a user, or enable the one of this id. */
export type Task = { idp: Idp; create: Profile } | { idp: Idp; enable: string };

// A process that provisions: `provisioning-child.js URL CONCURRENCY`. It connects, says that it is ready, does the
// tasks it is sent, so many at a time, and says what came of each.
const [url = '', concurrency = ''] = process.argv.slice(2);
// As the endpoint does it: where the database allows it, what comes together shares a transaction.
const database = await openTestDatabase(url, 'scim', AS_SERVED);
const core: Core = {
  database,
  clock: () => new Date(),
  random: randomBytes,
  actor: `idp:child-${process.pid}`,
  ...(database.pipelines && { sharing: new Sharing(randomBytes) }),
};

async function outcomeOf(task: Task): Promise<string> {
  try {
    if ('create' in task) return (await createUser(core, task.idp, task.create)).how;
    await changeUser(core, task.idp, task.enable, (user) => ({ ...user, active: true }));
    return 'enabled';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    return `failed: ${error instanceof Error ? error.stack : error}`;
  }
}

process.once('message', async (tasks: Task[]) => {
  let next = 0;
  const work = async () => {
    for (let task = tasks[next++]; task; task = tasks[next++]) {
      process.send?.({ outcome: await outcomeOf(task) });
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, work));
  await database.close();
  process.disconnect();
});
process.send?.({ ready: true });
