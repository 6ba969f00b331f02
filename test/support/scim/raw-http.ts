import { connect as connectPlain, type Socket } from 'node:net';

/** A client that says what it likes, as slowly as it likes. */
export interface RawClient {
  write(text: string): void;
  /** All that came, when the server has closed the connection; or, with a pattern, as soon as that is there. */
  read(until?: RegExp, timeoutMs?: number): Promise<string>;
  close(): void;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connectPlain(port, '127.0.0.1', () => resolve(opening)).once('error', reject);
  });
  let text = '';
  let ended = false;
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.once('close', () => {
    ended = true;
  });
  return {
    write: (some) => void socket.write(some),
    read: (until, timeoutMs = 20_000) =>
      new Promise((resolve, reject) => {
        const done = () => (until ? until.test(text) : ended);
        const settle = (error?: Error) => {
          clearTimeout(limit);
          socket.off('data', look).off('close', look);
          if (error) reject(error);
          else resolve(text);
        };
        const look = () => {
          if (done()) settle();
          else if (ended) settle(new Error(`the connection was closed after: ${text}`));
        };
        const limit = setTimeout(
          () => settle(new Error(`${timeoutMs} ms have passed; so far: ${text}`)),
          timeoutMs,
        );
        socket.on('data', look).on('close', look);
        look();
      }),
    close: () => socket.destroy(),
  };
}
