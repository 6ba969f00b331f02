import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Problem } from '../../src/problem.js';
import type { ExchangeDoor, ScimResponse } from '../../src/scim/protocol/exchange.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { readExtensionSchema } from '../../src/scim/protocol/schemas/custom.js';
import type { AttributeDefinition, SchemaDefinition } from '../../src/scim/protocol/schemas/definition.js';
import { CORE_GROUP, CORE_USER, ENTERPRISE, FACTORY, FACTORY_SCHEMA } from '../support/scim/scim.js';

const BASE = 'https://iqm.example/scim/v2';
const handler = createScimHandler({
  userExtensions: [FACTORY_SCHEMA],
});

/** No request here gets as far as the database. */
const nobody = undefined as unknown as ExchangeDoor;

function ask(path: string, method = 'GET', body?: unknown): Promise<ScimResponse> {
  const url = new URL(`http://localhost${path}`);
  return handler({ method, path: url.pathname, query: url.searchParams, baseUrl: BASE, body }, nobody);
}
const bodyOf = async (path: string) => (await ask(path)).body as Record<string, unknown>;
const resourcesOf = async (path: string) => (await bodyOf(path)).Resources as Record<string, unknown>[];

describe('what the service says about itself', () => {
  it('is which resources it has', async () => {
    const { Resources, ...list } = await bodyOf('/ResourceTypes');
    assert.deepEqual(list, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 2,
      startIndex: 1,
      itemsPerPage: 2,
    });
    assert.deepEqual(Resources, [
      {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
        id: 'User',
        name: 'User',
        description: 'User account',
        endpoint: '/Users',
        schema: CORE_USER,
        schemaExtensions: [
          { schema: ENTERPRISE, required: false },
          { schema: 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User', required: false },
          { schema: FACTORY, required: false },
        ],
        meta: { resourceType: 'ResourceType', location: `${BASE}/ResourceTypes/User` },
      },
      await bodyOf('/ResourceTypes/Group'),
    ]);
  });

  it('is its schemas, each with all characteristics of all attributes', async () => {
    const schemas = (await resourcesOf('/Schemas')) as unknown as SchemaDefinition[];
    assert.deepEqual(
      schemas.map(({ id }) => id),
      [
        CORE_USER,
        ENTERPRISE,
        'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User',
        FACTORY,
        CORE_GROUP,
        'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
        'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
        'urn:ietf:params:scim:schemas:core:2.0:Schema',
      ],
    );
    const characteristics = [
      'name',
      'type',
      'multiValued',
      'description',
      'required',
      'caseExact',
      'mutability',
      'returned',
      'uniqueness',
    ];
    const check = (attributes: readonly AttributeDefinition[]) => {
      assert.ok(attributes.length > 0);
      for (const attribute of attributes) {
        for (const name of characteristics) assert.ok(name in attribute, `${attribute.name} says no ${name}`);
        assert.equal(attribute.type === 'complex', attribute.subAttributes !== undefined, attribute.name);
        if (attribute.subAttributes) check(attribute.subAttributes);
      }
    };
    for (const { attributes } of schemas) check(attributes);
  });

  it('is all of RFC 7643 §4.1 but the password', async () => {
    const { attributes } = (await bodyOf(`/Schemas/${CORE_USER}`)) as unknown as SchemaDefinition;
    assert.deepEqual(
      attributes.map(({ name }) => name),
      [
        'userName',
        'name',
        'displayName',
        'nickName',
        'profileUrl',
        'title',
        'userType',
        'preferredLanguage',
        'locale',
        'timezone',
        'active',
        'emails',
        'phoneNumbers',
        'ims',
        'photos',
        'addresses',
        'groups',
        'entitlements',
        'roles',
        'x509Certificates',
      ],
    );
  });

  it('is each schema by its URN, whatever the case', async () => {
    for (const schema of await resourcesOf('/Schemas')) {
      assert.deepEqual(await bodyOf(`/Schemas/${String(schema.id).toUpperCase()}`), schema);
    }
  });

  it('is found in any case and with a slash at the end', async () => {
    assert.equal((await ask('/resourcetypes/')).status, 200);
  });

  for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
    it(`cannot be filtered: ${path}`, async () => {
      assert.equal((await ask(`${path}?filter=id%20pr`)).status, 403);
    });
  }
});

