import assert from 'node:assert/strict';
import { auditEvents } from '../../../src/core/audit/list.js';
import { runChecks } from '../../../src/core/check/run-checks.js';
import { changeUser } from '../../../src/core/provisioning/change-user.js';
import { createUser } from '../../../src/core/provisioning/create-user.js';
import { disableUser } from '../../../src/core/users/disable.js';
import { verifySchema } from '../../../src/database/migrator/verify.js';
import type { Product } from '../databases/product.js';
import { addIdp } from '../people/provisioned.js';

/** A way through what hangs on how text compares, and on names of schema and tables, in some dozen steps. */
export async function wholeProduct(
  product: Product,
  { foldsAllLetters }: { foldsAllLetters: boolean },
): Promise<void> {
  const { core, database } = product;
  const profile = {
    externalId: null,
    active: true,
    email: null,
    displayName: null,
    givenName: null,
    familyName: null,
    attributes: {},
  };

  const idp = await addIdp(product, 'entra');
  // In Turkish, I is no capital i.
  const ascii = await createUser(core, idp, { ...profile, userName: 'SIOBHAN.ONEILL@CONTOSO.EXAMPLE' });
  const letters = await createUser(core, idp, {
    ...profile,
    userName: 'jg@contoso.example',
    email: 'JÜRGEN.groß@contoso.example',
  });
  const leaver = await createUser(core, idp, { ...profile, userName: 'aisha.khan@contoso.example' });
  await changeUser(core, idp, leaver.user.id, (user) => ({ ...user, active: false }));
  await disableUser(core, 'AISHA.KHAN@contoso.example');

  assert.equal(ascii.how, 'matched');
  assert.equal(leaver.how, 'matched');
  assert.equal(letters.how, foldsAllLetters ? 'matched' : 'created');
  const events = await auditEvents(core, {
    actor: 'CLI:TesTer@TEST',
    action: 'user.disable',
    limit: 10,
  });
  assert.deepEqual(
    events.map(({ action }) => action),
    ['user.disable'],
  );
  assert.deepEqual(await verifySchema(database), { ok: true, findings: [] });
  const { checks } = await runChecks({
    connect: async () => database,
    clock: core.clock,
    names: ['version', 'schema', 'host', 'saml', 'seats'],
  });
  assert.deepEqual(
    checks.map(({ name, status }) => `${name} ${status}`),
    [`version ${foldsAllLetters ? 'pass' : 'warn'}`, 'schema pass', 'host pass', 'saml pass', 'seats pass'],
  );
}
