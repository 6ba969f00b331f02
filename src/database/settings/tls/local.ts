import type { ConnectionSettings } from '../settings.js';
import { isOnThisMachine } from './tls-default.js';

/** Whether nothing of the connection leaves this machine: embedded, a Unix socket, or loopback. */
export const isLocal = (settings: ConnectionSettings): boolean =>
  settings.engine === 'embedded' || settings.hosts.every(({ host }) => isOnThisMachine(host));
