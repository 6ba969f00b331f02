import type { TlsSettings } from '../settings.js';

/** Whether what is sent to this host stays on this machine: a loopback address or a Unix socket's directory. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    name.startsWith('/') ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    name === '0:0:0:0:0:0:0:1' ||
    /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(name)
  );
}

/** The TLS mode where the setting names none; see `TlsSettings.mode`. */
export const defaultTlsMode = (hosts: { host: string }[]): TlsSettings['mode'] =>
  hosts.every(({ host }) => isLoopback(host)) ? 'prefer' : 'verify-full';

/** What to say of a mode that may send a password over a network in plain text; nothing when it cannot. */
export function plainTextWarnings(mode: TlsSettings['mode'], hosts: { host: string }[]): string[] {
  const remote = hosts.find(({ host }) => !isLoopback(host));
  if (!remote || (mode !== 'disable' && mode !== 'prefer')) return [];
  const how = mode === 'disable' ? 'travel' : 'may travel';
  return [`The connection to ${remote.host} is not encrypted: password and data ${how} in plain text.`];
}
