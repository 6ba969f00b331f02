import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Requests of one IdP that misbehaves, from another thread than the one that measures. */
export interface Misbehaviour {
  way: string;
  port: number;
  token: string;
  /** Of a user of that IdP. */
  id: string;
}

const AT_ONCE = 12;
const { way, port, token, id } = workerData as Misbehaviour;
const base = `http://127.0.0.1:${port}/scim/v2`;

const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

let count = 0;
const person = (more: object) => {
  const userName = `bad${count++}.${Date.now()}@fabrikam.example`;
  return { schemas: [USER], userName, active: true, emails: [{ primary: true, value: userName }], ...more };
};
const rename = () => ({
  schemas: [PATCH],
  Operations: [{ op: 'replace', path: 'displayName', value: `Renamed ${count++}` }],
});
/** The most that a filter may have. */
const COMPARISONS = Array.from({ length: 40 }, (_, n) => `addresses.locality co "place ${n}"`).join(' or ');

/** Written once: what a client costs itself is not what is measured. */
const LARGE = JSON.stringify(person({ roles: Array(20_000).fill({ value: 'a role of many' }) }));
const BULK_OF_MANY = JSON.stringify({
  schemas: [BULK],
  Operations: Array.from({ length: 1000 }, () => ({ method: 'PATCH', path: `/Users/${id}`, data: rename() })),
});

/** A body is sent as it is, or written as JSON. */
const WAYS: Record<string, () => [method: string, path: string, body?: string | object, token?: string]> = {
  'expensive filters': () => ['POST', '/Users/.search', { schemas: [SEARCH], filter: COMPARISONS, count: 1 }],
  'refused creates': () => ['POST', '/Users', person({ displayName: 'x'.repeat(5_000) })],
  'big bulk requests': () => ['POST', '/Bulk', BULK_OF_MANY],
  'large bodies': () => ['POST', '/Users', LARGE],
  'long lists': () => ['GET', '/Users?count=200'],
  'one user over and over': () => ['PATCH', `/Users/${id}`, rename()],
  'wrong tokens': () => ['GET', '/Users?count=1', undefined, `${token.slice(0, -1)}x`],
};

async function work(make: () => [string, string, (string | object)?, string?]): Promise<never> {
  for (;;) {
    const [method, path, body, by = token] = make();
    const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/scim+json' };
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const sent = { method, headers, ...(text !== undefined && { body: text }) };
    const status = await fetch(`${base}${path}`, sent).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    parentPort?.postMessage(status);
  }
}

const headOf = (method: string, path: string, more = '') =>
  `${method} /scim/v2${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`;

/** A connection that is opened again when it is closed, at once but not in a hot loop. */
function keep(begin: (socket: Socket) => void): void {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.once('close', () => setTimeout(() => keep(begin), 100));
  socket.resume();
  begin(socket);
}

const CONNECTIONS: Record<string, [count: number, begin: (socket: Socket) => void]> = {
  // Many requests, without waiting for an answer.
  pipelining: [AT_ONCE, (socket) => socket.write(headOf('GET', '/Users?count=100').repeat(500))],
  'slow bodies': [
    200,
    (socket) => {
      const head = 'Content-Type: application/scim+json\r\nContent-Length: 100000\r\n';
      socket.write(headOf('POST', '/Users', head));
      const drip = setInterval(() => socket.write(' '), 200);
      socket.once('close', () => clearInterval(drip));
    },
  ],
  'many connections': [500, () => undefined],
};

const [connections, begin] = CONNECTIONS[way] ?? [0];
if (begin) for (let n = 0; n < connections; n++) keep(begin);
else {
  const make = WAYS[way];
  if (!make) throw new Error(`there is no way ${way}`);
  for (let n = 0; n < AT_ONCE; n++) void work(make);
}