describe('a path', () => {
  const answers = (method: string, path: string, status: number, allow?: string) =>
    it(`${method} ${path} is ${status}`, async () => {
      const response = await ask(path, method);
      const { schemas, status: told, detail } = response.body as Record<string, unknown>;
      assert.equal(response.status, status);
      assert.deepEqual(schemas, ['urn:ietf:params:scim:api:messages:2.0:Error']);
      assert.equal(told, String(status));
      assert.equal(typeof detail, 'string');
      assert.equal(response.headers.Allow, allow);
    });
  answers('GET', '/', 404);
  answers('GET', '/Nothing', 404);
  answers('GET', '/Groups/1/2', 404);
  answers('GET', '/%E0%A4%A', 404);
  answers('GET', '/Schemas/urn:none', 404);
  answers('GET', '/ResourceTypes/None', 404);
  answers('GET', '/ServiceProviderConfig/1', 404);
  answers('GET', '/constructor', 404);
  answers('GET', '/Me', 501);
  answers('PATCH', '/Me', 501);
  answers('DELETE', '/Users', 405, 'GET, POST');
  answers('POST', '/Users/1', 405, 'GET, PUT, PATCH, DELETE');
  answers('GET', '/Users/.search', 405, 'POST');
  answers('toString', '/Users', 405, 'GET, POST');
  answers('GET', '/Bulk', 405, 'POST');
  answers('DELETE', '/Schemas', 405, 'GET');
  answers('POST', '/Users', 400);
  answers('PUT', '/Users/1', 400);
  answers('PATCH', '/Users/1', 400);
  answers('POST', '/Bulk', 400);
});

describe('a schema of an operator', () => {
  const refuses = (title: string, change: object, message: RegExp) =>
    it(title, () => {
      assert.throws(
        () => readExtensionSchema({ ...FACTORY_SCHEMA, ...change }),
        (error) =>
          error instanceof Problem && error.code === 'scim-schema-invalid' && message.test(error.message),
      );
    });
  const attribute = (given: object) => ({ attributes: [{ name: 'badge', ...given }] });

  it('is read, with the defaults of RFC 7643 §2.2', () => {
    assert.deepEqual(readExtensionSchema({ id: FACTORY, attributes: [{ name: 'badge' }] }), {
      id: FACTORY,
      name: FACTORY,
      description: '',
      attributes: [
        {
          name: 'badge',
          type: 'string',
          multiValued: false,
          description: '',
          required: false,
          caseExact: false,
          mutability: 'readWrite',
          returned: 'default',
          uniqueness: 'none',
        },
      ],
    });
  });

  refuses('needs an id', { id: undefined }, /the schema has no id/);
  refuses('needs a URN as id', { id: 'factory' }, /"factory" is not a URN/);
  refuses('may not be one of the standard’s own', { id: CORE_USER }, /the standard’s own/);
  refuses('needs attributes', { attributes: [] }, /has no attributes/);
  refuses('needs objects', { attributes: ['badge'] }, /is not a JSON object/);
  refuses('needs names', attribute({ name: undefined }), /has no name/);
  refuses('needs plain names', attribute({ name: 'a.b' }), /letters, digits/);
  refuses('needs names that are no trap', attribute({ name: '__proto__' }), /letters, digits/);
  refuses('needs names that differ', { attributes: [{ name: 'a' }, { name: 'A' }] }, /has A twice/);
  refuses('needs types', attribute({ type: 'date' }), /type of .* is none of string/);
  refuses('needs flags', attribute({ multiValued: 'yes' }), /neither true nor false/);
  refuses(
    'does not nest',
    attribute({ type: 'complex', subAttributes: [{ name: 'b', type: 'complex' }] }),
    /do not nest/,
  );
  refuses('needs parts where it is complex', attribute({ type: 'complex' }), /sub-attributes belong to/);
  refuses(
    'has no parts where it is not',
    attribute({ subAttributes: [{ name: 'b' }] }),
    /sub-attributes belong to/,
  );
  refuses('cannot be held unique', attribute({ uniqueness: 'server' }), /uniqueness must be none/);
  refuses('cannot be read-only', attribute({ mutability: 'readOnly' }), /nothing here could ever write/);
  refuses('needs lists', attribute({ canonicalValues: 'a' }), /not a list of texts/);
  for (const given of [null, [], 'x', 5]) {
    it(`cannot be ${JSON.stringify(given)}`, () => {
      assert.throws(() => readExtensionSchema(given), /not a JSON object/);
    });
  }

  it('cannot be there twice, nor instead of another', () => {
    const lower = { ...FACTORY_SCHEMA, id: FACTORY.toLowerCase() };
    assert.throws(() => createScimHandler({ userExtensions: [FACTORY_SCHEMA, lower] }), /Two SCIM schemas/);
    assert.throws(
      () => createScimHandler({ userExtensions: [{ ...FACTORY_SCHEMA, id: ENTERPRISE }] }),
      /Two SCIM schemas/,
    );
  });
});
