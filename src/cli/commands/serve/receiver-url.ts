import { isLoopback } from '../../../loopback.js';
import { usageProblem } from '../../../problem.js';

/**
 * The URL of a receiver of notices: https, or http to this machine, so that no notice crosses the network in plain text.
 * A name and a password in it would be stored in the list of processes; who sends is told by the signature.
 * @throws Problem `url-invalid`, `plain-http-refused`; neither quotes more than the host, as a path may be a secret.
 */
export function parseReceiverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) {
    throw usageProblem('url-invalid', 'The URL of --on-pending is not valid.', {
      hint: 'Write it in the form https://host/path, without a user name, a password or a fragment (#).',
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw usageProblem(
      'plain-http-refused',
      `Notices to ${url.host} without TLS would cross the network in plain text.`,
      {
        hint: 'Use an https URL. Plain HTTP is allowed only to an address of this machine, such as http://127.0.0.1:9000/.',
      },
    );
  }
  return url.href;
}
