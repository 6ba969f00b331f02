import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { listen } from '../fake-servers/listen.js';

/** A domain controller behind a firewall: it takes everything, and answers nothing. */
export interface SilentServer {
  port: number;
  /** Settled when somebody has asked it. */
  readonly asked: Promise<unknown>;
  /** From then on its port is closed, which whoever asks is told. */
  close(): Promise<void>;
}

/** Listens on one port of 127.0.0.1, with UDP and TCP. */
export async function silentServer(): Promise<SilentServer> {
  const tcp = await listen(() => undefined);
  const udp = createSocket('udp4').bind(tcp.port, '127.0.0.1');
  await once(udp, 'listening');
  let isOpen = true;
  return {
    port: tcp.port,
    asked: once(udp, 'message'),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      udp.close();
      await tcp.close();
    },
  };
}
