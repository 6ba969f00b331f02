import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import type { Intent } from '../../src/core/audit/intent.js';
import { Refusals } from '../../src/core/audit/refusals.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { verifyTrail } from '../../src/core/audit/verify/verify.js';
import type { Core } from '../../src/core/core.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { operationProblem } from '../../src/problem.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { problemOf } from '../support/running/problem.js';
import { bearer, issue, startEndpoint } from '../support/scim/endpoint.js';

const MINUTE = 60_000;

forEachEngine('refusals that come again', (engine) => {
  let product: Product;
  let refusals: Refusals;
  let begin: number;

  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());
  beforeEach(async () => {
    product.now = new Date();
    refusals = new Refusals(product.core);
    [{ seq: begin = 0 } = {}] = (await stored()).slice(-1) as { seq?: number }[];
  });

  const stored = async () =>
    (
      await product.database.read(({ knex }) =>
        knex('event')
          .withSchema('scim')
          .orderBy('seq')
          .select('seq', 'actor', 'action', 'target_name', 'outcome', 'details'),
      )
    ).map((row) => ({ ...row, seq: Number(row.seq) }));
  /** Actor, name of the target, code and count of each event since the test began. */
  const told = async () =>
    (await stored())
      .filter(({ seq, outcome }) => seq > begin && outcome === 'refused')
      .map(({ actor, target_name: name, details }) => {
        const { code, count, furtherTargets } = JSON.parse(details);
        return [
          actor,
          name,
          code,
          ...(count === undefined ? [] : [count]),
          ...(furtherTargets ? ['further'] : []),
        ];
      });
  const coreOf = (actor: string, of = refusals): Core => ({ ...product.core, actor, refusals: of });
  const refuse = (name: string, { code = 'user-exists', actor = 'idp:entra', of = refusals } = {}) => {
    const intent: Intent = { action: 'user.create', target: { type: 'user', name } };
    return problemOf(
      change(coreOf(actor, of), intent, async () => {
        throw operationProblem(code, 'no');
      }),
    );
  };
  const later = (minutes: number) => {
    product.now = new Date(product.now.getTime() + minutes * MINUTE);
  };
  const several = (times: number, work: () => Promise<unknown>) =>
    Promise.all(Array.from({ length: times }, work));

  it('are written once at once, and then with their number', async () => {
    await several(30, () => refuse('anna'));
    assert.deepEqual(await told(), [['idp:entra', 'anna', 'user-exists']]);
    later(12);
    await refusals.flush();
    assert.equal((await told()).length, 1);
    later(2);
    await refusals.flush();
    await refusals.flush();
    assert.deepEqual((await told()).slice(1), [['idp:entra', 'anna', 'user-exists', 29]]);
    // It goes on: counted again, and not written at once.
    await refuse('anna');
    assert.equal((await told()).length, 2);
    later(14);
    await refusals.flush();
    assert.deepEqual((await told()).slice(2), [['idp:entra', 'anna', 'user-exists', 1]]);
    // After a quiet time the next is the first again.
    later(14);
    await refusals.flush();
    assert.equal(refusals.size, 0);
    await refuse('anna');
    assert.deepEqual((await told()).slice(3), [['idp:entra', 'anna', 'user-exists']]);
    await sealEvents(product.core, { waitMs: 0 });
    assert.equal((await verifyTrail(product.core)).status, 'intact');
  });

  it('are of another kind with another IdP, target or code, and in another process', async () => {
    const other = new Refusals(product.core);
    for (let time = 0; time < 2; time++) {
      await refuse('anna');
      await refuse('bert');
      await refuse('anna', { code: 'seats-exhausted' });
      await refuse('anna', { actor: 'idp:okta' });
      await refuse('anna', { of: other });
    }
    const firsts = [
      ['idp:entra', 'anna', 'user-exists'],
      ['idp:entra', 'bert', 'user-exists'],
      ['idp:entra', 'anna', 'seats-exhausted'],
      ['idp:okta', 'anna', 'user-exists'],
      ['idp:entra', 'anna', 'user-exists'],
    ];
    assert.deepEqual(await told(), firsts);
    for (const one of [refusals, other]) await one.flush({ all: true });
    assert.deepEqual(
      (await told()).slice(5),
      firsts.map((one) => [...one, 1]),
    );
  });

  it('are counted together beyond a number of targets, which another IdP does not share', async () => {
    refusals = new Refusals(product.core, { windowMs: 13 * MINUTE, targets: 3 });
    for (let index = 0; index < 20; index++) await refuse(`user ${index}`);
    await refuse('user 0', { actor: 'idp:okta' });

    assert.deepEqual(
      (await told()).map(([actor, name]) => `${actor} ${name}`),
      ['idp:entra user 0', 'idp:entra user 1', 'idp:entra user 2', 'idp:okta user 0'],
    );
    assert.equal(refusals.size, 5);
    await refusals.flush({ all: true });
    assert.deepEqual((await told()).slice(4), [['idp:entra', null, 'user-exists', 17, 'further']]);
    later(14);
    await refusals.flush();
    assert.equal(refusals.size, 0);
    await refuse('user 19');
    assert.deepEqual((await told()).slice(5), [['idp:entra', 'user 19', 'user-exists']]);
  });

  it('are kept while the database is away, and the first is the first until it is written', async () => {
    let isAway = true;
    const { database } = product;
    const core: Core = {
      ...product.core,
      database: {
        ...database,
        transaction: (work, options) =>
          isAway ? Promise.reject(new Error('away')) : database.transaction(work, options),
      },
    };
    refusals = new Refusals(core);
    const note = () =>
      refusals.note(
        'idp:entra',
        { action: 'user.create', target: { type: 'user' } },
        operationProblem('x', 'no'),
        () => core.database.transaction(async () => undefined),
      );
    await assert.rejects(note(), /away/);
    assert.equal(refusals.size, 0);
    isAway = false;
    await note();
    await note();
    isAway = true;
    await assert.rejects(refusals.flush({ all: true }), /away/);
    isAway = false;
    await refusals.flush({ all: true });
    assert.deepEqual(await told(), [['idp:entra', null, 'x', 1]]);
  });

  it('of an endpoint are written when it stops', async () => {
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    const { token } = await issue(product, 'entra');
    const endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
    const admin = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'admin@contoso.example',
      active: true,
      emails: [{ value: 'admin@contoso.example', type: 'work', primary: true }],
    };
    for (let time = 0; time < 4; time++) {
      const { status } = await fetch(`${endpoint.scim}/Users`, {
        method: 'POST',
        headers: { ...bearer(token), 'content-type': 'application/scim+json' },
        body: JSON.stringify(admin),
      });
      assert.ok(status >= 400, String(status));
    }
    assert.equal((await told()).length, 1);
    await endpoint.stop(1000);
    const [first, rest] = await told();
    assert.deepEqual(rest, [...(first ?? []), 3]);
  });
});
