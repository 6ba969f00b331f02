import type { IdpKind } from '../../../src/words/idp.js';
import type { Answer, ScimClient } from '../scim/scim-client.js';

/** A user as an IdP's mapping has it. What is undefined is not mapped, or has no value. */
export interface Mapped {
  userName: string;
  externalId?: string;
  email?: string;
  displayName?: string;
  givenName?: string;
  familyName?: string;
  title?: string;
  active: boolean;
}

/** An IdP that speaks of its users in its vendor's way. */
export interface Speaker {
  readonly client: ScimClient;
  /** POST. Remembers the user where it was created. */
  create(user: Mapped): Promise<Answer>;
  /** A user of the IdP who has a link that it did not create. */
  knows(id: string, user: Mapped): void;
  /**
   * Says what has changed of a user that it created.
   * @param beside more of the request, by attribute: what no mapping of ours would send.
   */
  say(id: string, changes: Partial<Mapped>, beside?: Record<string, unknown>): Promise<Answer>;
}

/** How a vendor's IdP speaks. */
export interface Dialect {
  name: string;
  kind: IdpKind;
  speak(client: ScimClient): Speaker;
}

const PATHS: Record<keyof Mapped, string> = {
  userName: 'userName',
  externalId: 'externalId',
  email: 'emails[type eq "work"].value',
  displayName: 'displayName',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  title: 'title',
  active: 'active',
};

const bodyOf = ({ email, givenName, familyName, ...user }: Mapped) => ({
  ...user,
  ...(email !== undefined && { emails: [{ value: email, type: 'work', primary: true }] }),
  ...((givenName ?? familyName) !== undefined && { name: { givenName, familyName } }),
});

const create =
  (client: ScimClient, known: Map<string, Mapped>): Speaker['create'] =>
  async (user) => {
    const answer = await client.send('POST', '/Users', bodyOf(user));
    if (answer.status === 201) known.set(String(answer.body.id), user);
    return answer;
  };

/** Entra ID without a flag: PATCH of what changed, operations capitalised, booleans as text. */
const ENTRA: Dialect = {
  name: 'Entra ID',
  kind: 'entra',
  speak: (client) => ({
    client,
    create: create(client, new Map()),
    knows: () => undefined,
    say: (id, changes, beside = {}) =>
      client.patch(
        `/Users/${id}`,
        ...Object.entries(beside).map(([path, value]) => ({ op: 'Replace', path, value })),
        ...Object.entries(changes).map(([name, value]) => {
          const path = PATHS[name as keyof Mapped];
          if (value === undefined) return { op: 'Remove', path };
          return {
            op: 'Replace',
            path,
            value: typeof value === 'boolean' ? (value ? 'True' : 'False') : value,
          };
        }),
      ),
  }),
};

/** Okta, as its app wizard makes it: PUT of the whole, whatever changed. */
const OKTA: Dialect = {
  name: 'Okta',
  kind: 'okta',
  speak: (client) => {
    const known = new Map<string, Mapped>();
    return {
      client,
      create: create(client, known),
      knows: (id, user) => known.set(id, user),
      say(id, changes, beside = {}) {
        const user = { ...(known.get(id) as Mapped), ...changes };
        known.set(id, user);
        return client.send('PUT', `/Users/${id}`, { ...bodyOf(user), ...beside });
      },
    };
  },
};

export const DIALECTS: readonly Dialect[] = [ENTRA, OKTA];
