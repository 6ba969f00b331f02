import { readFileSync } from 'node:fs';
import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Idp } from '../../../src/core/provisioning/types.js';
import type { Product } from '../databases/product.js';
import { seeded, seedUsers } from '../running/seed.js';

/** What hostile clients find: one IdP with many users, and groups that all of them are in. */
export interface HostileScene {
  token: string;
  groupIds: string[];
  userId: string;
  /** Of a user who is in many groups. */
  popularId: string;
  /** Where the users with many attributes begin in a list of all. */
  largeFrom: number;
}

export interface HostileKind {
  name: string;
  method: string;
  path: (scene: HostileScene, n: number) => string;
  body?: (scene: HostileScene, n: number) => string;
  /** Milliseconds between two reads of the answer. */
  readEveryMs?: number;
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const MIB = 1024 * 1024;

const patchOf = (Operations: unknown[]) => JSON.stringify({ schemas: [PATCH_OP], Operations });
const either = (comparisons: number, name: string) =>
  Array.from({ length: comparisons }, (_, at) => `${name} eq "${at}"`).join(' or ');
const filled = (open: string, one: string, close: string) =>
  `${open}${`${one},`.repeat(Math.floor((MIB - 200) / (one.length + 1)))}${one}${close}`;
/** Nearly a mebibyte of them, with a value. */
const manyNames = (end: string): Record<string, number> =>
  Object.fromEntries(
    Array.from({ length: 100_000 - 10_000 * end.length }, (_, at) => [`${at.toString(36)}${end}`, 0]),
  );
const groupPath = ({ groupIds }: HostileScene, n: number) => `/Groups/${groupIds[n % groupIds.length]}`;

/** One request of each kind that takes more than its share. */
export const HOSTILE: readonly HostileKind[] = [
  { name: 'pages of large groups', method: 'GET', path: () => '/Groups?count=200' },
  { name: 'one large group', method: 'GET', path: groupPath },
  { name: 'one large group, read slowly', method: 'GET', path: groupPath, readEveryMs: 20 },
  {
    name: 'pages of users',
    method: 'GET',
    path: (_, n) => `/Users?count=200&startIndex=${1 + 200 * (n % 50)}`,
  },
  {
    name: 'pages of large users',
    method: 'GET',
    path: ({ largeFrom }) => `/Users?count=1000&startIndex=${largeFrom}`,
  },
  { name: 'a user in many groups', method: 'GET', path: ({ popularId }) => `/Users/${popularId}` },
  {
    name: 'a user in many groups, read slowly',
    method: 'GET',
    path: ({ popularId }) => `/Users/${popularId}`,
    readEveryMs: 20,
  },
  {
    name: 'a change of a user in many groups',
    method: 'PATCH',
    path: ({ popularId }) => `/Users/${popularId}`,
    body: (_, n) => patchOf([{ op: 'replace', path: 'title', value: `hostile ${n}` }]),
  },
  {
    name: 'pages with a user in many groups',
    method: 'GET',
    path: () => '/Users?count=200&sortBy=meta.lastModified&sortOrder=descending',
  },
  {
    name: 'a change of a large group, answered whole',
    method: 'PATCH',
    path: (scene, n) => `${groupPath(scene, n)}?attributes=members`,
    body: (_, n) => patchOf([{ op: 'replace', path: 'externalId', value: `hostile-${n}` }]),
  },
  {
    name: 'filters over the names of all members',
    method: 'PATCH',
    path: groupPath,
    body: () => patchOf(Array(1_000).fill({ op: 'remove', path: `members[${either(30, 'display')}]` })),
  },
  {
    name: 'a thousand paths with 75 comparisons each',
    method: 'PATCH',
    path: ({ userId }) => `/Users/${userId}`,
    body: () => {
      const path = `addresses[${either(75, 'type')}].locality`;
      const many = Array.from({ length: 2_000 }, (_, at) => ({ type: String(at % 75), locality: `${at}` }));
      const paths = Array(700).fill({ op: 'replace', path, value: 'Linz' });
      return patchOf([{ op: 'add', path: 'addresses', value: many }, ...paths]);
    },
  },
  {
    name: 'a mebibyte of nothing in particular',
    method: 'POST',
    path: () => '/Users',
    body: () => filled('{"userName":"x","emails":[', '{}', ']}'),
  },
  {
    name: 'as many empty objects as are taken',
    method: 'POST',
    path: () => '/Users',
    body: () => `{"userName":"x","emails":[${Array(104_855).fill('{}').join()}]}`,
  },
  {
    name: 'a mebibyte of members who are none',
    method: 'PUT',
    path: groupPath,
    body: (_, n) => filled(`{"displayName":"hostile ${n}","members":[`, '{"value":"1"}', ']}'),
  },
  {
    name: 'certificates of nothing but white space',
    method: 'PATCH',
    path: ({ userId }) => `/Users/${userId}`,
    body: () =>
      patchOf([
        { op: 'add', path: 'x509Certificates', value: Array(10).fill({ value: `${' '.repeat(99_000)}!` }) },
      ]),
  },
  {
    name: 'a bulk operation with a path of slashes',
    method: 'POST',
    path: () => '/Bulk',
    body: () => {
      const path = `/Users/x${'/'.repeat(120_000)}x`;
      return JSON.stringify({ Operations: Array(8).fill({ method: 'DELETE', path }) });
    },
  },
  {
    name: 'a mebibyte of unknown names',
    method: 'PATCH',
    path: ({ userId }) => `/Users/${userId}`,
    body: () => patchOf([{ op: 'replace', value: manyNames('') }]),
  },
  {
    name: 'a mebibyte of unknown names with filters',
    method: 'PATCH',
    path: groupPath,
    body: () => patchOf([{ op: 'replace', value: manyNames('[') }]),
  },
  {
    name: 'a user with a mebibyte of unknown names',
    method: 'POST',
    path: () => '/Users',
    body: () => JSON.stringify({ userName: 'x', ...manyNames('') }),
  },
  {
    name: 'a search for half a million attributes',
    method: 'POST',
    path: () => '/Users/.search',
    body: () => JSON.stringify({ attributes: 'x,'.repeat(500_000) }),
  },
  {
    name: 'an operation whose value is a long text',
    method: 'PATCH',
    path: ({ userId }) => `/Users/${userId}`,
    body: () => patchOf([{ op: 'replace', value: 'x'.repeat(1_000_000) }]),
  },
  {
    name: 'names of nothing but white space',
    method: 'POST',
    path: () => '/Users',
    body: () => {
      const text = `\u0085x${' '.repeat(9_900)}x`;
      return JSON.stringify({ userName: text, emails: Array(90).fill({ value: text }), displayName: text });
    },
  },
];

export interface HostileSize {
  /** Of each large group. */
  members: number;
  /** How many large groups. */
  groups: number;
  /** How many groups one of the users is in. */
  groupsOfOne: number;
  /** How many users have as many attributes as are kept. */
  largeUsers: number;
}

/** Fills a database for them. */
export async function hostileScene(
  product: Product,
  idp: Idp,
  token: string,
  { members, groups, groupsOfOne, largeUsers }: HostileSize,
): Promise<HostileScene> {
  await seedUsers(product, idp, members);
  const made = (sql: string) => product.test.query(sql);
  await made(
    `insert into scim.idp_group (group_id, service_account_id, display_name, created_at, updated_at)
     select gen_random_uuid(), '${idp.id}', 'Large ' || n, now(), now() from generate_series(1, ${groups}) as n`,
  );
  await made(
    `insert into scim.idp_group_member (group_id, identity_id)
     select g.group_id, i.identity_id from scim.idp_group g cross join scim.identity i
      where i.service_account_id = '${idp.id}'`,
  );
  await made(
    `with many as (
       insert into scim.idp_group (group_id, service_account_id, display_name, created_at, updated_at)
       select gen_random_uuid(), '${idp.id}', 'Small ' || n, now(), now() from generate_series(1, ${groupsOfOne}) as n
       returning group_id),
     popular as (update scim.identity set updated_at = now() where user_name = '${seeded.userName(0)}' returning identity_id)
     insert into scim.idp_group_member (group_id, identity_id) select group_id, identity_id from many cross join popular`,
  );
  await made(
    `update scim.identity set attributes = attributes || jsonb_build_object('roles',
       (select jsonb_agg(jsonb_build_object('value', 'role ' || n)) from generate_series(1, 2500) as n))
      where identity_id in (select identity_id from scim.identity order by created_at desc limit ${largeUsers})`,
  );
  await made('vacuum analyze');
  const seededUser = (at: number) =>
    `select identity_id from scim.identity where user_name = '${seeded.userName(at)}'`;
  const userOf = (rows: Record<string, unknown>[]) => ids(rows)[0] ?? '';
  const ids = (rows: Record<string, unknown>[]) => rows.map((row) => String(Object.values(row)[0]));
  return {
    token,
    groupIds: ids(await made(`select group_id from scim.idp_group where display_name like 'Large %'`)),
    userId: userOf(await made(seededUser(1))),
    popularId: userOf(await made(seededUser(0))),
    largeFrom: members - largeUsers + 1,
  };
}

export interface Endured {
  statuses: Record<string, number>;
  bytes: number;
  /** The longest answer of /healthz, in milliseconds, and how many there were. */
  healthMs: number;
  healthy: number;
  /** The most resident memory that was seen, in MiB. */
  rssMb: number;
}

/** What is not answered so long after the attack is given up. */
const GRACE_MS = 10_000;

/** So many clients send one kind of request, one after another, for a while; one asks for /healthz all the time. */
export async function endure(
  { port, pid }: { port: number; pid: number },
  scene: HostileScene,
  kind: HostileKind,
  { clients, milliseconds }: { clients: number; milliseconds: number },
): Promise<Endured> {
  const agent = new Agent({ keepAlive: true });
  const bodies = Array.from({ length: 2 }, (_, n) => kind.body?.(scene, n));
  const end = performance.now() + milliseconds;
  const endured: Endured = { statuses: {}, bytes: 0, healthMs: 0, healthy: 0, rssMb: 0 };
  let attacking = true;
  let serial = 0;
  const ask = (path: string, n?: number) =>
    new Promise<number>((resolve) => {
      const body = n === undefined ? undefined : bodies[n % bodies.length];
      const asking = send({
        port,
        path,
        agent,
        method: n === undefined ? 'GET' : kind.method,
        headers: {
          authorization: `Bearer ${scene.token}`,
          ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        },
      });
      asking.on('error', () => resolve(0));
      asking.on('response', (response) => {
        response.on('data', (chunk: Buffer) => {
          endured.bytes += chunk.length;
          if (n === undefined || !kind.readEveryMs) return;
          response.pause();
          setTimeout(() => response.resume(), kind.readEveryMs);
        });
        response.on('close', () => resolve(response.complete ? (response.statusCode ?? 0) : 0));
      });
      asking.end(body);
      // Nobody waits for what takes longer than the attack.
      if (n !== undefined)
        setTimeout(() => asking.destroy(), Math.max(0, end - performance.now()) + GRACE_MS).unref();
    });
  const client = async () => {
    while (performance.now() < end) {
      const n = serial++;
      const status = await ask(`/scim/v2${kind.path(scene, n)}`, n);
      endured.statuses[status] = (endured.statuses[status] ?? 0) + 1;
    }
  };
  const watch = async () => {
    while (attacking) {
      const asked = performance.now();
      if ((await ask('/healthz')) === 200) endured.healthy++;
      endured.healthMs = Math.max(endured.healthMs, performance.now() - asked);
      endured.rssMb = Math.max(endured.rssMb, residentMb(pid));
      await sleep(20);
    }
  };
  const watching = watch();
  await Promise.all(Array.from({ length: clients }, client));
  attacking = false;
  await watching;
  agent.destroy();
  return endured;
}

/** Resident memory of a process now, in MiB. */
export function residentMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}
