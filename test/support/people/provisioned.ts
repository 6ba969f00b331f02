import { randomUUID } from 'node:crypto';
import type { Idp } from '../../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../../src/core/service-accounts/add.js';
import { type IdentityRow, insertIdentity } from '../../../src/database/queries/links/identities.js';
import { linkedHostUserIds } from '../../../src/database/queries/links/links.js';
import type { AttributePath, Filter } from '../../../src/words/filter.js';
import type { Product } from '../databases/product.js';

export const addIdp = (product: Product, name: string): Promise<Idp> =>
  addServiceAccount(product.core, { name, kind: 'generic', ssoProvider: 'Contoso SAML' });

/** An identity as it is stored, with whatever the test wants to be otherwise; made when the clock says. */
export async function link(
  product: Product,
  idp: Idp,
  hostUserId: string,
  more: Partial<IdentityRow> = {},
): Promise<string> {
  const identityId = randomUUID();
  await product.database.transaction((session) =>
    insertIdentity(session, {
      identityId,
      serviceAccountId: idp.id,
      externalId: null,
      userName: `user-${hostUserId}`,
      hostUserId,
      createdAt: product.now,
      updatedAt: product.now,
      deprovisionedAt: null,
      deprovisionReason: null,
      ...more,
    }),
  );
  return identityId;
}

/** Links so many of the sample users whom nobody has yet, a millisecond apart. @returns their names. */
export async function linkHostUsers(product: Product, idp: Idp, count: number): Promise<string[]> {
  const [linked, all] = await product.database.read(async (session) => [
    await linkedHostUserIds(session),
    await session.knex('host_user').withSchema(session.schema).select('user_id', 'login_name'),
  ]);
  const free = all.filter(({ user_id }) => !linked.has(String(user_id))).slice(0, count);
  for (const { user_id, login_name } of free) {
    product.now = new Date(product.now.getTime() + 1);
    await link(product, idp, String(user_id), { userName: login_name });
  }
  return free.map(({ login_name }) => login_name);
}

/** So many users at once, whose host users are not there. @returns their ids. */
export async function linkMany(product: Product, idp: Idp, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const at = product.database.dialect.bindInstant(product.now);
  await product.database.transaction(async ({ knex, schema }) => {
    // As few as SQL Server takes parameters.
    for (let from = 0; from < count; from += 250) {
      const rows = ids.slice(from, from + 250).map((identity_id, at_) => ({
        identity_id,
        service_account_id: idp.id,
        user_name: `many-${from + at_}`,
        host_user_id: `many-${from + at_}`,
        created_at: at,
        updated_at: at,
      }));
      await knex('identity').withSchema(schema).insert(rows);
    }
  });
  return ids;
}

/** The commonest filter. */
export function eq(path: string[], value: string, caseExact = false, multiValued = false) {
  const attribute: AttributePath = { path, type: 'string', caseExact, multiValued };
  return { kind: 'compare', attribute, operator: 'eq', value } satisfies Filter;
}
