import { isLoopback } from '../../../loopback.js';
import { usageProblem } from '../../../problem.js';
import type { CertificateFiles } from '../../../scim/server/http/certificate.js';
import type { ServeSettings } from './declared.js';

/**
 * A token over plain HTTP is lost, so that is for this machine alone, or for the way from a proxy.
 * @throws Problem `plain-http-refused`, `option-missing`, `options-conflict`.
 */
export function assertSafe(settings: ServeSettings): void {
  const { host, tlsCert, tlsKey, tlsPfx, tlsPfxPasswordFile, behindProxy, metricsPort, port } = settings;
  if (tlsPfx !== undefined && (tlsCert ?? tlsKey) !== undefined) {
    throw usageProblem('options-conflict', '--tls-pfx takes the place of --tls-cert and --tls-key.', {
      hint: 'Name either the PFX file or the two PEM files. The config file and the environment count as well.',
    });
  }
  if (tlsPfxPasswordFile !== undefined && tlsPfx === undefined) {
    throw usageProblem('option-missing', '--tls-pfx-password-file needs --tls-pfx.', {
      hint: 'Add --tls-pfx with the PFX file that has this password.',
    });
  }
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
  if (certificateFiles(settings) || behindProxy || isLoopback(host)) return;
  throw usageProblem(
    'plain-http-refused',
    `Listening at ${host} without TLS would send tokens over the network in plain text.`,
    {
      hint: 'Serve HTTPS with --tls-cert and --tls-key or with --tls-pfx, or leave out --host to listen only on this machine. If a reverse proxy does TLS, listen at an address that only the proxy can reach, and add --behind-proxy.',
    },
  );
}

/** Where the certificate is; nothing for plain HTTP. */
export function certificateFiles(settings: ServeSettings): CertificateFiles | undefined {
  const { tlsCert, tlsKey, tlsPfx, tlsPfxPasswordFile: passwordFile } = settings;
  if (tlsPfx !== undefined) return { pfxFile: tlsPfx, ...(passwordFile !== undefined && { passwordFile }) };
  return tlsCert !== undefined && tlsKey !== undefined ? { certFile: tlsCert, keyFile: tlsKey } : undefined;
}
