import type { Client } from './client.js';
import { asObject } from './replies.js';
import type { TestGroup } from './steps/group-steps.js';
import type { StepResult } from './steps/step.js';
import type { TestUser } from './steps/test-user.js';
import { equals, pathTo, queryAs } from './wording.js';

/** Everything that was made, or may have been. */
export interface Things {
  users: readonly TestUser[];
  groups: readonly TestGroup[];
}

interface Thing {
  resource: 'Users' | 'Groups';
  nameAttribute: 'userName' | 'displayName';
  name: string;
  externalId: string;
  id?: string;
  /** Takes note of the id of what a search found. */
  onFound?: (id: string) => void;
}

export interface Leftover {
  resource: 'Users' | 'Groups';
  /** Nothing where it is not known whether it is there. */
  id?: string;
  name: string;
}

/**
 * Deletes all that the test has made: groups first, then users. Where a create got no proper answer, what it
 * may have made is searched for, and deleted only if it has both names of the test. Never throws; what may be
 * left is returned.
 */
export async function cleanUp(
  client: Client,
  { users, groups }: Things,
  clock: () => Date,
): Promise<Leftover[]> {
  const things: Thing[] = [
    ...groups
      .filter(mayBeThere)
      .map(
        (group) =>
          ({ ...group, resource: 'Groups', nameAttribute: 'displayName', name: group.displayName }) as const,
      ),
    ...users.filter(mayBeThere).map((user) => ({
      ...({ ...user, resource: 'Users', nameAttribute: 'userName' } as const),
      name: user.userName,
      onFound: (id: string) => {
        user.madeAs = id;
      },
    })),
  ];
  const left: Leftover[] = [];
  const end = clock().getTime() + CLEAN_UP_MS;
  for (const thing of things) {
    if (clock().getTime() > end || !(await isRemoved(client, thing))) left.push(leftover(thing));
  }
  return left;
}

/** No request of cleaning up is begun after this time: an endpoint that does not answer would take as long for each. */
const CLEAN_UP_MS = 12_000;

const mayBeThere = ({ id, uncertain }: { id?: string; uncertain?: boolean }) =>
  id !== undefined || uncertain === true;

const leftover = ({ resource, id, name }: Thing): Leftover => ({
  resource,
  ...(id !== undefined && { id }),
  name,
});

async function isRemoved(client: Client, thing: Thing): Promise<boolean> {
  try {
    if (thing.id === undefined) {
      thing.id = await search(client, thing);
      if (thing.id === undefined) return true;
      thing.onFound?.(thing.id);
    }
    const { status } = await client.send({ method: 'DELETE', path: pathTo(thing.resource, thing.id) });
    return status < 300 || status === 404;
  } catch {
    return false;
  }
}

/** The id of what has the names of the test; an endpoint that ignores filters answers with others as well. */
async function search(client: Client, thing: Thing): Promise<string | undefined> {
  const { resource, nameAttribute, name, externalId } = thing;
  const query = queryAs('entra', { filter: equals(nameAttribute, name) });
  const { status, text } = await client.send({ method: 'GET', path: `/${resource}`, query });
  if (status === 404) return undefined;
  const found = asObject(JSON.parse(text))?.Resources;
  const ours = (Array.isArray(found) ? found.map(asObject) : []).find(
    (each) =>
      String(each?.[nameAttribute]).toLowerCase() === name.toLowerCase() &&
      (each?.externalId === undefined || each.externalId === null || each.externalId === externalId),
  );
  return typeof ours?.id === 'string' ? ours.id : undefined;
}

/** What is behind the endpoint, where its database is at hand. */
export interface Behind {
  /** Login names of accounts of test users that are disabled now, and linked no more. */
  cleared: readonly string[];
  /** User names of test users of whose accounts nothing is known. */
  unknown: readonly string[];
}

/** Clearing up as the last line of the report. */
export function cleanUpResult(left: readonly Leftover[], { cleared, unknown }: Behind): StepResult {
  const common = { name: 'clean-up', idp: 'any' } as const;
  if (left.length === 0 && unknown.length === 0) {
    const accounts = cleared.length === 1 ? 'its account is' : `its ${cleared.length} accounts are`;
    const also = cleared.length === 0 ? '' : `; ${accounts} disabled and no longer linked`;
    return { ...common, status: 'pass', summary: `all test data at the endpoint was deleted${also}` };
  }
  if (left.length === 0) {
    return {
      ...common,
      status: 'pass',
      summary: `all test data at the endpoint was deleted; ${stillThere(unknown)}`,
      advice: disableAdvice(unknown),
    };
  }
  return {
    ...common,
    status: 'fail',
    summary: `not deleted: ${left.map(shownLeftover).join(', ')}`,
    advice: 'Delete these test resources manually.',
  };
}

export const shownLeftover = ({ resource, id, name }: Leftover): string =>
  id === undefined ? `perhaps ${name} in /${resource}` : `${name} (${pathTo(resource, id)})`;

/** Accounts of which nothing is known, because their database was not at hand. */
export const stillThere = (unknown: readonly string[]): string =>
  `the application behind it may still have the accounts: ${unknown.join(', ')}`;

export const disableAdvice = (unknown: readonly string[]): string =>
  `With scimctl behind it: \`scimctl users disable ${unknown.join(' ')}\`, where its policy is manual.`;
