import { createToken } from '../../src/core/tokens/create.js';
import type { Product } from '../support/databases/product.js';
import { addIdp } from '../support/people/provisioned.js';
import { endure, HOSTILE, hostileScene } from '../support/scim/hostile.js';
import { startEndpoint } from '../support/scim/served.js';
import { onPostgres } from './on-postgres.js';

/*
 * The endpoint under hostile clients of each kind, on PostgreSQL: `npm run bench -- hostile`, with MEMBERS, CLIENTS and
 * SECONDS in the environment. Prints what they cost, and fails where /healthz takes longer than 250 ms or the process
 * more than 512 MB.
 */

const MEMBERS = Number(process.env.MEMBERS ?? 100_000);
const CLIENTS = Number(process.env.CLIENTS ?? 16);
const SECONDS = Number(process.env.SECONDS ?? 10);

async function measure(product: Product): Promise<boolean> {
  const idp = await addIdp(product, 'hostile');
  const { token } = await createToken(product.core, 'hostile', { expiresInMs: null });
  const scene = await hostileScene(product, idp, token, {
    ...{ members: MEMBERS, groups: 12 },
    ...{ groupsOfOne: MEMBERS, largeUsers: 1_000 },
  });
  const endpoint = await startEndpoint(product.url);
  let held = true;
  try {
    for (const kind of HOSTILE) {
      const target = { port: endpoint.port, pid: endpoint.process.pid };
      const measured = await endure(target, scene, kind, { clients: CLIENTS, milliseconds: SECONDS * 1000 });
      const { rssMb, healthMs, bytes, statuses } = measured;
      const holds = rssMb < 512 && healthMs < 250;
      held &&= holds;
      console.log(
        `  ${holds ? 'holds' : 'FAILS'}  ${kind.name}: ${rssMb} MB, /healthz within ${healthMs.toFixed(0)} ms, ${(bytes / 1e6).toFixed(0)} MB sent, ${JSON.stringify(statuses)}`,
      );
    }
  } finally {
    await endpoint.stop();
  }
  return held;
}

await onPostgres(async (product, label) => {
  console.log(
    `${label}, 12 groups of ${MEMBERS.toLocaleString('en-GB')} and one user in so many, ${CLIENTS} clients:`,
  );
  if (!(await measure(product))) process.exitCode = 1;
});
