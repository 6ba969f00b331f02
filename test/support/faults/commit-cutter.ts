import { connect, createServer, type Socket } from 'node:net';

/** What becomes of a COMMIT. */
export type Cut = 'before it arrives' | 'after its answer' | 'on its way';

export interface CommitCutter {
  /** The URL of the database, through here. */
  url: string;
  /** From now on: cuts the connection of the next COMMIT, once. */
  cutNext(how: Cut): void;
  /** How many were cut. */
  readonly cuts: number;
  close(): void;
}

/**
 * Stands between a client and its server and cuts connections when their transaction is committed, so that
 * the client cannot know what became of it. Sees nothing in a connection that is encrypted.
 */
export async function cutCommits(url: string): Promise<CommitCutter> {
  const target = new URL(url);
  const isCommit = target.protocol.startsWith('postgres') ? isPostgresCommit : isTdsCommit;
  let planned: Cut | undefined;
  let cuts = 0;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
    let cut: Cut | undefined;
    client.on('data', (chunk) => {
      if (planned === undefined || !isCommit(chunk)) return void upstream.write(chunk);
      [cut, planned] = [planned, undefined];
      cuts++;
      if (cut === 'before it arrives') upstream.destroy();
      else if (cut === 'on its way') setTimeout(() => upstream.end(chunk), LATE_MS);
      else upstream.write(chunk);
      if (cut !== 'after its answer') client.destroy();
    });
    upstream.on('data', (chunk) => (cut ? client.destroy() : client.write(chunk)));
    client.on('close', () => cut ?? upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(typeof address === 'object' && address ? address.port : 0);
  // SQL Server then encrypts the login alone, unless it insists on more.
  if (!target.protocol.startsWith('postgres')) through.searchParams.set('encrypt', 'false');
  return {
    url: through.href,
    cutNext: (how) => {
      planned = how;
    },
    get cuts() {
      return cuts;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Longer than a client takes to notice, to ask and to begin anew. */
const LATE_MS = 700;

/** A simple query, alone or right behind another statement. https://www.postgresql.org/docs/current/protocol-message-formats.html */
const isPostgresCommit = (chunk: Buffer) => /Q[\s\S]{4}commit;?\0$/i.test(chunk.toString('latin1'));

/** A transaction manager request of type TM_COMMIT_XACT. MS-TDS 2.2.6.9 */
function isTdsCommit(chunk: Buffer): boolean {
  if (chunk[0] !== 0x0e || chunk.length < 14) return false;
  const allHeaders = chunk.readUInt32LE(8);
  return chunk.readUInt16LE(8 + allHeaders) === 7;
}
