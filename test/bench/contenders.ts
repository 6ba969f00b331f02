import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { binFile } from '../support/processes/cli.js';
import { type LoadRequest, type LoadResult, load } from './load.js';

/** So many requests are under way at once. */
export const CONNECTIONS = 16;

/** A server that does what IdPs ask for. */
export interface Contender {
  name: string;
  port: number;
  token: string;
  /** Ids of a hundred users that are there. */
  ids: string[];
  stop(): Promise<void>;
}

export const emailOf = (n: number) => `user${n}@contoso.example`;

const person = (n: number) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  externalId: `object-${n}`,
  userName: emailOf(n),
  active: true,
  displayName: `Person ${n}`,
  name: { givenName: 'Person', familyName: `Number ${n}` },
  emails: [{ primary: true, type: 'work', value: emailOf(n) }],
});

/** Number of the next user to create; never the same twice, for anybody. */
let created = 0;
/** A user who is nowhere yet. */
export const newPerson = () => person(NEW_FROM + created++);
/** Beyond all who are there. */
const NEW_FROM = 10_000_000;

const query = (parameters: Record<string, string>) =>
  `/scim/v2/Users?${new URLSearchParams(parameters).toString()}`;

/** A kind of request, and how many make a round. */
export interface Operation {
  name: string;
  requests: number;
  request(contender: Contender, n: number): LoadRequest;
}

/**
 * What IdPs do, over users of whom the first so many are there.
 * @param userName the userName of a user who is there, by number.
 */
export const operationsOn = (users: number, userName: (n: number) => string): Operation[] => [
  {
    name: 'lookup',
    requests: 2000,
    request: (_, n) => ({
      method: 'GET',
      path: query({ filter: `userName eq "${userName((n * 7919) % users)}"` }),
    }),
  },
  {
    name: 'get',
    requests: 2000,
    request: ({ ids }, n) => ({ method: 'GET', path: `/scim/v2/Users/${ids[n % ids.length]}` }),
  },
  {
    name: 'patch',
    requests: 1500,
    request: ({ ids }, n) => ({
      method: 'PATCH',
      path: `/scim/v2/Users/${ids[n % ids.length]}`,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'displayName', value: `Renamed ${n} ${Math.random()}` }],
      },
    }),
  },
  {
    name: 'list 100',
    requests: 150,
    request: (_, n) => ({
      method: 'GET',
      path: query({ startIndex: String(1 + 100 * (n % Math.floor(users / 100))), count: '100' }),
    }),
  },
  {
    name: 'create',
    requests: 1500,
    request: () => ({ method: 'POST', path: '/scim/v2/Users', body: newPerson() }),
  },
];

/** Starts a server that prints its port in the first line of its stdout. */
export async function start(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  portOf: (line: string) => number,
): Promise<Omit<Contender, 'token' | 'ids'>> {
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', process.env.LOGS ? 'inherit' : 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve);
    child.once('exit', () => reject(new Error(`${name} did not start`)));
  });
  return {
    name,
    port: portOf(line),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Our endpoint on a database, for an IdP whose token is known. */
export async function startOurEndpoint(url: string, token: string): Promise<Contender> {
  const env = { SCIMCTL_DATABASE: url, SCIMCTL_NO_INPUT: '1' };
  const portOf = (line: string) => Number(JSON.parse(line).port);
  const server = await start('scimctl', [binFile, 'serve', '--port', '0', '-o', 'json'], env, portOf);
  return { ...server, token, ids: await someIds(server.port, token) };
}

export async function someIds(port: number, token: string): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${port}${query({ count: '100' })}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const page = (await response.json()) as { Resources: { id: string }[] };
  return page.Resources.map(({ id }) => id);
}

/** One round. @throws where a request is not answered with 2xx. */
export const measured = async (
  contender: Contender,
  { requests, request }: Operation,
): Promise<LoadResult> => {
  const result = await load({ ...contender, connections: CONNECTIONS, requests }, (n) =>
    request(contender, n),
  );
  const failed = Object.keys(result.statuses).filter((status) => !/^2/.test(status));
  if (failed.length > 0) throw new Error(`${contender.name}: ${JSON.stringify(result.statuses)}`);
  return result;
};

export const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
export const figure = (value: number, width = 8, digits = 0) => value.toFixed(digits).padStart(width);
