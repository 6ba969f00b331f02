import { tenantUrlOf } from '../../../core/service-accounts/sheet.js';
import type { Log } from '../../../scim/server/observing/log.js';
import type { RunningServer } from '../../../scim/server/server.js';
import type { Context } from '../../context.js';
import type { ServeSettings } from './declared.js';

/** Says where it listens: for people on stderr, with `-o json` as one line on stdout, for scripts. */
export async function announce(
  context: Context,
  { url, port, metricsUrl }: RunningServer,
  settings: ServeSettings,
  log: Log,
): Promise<void> {
  const { output, world, talk } = context;
  const { host, baseUrl, behindProxy, logFormat } = settings;
  const tenantUrl = tenantUrlOf(baseUrl ?? url);
  const where = { url, host, port, tenantUrl, ...(metricsUrl !== undefined && { metricsUrl }) };
  if (output.format === 'json') output.text(`${JSON.stringify(where)}\n`);
  log.line('info', 'listening', where, `Listening at ${url}`);
  // The log's line first, which is written at the end of this turn.
  await new Promise((resolve) => setImmediate(resolve));
  if (logFormat === 'json' && world.stderr.isTTY !== true) return;
  talk.note(`\nTenant URL for the IdP:  ${tenantUrl}`);
  if (baseUrl === undefined && behindProxy) {
    talk.note('  Add --base-url with the URL under which the IdP reaches the proxy.');
  }
  talk.note('Settings to enter in it:  scimctl idp sheet NAME');
  talk.note(`Health check:            ${url}/readyz`);
  talk.note('Press Ctrl-C to stop; open requests are completed first.\n');
}
