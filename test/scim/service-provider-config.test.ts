import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { removeAccount, updateAccount } from '../../src/core/service-accounts/change.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { BASE_URL, scimClient } from '../support/scim/scim-client.js';

const BEARER = {
  type: 'oauthbearertoken',
  name: 'Bearer token',
  description: 'The token of the service account, in the Authorization header',
  specUri: 'https://www.rfc-editor.org/info/rfc6750',
  primary: true,
};
const BASIC = {
  type: 'httpbasic',
  name: 'HTTP basic',
  description: 'The name of the service account as user, its token as password',
  specUri: 'https://www.rfc-editor.org/info/rfc7617',
};
const OAUTH = {
  type: 'oauth2',
  name: 'OAuth 2.0 client credentials',
  description:
    'An access token, asked for with the name of the service account as client id and its token as client secret',
  specUri: 'https://www.rfc-editor.org/info/rfc6749',
};

forEachEngine('the configuration of the service', (engine) => {
  let product: Product;
  const handler = createScimHandler({
    defaultCount: 50,
    maxResults: 150,
    documentationUri: 'https://iqm.example/help',
  });
  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('is what it supports', async () => {
    const { get } = await scimClient(product, handler, 'entra');

    const { status, body } = await get('/ServiceProviderConfig');

    assert.equal(status, 200);
    assert.deepEqual(body, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      documentationUri: 'https://iqm.example/help',
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1048576 },
      filter: { supported: true, maxResults: 150 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 50,
        maxPageSize: 150,
      },
      authenticationSchemes: [BEARER],
      meta: { resourceType: 'ServiceProviderConfig', location: `${BASE_URL}/ServiceProviderConfig` },
    });
    assert.deepEqual((await get('/serviceproviderconfig/')).body, body);
  });

  it('lists the ways to authenticate that the IdP who asks is allowed now', async () => {
    const plain = await scimClient(product, handler, 'plain');
    const okta = await scimClient(product, handler, 'okta', { allowBasic: true });
    const schemesOf = async ({ get }: typeof okta) =>
      (await get('/ServiceProviderConfig')).body.authenticationSchemes;

    assert.deepEqual(await schemesOf(okta), [BEARER, BASIC]);
    await updateAccount(product.core, 'okta', { allowOauth: true });
    assert.deepEqual(await schemesOf(okta), [BEARER, BASIC, OAUTH]);
    await updateAccount(product.core, 'okta', { allowBasic: false });
    assert.deepEqual(await schemesOf(okta), [BEARER, OAUTH]);
    assert.deepEqual(await schemesOf(plain), [BEARER]);

    await removeAccount(product.core, 'okta');
    assert.deepEqual(await schemesOf(okta), []);
  });
});
