import { get } from 'node:http';
import { NotAvailable } from '../../core/support/parts.js';
import { isOnThisMachine } from '../../database/settings/tls/tls-default.js';
import { readServeSettings } from '../commands/serve/settings.js';
import type { Context } from '../context.js';

const PATIENCE_MS = 3000;
const MOST_BYTES = 1024 * 1024;

/**
 * The metrics of the endpoint, as Prometheus reads them, if it runs on this machine as configured.
 * @throws NotAvailable with the reason.
 */
export async function metricsPage(context: Context): Promise<string> {
  const { port, host, metricsPort, metricsHost, tlsCert, tlsPfx, behindProxy } = await readServeSettings(
    {},
    context,
  );
  const [at, on] = metricsPort === undefined ? [host, port] : [metricsHost, metricsPort];
  if (on === 0) throw new NotAvailable('the port of the endpoint is not fixed');
  if (metricsPort === undefined && ((tlsCert ?? tlsPfx) !== undefined || behindProxy))
    throw new NotAvailable('the endpoint has no metrics port (`serve --metrics-port`)');
  const place = ['0.0.0.0', '::'].includes(at) ? '127.0.0.1' : at;
  if (!isOnThisMachine(place)) throw new NotAvailable('the endpoint does not show metrics on this machine');
  const text = await fetched(place, on);
  // Whatever else answers at that port is nothing of ours.
  const ours = text.split('\n').filter((line) => /^(?:# (?:HELP|TYPE) )?scimctl_/.test(line));
  if (ours.length === 0) throw new NotAvailable('what answers at the port of the endpoint is not scimctl');
  return `${ours.map(withoutValues).join('\n')}\n`;
}

/** Labels that say nothing of the application; others, such as its licences, do. */
const OURS = ['idp', 'method', 'route', 'status', 'le', 'reason', 'state', 'version'];

const withoutValues = (line: string): string =>
  line.startsWith('#')
    ? line
    : line.replace(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g, (all, label: string) =>
        OURS.includes(label) ? all : `${label}="?"`,
      );

function fetched(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new NotAvailable('the endpoint does not answer on this machine'));
    const request = get({ host, port, path: '/metrics', timeout: PATIENCE_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > MOST_BYTES) request.destroy();
      });
      response.on('end', () => resolve(text));
      response.on('error', gone);
      response.on('close', gone);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', gone);
  });
}
