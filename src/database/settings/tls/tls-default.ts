import { isLoopback } from '../../../loopback.js';
import type { TlsSettings } from '../settings.js';

/** Whether what is sent to this host stays on this machine: a loopback address, or a Unix socket's directory. */
export const isOnThisMachine = (host: string): boolean => host.startsWith('/') || isLoopback(host);

/** The TLS mode where the setting names none; see `TlsSettings.mode`. */
export const defaultTlsMode = (hosts: { host: string }[]): TlsSettings['mode'] =>
  hosts.every(({ host }) => isOnThisMachine(host)) ? 'prefer' : 'verify-full';

/** What to say of a mode that may send a password over a network in plain text; nothing when it cannot. */
export function plainTextWarnings(
  mode: TlsSettings['mode'],
  hosts: { host: string }[],
  hasPassword = true,
): string[] {
  const remote = hosts.find(({ host }) => !isOnThisMachine(host));
  if (!remote || (mode !== 'disable' && mode !== 'prefer')) return [];
  const what = hasPassword ? 'password and data' : 'data';
  const how = mode === 'disable' ? 'travel' : 'may travel';
  return [`The connection to ${remote.host} is not encrypted: ${what} ${how} in plain text.`];
}
