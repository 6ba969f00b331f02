import type { Core } from '../../../core/core.js';
import { Sharing } from '../../../core/provisioning/transactions/sharing.js';
import { assertRights } from '../../../core/rights/denied.js';
import type { Needs } from '../../../core/rights/needs.js';
import type { Context } from '../../context.js';
import { resolveConnection } from '../../settings/connection.js';
import { isWorthWaiting } from '../../shared/worth-waiting.js';
import type { ServeSettings } from './declared.js';

/**
 * How long an endpoint waits for the database at a stretch, in milliseconds, where nobody has said otherwise:
 * long enough to sit out a failover, and shorter than an IdP waits for us.
 */
const PATIENCE_MS = 10_000;

/**
 * The core on a pool of the endpoint's size; waits for the database for as long as it was told to.
 * @throws Problem of kind `configuration`, as every command does; also where the login lacks a right, which only
 *   the IdP would hear of later.
 */
export async function connectForServing(
  context: Context,
  { databaseConnections, wait }: ServeSettings,
  rights: Needs,
): Promise<Core> {
  const { clock } = context.world;
  const [{ schema, timeoutMs = PATIENCE_MS }, connection] = [
    await context.settings(),
    await resolveConnection(context),
  ];
  const use = {
    ...{ maxConnections: databaseConnections, timeoutMs },
    ...{ repeatsStatements: true, keepsSearchPath: true },
  };
  const end = clock().getTime() + wait;
  for (let tries = 1; ; tries++) {
    try {
      await context.useDatabase(connection, schema, use);
      break;
    } catch (error) {
      if (!isWorthWaiting(error) || clock().getTime() >= end) throw error;
      if (tries === 1) context.talk.note('The database does not answer yet. Waiting ...');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  const core = await context.core();
  await assertRights(rights, core.database);
  const { database, random } = core;
  return {
    ...core,
    actor: core.actor.replace(/^cli:/, 'serve:'),
    ...(database.pipelines && { sharing: new Sharing(random) }),
  };
}
