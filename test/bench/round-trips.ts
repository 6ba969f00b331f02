import { type AddressInfo, connect, createServer } from 'node:net';

export interface RoundTrips {
  /** Where to connect to in the server's place. */
  port: number;
  /** How often something was said and waited for, since the last call. */
  take(): number;
  close(): void;
}

/**
 * Stands between a program and PostgreSQL and counts round trips: each begins when the program says something
 * after the server has. What goes out together, without waiting for an answer, is one.
 */
export async function countRoundTrips(host: string, port: number): Promise<RoundTrips> {
  let count = 0;
  const relay = createServer((client) => {
    const server = connect({ host, port, noDelay: true });
    client.setNoDelay(true);
    let answered = true;
    client.on('data', (data) => {
      if (answered) count++;
      answered = false;
      server.write(data);
    });
    server.on('data', (data) => {
      answered = true;
      client.write(data);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    take: () => {
      const taken = count;
      count = 0;
      return taken;
    },
    close: () => relay.close(),
  };
}
