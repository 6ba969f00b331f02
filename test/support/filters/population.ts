import { randomUUID } from 'node:crypto';
import { createGroup } from '../../../src/core/provisioning/groups/create-group.js';
import type { Idp, ProvisionedUser } from '../../../src/core/provisioning/types.js';
import {
  ADDRESS_PARTS,
  OTHER_ADDRESSES,
  STORED_ADDRESS,
} from '../../../src/database/queries/filters/stored-emails.js';
import { insertMembers } from '../../../src/database/queries/groups/group-members.js';
import { insertGroup } from '../../../src/database/queries/groups/groups.js';
import { type Product, rowsOf } from '../databases/product.js';
import type { Row } from '../people/people.js';
import { addIdp, link } from '../people/provisioned.js';
import { OWN } from './attributes.js';
import type { Resource } from './evaluate.js';
import { HOSTILE } from './hostile.js';
import { seeded } from './random.js';

const HOST = 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * A few dozen users of one IdP with hostile names, with much or little known of them, some of whom the IdP has
 * disabled, and the host application disabled, deleted, or given their keys to others; and others whom this IdP must
 * never see.
 */
export async function populate(product: Product): Promise<Idp> {
  const idp = await addIdp(product, 'filtering');
  const other = await addIdp(product, 'other');
  const random = seeded(20_261_121);
  const maybe = <T>(value: T, chance = 0.75): T | undefined => (random() < chance ? value : undefined);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const hostile = () => pick(HOSTILE);
  const { product: server } = await product.database.read(({ knex, dialect }) => dialect.serverInfo(knex));
  // Babelfish leaves JSON's escapes in what it takes out of JSON, with every function there is.
  const storable = server === 'Babelfish' ? HOSTILE.filter((text) => !/["\\\n\t]/.test(text)) : HOSTILE;

  const count = HOSTILE.length;
  await hostUsers(product, count, (at) => ({
    email: maybe(HOSTILE[(at * 7) % count] as string) ?? null,
    display_name: HOSTILE[at] as string,
    given_name: maybe(hostile()) ?? null,
    family_name: maybe(hostile()) ?? null,
    is_enabled: random() < 0.7,
    licence_type: maybe(pick(['Concurrent', 'Dedicated']), 0.5) ?? null,
  }));
  const ids = await hostIds(product);
  const identities: string[] = [];
  for (const [at, hostUserId] of ids.entries()) {
    product.now = new Date(product.now.getTime() + Math.floor(random() * 3));
    const reason = random() < 0.25 ? 'disabled' : null;
    const accounts = [{}, { accountLogin: `filter-${String(at).padStart(3, '0')}` }, ANOTHER];
    identities.push(
      await link(product, idp, hostUserId, {
        externalId: at % 3 === 0 ? null : `${HOSTILE[at]}${at % 2 ? at : ''}`,
        userName: HOSTILE[(at * 11) % count] as string,
        updatedAt: new Date(product.now.getTime() + Math.floor(random() * 1000)),
        deprovisionedAt: reason && product.now,
        deprovisionReason: reason,
        ...accounts[Math.floor(random() * 3)],
        awaitsIdp: reason === null && random() < 0.2,
        ...(random() < 0.9 && { attributes: attributes(maybe, () => pick(storable), random) }),
      }),
    );
  }
  await deleteHostUsers(product, ids.slice(0, 4));
  await othersToHide(product, idp, other);
  for (const name of ['A team', "O'Neill's", 'a team 2']) {
    const memberIds = identities.filter(() => random() < 0.3);
    await createGroup(product.core, idp, { displayName: name, externalId: null, memberIds });
  }
  await spacedGroups(product, idp, identities);
  return idp;
}

/** What a link has noted of an account that had the key before. */
const ANOTHER = { accountLogin: 'another-person', accountEmail: 'another.person@contoso.example' };
/** Groups from before names were trimmed. */
async function spacedGroups(product: Product, idp: Idp, identities: readonly string[]): Promise<void> {
  for (const [at, displayName] of ['\u00a0Team of old', 'team of old\u3000'].entries()) {
    const groupId = randomUUID();
    const row = { groupId, serviceAccountId: idp.id, displayName, externalId: null };
    await product.database.transaction(async (session) => {
      await insertGroup(session, { ...row, createdAt: product.now, updatedAt: product.now });
      await insertMembers(session, groupId, identities.slice(at * 3, at * 3 + 5));
    });
  }
}

const addressParts = [{ primary: true }, { primary: false, display: 'Büro' }, { display: 'x' }];

function attributes(
  maybe: <T>(value: T, chance?: number) => T | undefined,
  hostile: () => string,
  random: () => number,
): Record<string, unknown> {
  const integer = (below: number) => Math.floor(random() * below);
  const phone = () => ({
    value: maybe(`+49 ${integer(3)}${hostile()}`),
    type: maybe(['work', 'home', 'Work', null][integer(4)]),
    display: maybe(hostile(), 0.3),
    primary: maybe(random() < 0.5, 0.5),
  });
  const all = {
    displayName: maybe(hostile()),
    name: maybe({ givenName: maybe(hostile()), familyName: maybe(hostile()), formatted: maybe(hostile()) }),
    [STORED_ADDRESS]: maybe(hostile()),
    [ADDRESS_PARTS]: maybe(
      { type: ['work', 'Home', undefined][integer(3)], ...addressParts[integer(3)] },
      0.6,
    ),
    [OTHER_ADDRESSES]: maybe([{ value: hostile(), type: 'home' }]),
    title: maybe(random() < 0.1 ? 'x'.repeat(5000) + hostile() : hostile()),
    profileUrl: maybe(`https://${hostile()}`),
    phoneNumbers: maybe(Array.from({ length: integer(4) }, phone)),
    [ENTERPRISE]: maybe({ department: maybe(hostile()), manager: maybe({ value: hostile() }) }),
    [OWN]: maybe({
      nick: maybe(hostile()),
      level: maybe(integer(5) - 2),
      score: maybe([0.1, -0.5, 1e21, 3, 2.5e-7][integer(5)]),
      vip: maybe(random() < 0.5),
      since: maybe(
        [
          '2024-02-29T12:00:00Z',
          '2024-02-29T13:00:00+01:00',
          '2024-02-29T12:00:00.1234Z',
          '1999-12-31T23:59:59.999-11:30',
        ][integer(4)],
      ),
      tags: maybe(Array.from({ length: integer(3) }, hostile)),
      badges: maybe(
        Array.from({ length: integer(3) }, () => ({ value: hostile(), rank: maybe(integer(3)) })),
      ),
    }),
  };
  return JSON.parse(JSON.stringify(all));
}

type HostColumns = Record<string, string | boolean | null>;

async function hostUsers(
  product: Product,
  count: number,
  columns: (at: number) => HostColumns,
): Promise<void> {
  await product.database.transaction(async ({ knex, schema }) => {
    for (let at = 0; at < count; at++) {
      const row = { login_name: `filter-${String(at).padStart(3, '0')}`, ...columns(at) };
      await knex('host_user').withSchema(schema).insert(row);
    }
  });
}

const hostIds = (product: Product): Promise<string[]> =>
  product.database.read(async ({ knex, schema }) =>
    (
      await knex('host_user')
        .withSchema(schema)
        .where('login_name', 'like', 'filter-%')
        .orderBy('login_name')
        .select('user_id')
    ).map(({ user_id }) => String(user_id)),
  );

const deleteHostUsers = (product: Product, ids: readonly string[]): Promise<void> =>
  product.database.transaction(async ({ knex }) => {
    await knex('users').withSchema('app').whereIn('id', ids.map(Number)).delete();
  });

/** Another IdP's user, one whom the IdP has deleted, one whom it has replaced, and one whose link was ended. */
async function othersToHide(product: Product, idp: Idp, other: Idp): Promise<void> {
  const seen = { attributes: { title: 'a' }, userName: 'a' };
  await link(product, other, '2', seen);
  await link(product, idp, '3', { ...seen, deprovisionedAt: product.now, deprovisionReason: 'deleted' });
  const replaced = { deprovisionedAt: product.now, supersededAt: product.now };
  await link(product, idp, '5', { ...seen, ...replaced, deprovisionReason: 'disabled' });
  const ended = await link(product, idp, '4', seen);
  await product.database.transaction(async ({ knex, schema, dialect }) => {
    await knex('identity')
      .withSchema(schema)
      .where({ identity_id: ended })
      .update({ unlinked_at: dialect.bindInstant(product.now) });
  });
}

/** A filter looks for the address that the application has, and for no other. */
const searchedEmails = (value: unknown, parts: unknown = { type: 'work', primary: true }) =>
  value === null ? [] : [{ value, ...(parts as object) }];

/** A user as JSON, with everything that a filter may ask for. */
export function resourceOf(user: ProvisionedUser): Resource {
  const { name, [ADDRESS_PARTS]: parts, ...rest } = user.attributes as Resource & { name?: Resource };
  return {
    ...rest,
    id: user.id,
    externalId: user.externalId,
    userName: user.userName,
    displayName: user.displayName,
    name: { ...name, givenName: user.givenName, familyName: user.familyName },
    active: user.active,
    emails: searchedEmails(user.email, parts),
    groups: user.groups
      .map(({ id, displayName }) => ({ value: id, display: displayName, type: 'direct' }))
      .sort(byDisplay),
    meta: { created: user.createdAt.toISOString(), lastModified: user.updatedAt.toISOString() },
    [HOST]: { hostUserId: user.seesAccount ? user.hostUserId : null, licenceType: user.licenceType },
  };
}

/** A multi-valued attribute has no order (RFC 7643 §2.4), and each database sorts in its own. */
const byDisplay = (a: { display: unknown }, b: { display: unknown }) =>
  String(a.display) < String(b.display) ? -1 : 1;

/**
 * What an IdP is to see of each of its users, by id: of an account only while the link to it is in force and the
 * account is still the one that it was made for, else what it said itself. From the tables alone; see docs/people.md.
 */
export async function expectedResources(product: Product, idp: Idp): Promise<Map<string, Resource>> {
  const rows = await rowsOf(product, 'scim.identity');
  const hosts = new Map((await rowsOf(product, 'app.users')).map((host) => [String(host.id), host]));
  const [groups, members] = [
    await rowsOf(product, 'scim.idp_group'),
    await rowsOf(product, 'scim.idp_group_member'),
  ];
  const groupsOf = (id: unknown) =>
    groups
      .filter(({ group_id }) =>
        members.some((member) => member.group_id === group_id && member.identity_id === id),
      )
      .map((group) => ({ value: group.group_id, display: group.display_name, type: 'direct' }))
      .sort(byDisplay);
  const mine = rows.filter(
    (row) =>
      row.service_account_id === idp.id &&
      row.unlinked_at === null &&
      row.superseded_at === null &&
      row.deprovision_reason !== 'deleted',
  );
  return new Map(
    mine.map((row) => [
      row.identity_id as string,
      expectedResource(row, hosts.get(String(row.host_user_id)), groupsOf(row.identity_id)),
    ]),
  );
}

function expectedResource(row: Row, host: Row | undefined, groups: unknown[]): Resource {
  const said = (typeof row.attributes === 'string' ? JSON.parse(row.attributes) : row.attributes) ?? {};
  const { displayName, name, [STORED_ADDRESS]: address, [ADDRESS_PARTS]: parts, ...rest } = said;
  const isInForce = row.deprovisioned_at === null;
  const isSame =
    row.account_login === null || [row.account_login, row.account_email].some((one) => isOf(host, one));
  const seen = isInForce && isSame ? host : undefined;
  const email = seen ? seen.email : (address ?? null);
  return {
    ...rest,
    id: row.identity_id,
    externalId: row.external_id,
    userName: row.user_name,
    displayName: seen ? seen.display_name : (displayName ?? null),
    name: {
      ...name,
      givenName: seen ? seen.first_name : (name?.givenName ?? null),
      familyName: seen ? seen.last_name : (name?.familyName ?? null),
    },
    // One that was made by hand waits for the IdP.
    active: isInForce && host !== undefined && !row.awaits_idp,
    emails: searchedEmails(email, parts),
    groups,
    meta: {
      created: (row.created_at as Date).toISOString(),
      lastModified: (row.updated_at as Date).toISOString(),
    },
    [HOST]: { hostUserId: seen ? String(seen.id) : null, licenceType: seen?.licence_type ?? null },
  };
}

const isOf = (host: Row | undefined, noted: unknown): boolean =>
  noted !== null && (noted === host?.login || noted === host?.email);
