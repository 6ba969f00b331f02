import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { insertIdentity } from '../../src/database/queries/links/identities.js';
import { hostUserIdsByLogin } from '../../src/database/queries/links/links.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

// A DBA's own host views, over ids as they are: nothing is cast to text.
forEachEngine('a host application whose ids are', (engine) => {
  let product: Product;
  let accountId: string;

  /** One statement as it stands. */
  const run = (sql: string) => product.database.transaction(({ knex }) => knex.raw(sql));
  const bit = engine.name === 'mssql' ? 'bit' : 'boolean';
  const text = engine.name === 'mssql' ? 'nvarchar(100)' : 'varchar(100)';
  const yes = engine.name === 'mssql' ? '1' : 'true';

  before(async () => {
    product = await freshProduct(engine, { host: false });
    await run('create schema own');
    await run(
      `create table own.provider (provider_id int, name ${text}, protocol ${text}, is_enabled ${bit})`,
    );
    await run(`insert into own.provider values (7, 'Corp', 'SAML', ${yes})`);
    await run('create view scim.host_sso_provider as select * from own.provider');
    accountId = (await addServiceAccount(product.core, { name: 'entra', kind: 'entra' })).id;
  });
  after(() => product.close());

  /** Makes host_user over a table whose id is of the type, with these users in it. */
  async function hostUsers(type: string, ids: readonly string[]): Promise<void> {
    const name = `users_${randomUUID().slice(0, 8)}`;
    await run(
      `create table own.${name} (user_id ${type} not null primary key, login_name ${text}, email ${text}, display_name ${text}, is_enabled ${bit})`,
    );
    for (const [at, id] of ids.entries()) {
      await run(`insert into own.${name} values ('${id}', 'user-${at}', null, 'User ${at}', ${yes})`);
    }
    await run('drop view if exists scim.host_user');
    await run(`create view scim.host_user as select * from own.${name}`);
  }

  /** Links a host user as provisioning does, by the id that the driver hands over, and deprovisions the link. */
  async function deprovision(login: string): Promise<void> {
    const hostUserId = (await product.database.read(hostUserIdsByLogin)).get(login);
    assert.ok(hostUserId, login);
    const at = product.now;
    await product.database.transaction(async (session) => {
      await session.knex('identity').withSchema('scim').delete();
      await insertIdentity(session, {
        identityId: randomUUID(),
        serviceAccountId: accountId,
        externalId: null,
        userName: login,
        hostUserId,
        createdAt: at,
        updatedAt: at,
        deprovisionedAt: at,
        deprovisionReason: 'disabled',
      });
    });
  }

  const mssql = engine.name === 'mssql';
  const guid = mssql ? 'uniqueidentifier' : 'uuid';
  const caseSensitive = mssql ? 'nvarchar(100) collate Latin1_General_CS_AS' : 'varchar(100)';
  const guids = ['B4A0D2C4-0000-4000-8000-00000000000A', 'B4A0D2C4-0000-4000-8000-00000000000B'];
  /** The second id is the one that is linked, and that is to come back as `kept`. */
  const types: [name: string, type: string, ids: string[], kept?: string][] = [
    ['int', 'int', ['41', '42']],
    ['bigint', 'bigint', ['9007199254740992', '9007199254740993']],
    ['GUIDs', guid, guids, guids[1]?.toLowerCase()],
    ['text', text, ['x-1', 'AB12-c']],
    ['text that looks like a GUID', text, guids],
    ['text told apart by nothing but case', caseSensitive, ['ab', 'AB']],
    ...(mssql ? [['varchar', 'varchar(40)', ['k1', 'K2']] satisfies [string, string, string[]]] : []),
  ];
  for (const [name, type, ids, kept] of types) {
    it(name, async () => {
      await hostUsers(type, ids);

      await deprovision('user-1');

      assert.deepEqual(
        (await pendingUsers(product.core)).map(({ userId, loginName }) => [userId, loginName]),
        [[kept ?? ids[1], 'user-1']],
      );
    });
  }
});
