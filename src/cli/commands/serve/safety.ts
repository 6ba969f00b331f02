import { isLoopback } from '../../../loopback.js';
import { usageProblem } from '../../../problem.js';
import type { ServeSettings } from './declared.js';

/**
 * A token over plain HTTP is lost, so that is for this machine alone, or for the way from a proxy.
 * @throws Problem `plain-http-refused`, `option-missing`, `options-conflict`.
 */
export function assertSafe({ host, tlsCert, tlsKey, behindProxy, metricsPort, port }: ServeSettings): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [given, missing] =
      tlsCert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
    throw usageProblem('option-missing', `${given} needs ${missing}.`, {
      hint: 'HTTPS requires a certificate and its private key, each in a PEM file.',
    });
  }
  if (metricsPort !== undefined && metricsPort === port && port !== 0) {
    throw usageProblem('options-conflict', `--metrics-port and --port are both ${port}.`, {
      hint: 'Use another port for the metrics; --metrics-port 0 takes any free port.',
    });
  }
  if (tlsCert !== undefined || behindProxy || isLoopback(host)) return;
  throw usageProblem(
    'plain-http-refused',
    `Listening at ${host} without TLS would send tokens over the network in plain text.`,
    {
      hint: 'Serve HTTPS with --tls-cert and --tls-key, or leave out --host to listen only on this machine. If a reverse proxy does TLS, listen at an address that only the proxy can reach, and add --behind-proxy.',
    },
  );
}
