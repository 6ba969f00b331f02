import { DEFAULT_CONNECT_TIMEOUT_MS } from '../../../database/settings/settings.js';
import type { Command } from '../../command.js';
import { duration } from '../../input/quantity.js';
import { resolveConnection } from '../../settings/connection.js';
import { isWorthWaiting } from '../../shared/worth-waiting.js';

const LEAST_TRY_MS = 2000;

export const dbWait: Command<{ for?: number }> = {
  name: 'wait',
  summary: 'Wait until the database is reachable',
  description:
    'Retries until the database answers. Fails immediately if waiting cannot help, for example after a wrong password.',
  options: [
    {
      flags: '--for <duration>',
      description: 'maximum time to wait; 0s: try once (default 60s)',
      parse: duration('0s', '24h'),
    },
  ],
  examples: [
    { does: 'a minute at most', command: 'db wait' },
    { does: 'in an install script', command: 'db wait --for 5m && scimctl db migrate' },
  ],
  async run({ for: patience = 60_000 }, context) {
    const { clock } = context.world;
    const [{ schema, timeoutMs = DEFAULT_CONNECT_TIMEOUT_MS }, connection] = [
      await context.settings(),
      await resolveConnection(context),
    ];
    const end = clock().getTime() + patience;
    for (let tries = 1; ; tries++) {
      try {
        // No single try goes much beyond the end either.
        const left = Math.max(LEAST_TRY_MS, end - clock().getTime());
        await context.useDatabase(connection, schema, { timeoutMs: Math.min(timeoutMs, left) });
        if (context.output.format === 'json') context.output.json({ reachable: true, tries });
        else context.talk.done('The database answers.');
        return;
      } catch (error) {
        if (!isWorthWaiting(error) || clock().getTime() >= end) throw error;
        context.talk.detail(`Try ${tries}: ${error.message}`);
        await new Promise((resolve) =>
          setTimeout(resolve, Math.min(1000, Math.max(1, end - clock().getTime()))),
        );
      }
    }
  },
};
