import { authenticationOf } from '../../../../core/service-accounts/service-account.js';
import type { ScimResponse } from '../../exchange.js';
import type { Resource } from '../../resources/resource.js';
import { CORE, type SchemaDefinition } from '../../schemas/definition.js';
import type { ResourceType } from '../../schemas/resource-type.js';
import {
  RESOURCE_TYPE_SCHEMA,
  SCHEMA_SCHEMA,
  SERVICE_PROVIDER_CONFIG_SCHEMA,
} from '../../schemas/service.js';
import { notFound, ScimError } from '../../scim-error.js';
import type { Answerer, Exchange } from '../exchange.js';
import { listResponse } from '../list.js';
import type { Service } from '../service.js';
import { SCHEMES } from './authentication-schemes.js';

/** What the service says about itself (RFC 7644 §4). */

const refuseFilter = ({ request }: Exchange): void => {
  if (request.query.has('filter')) {
    throw new ScimError(403, undefined, 'The discovery endpoints do not support filters (RFC 7644 §4).');
  }
};

/** The ways to authenticate are those of the IdP that asks: others may be allowed others. */
export const configAnswer: Answerer = async (exchange) => {
  refuseFilter(exchange);
  const { service, request, door } = exchange;
  const methods = await authenticationOf(door.core, door.idp.id);
  return ok({
    ...configOf(service),
    authenticationSchemes: methods.map((method) => SCHEMES[method]),
    meta: { resourceType: 'ServiceProviderConfig', location: `${request.baseUrl}/ServiceProviderConfig` },
  });
};

export const schemasAnswer: Answerer = (exchange) => {
  refuseFilter(exchange);
  return whole(schemasOf(exchange.service).map((schema) => schemaResource(schema, exchange)));
};

export const schemaAnswer: Answerer = (exchange, id) => {
  const schema = schemasOf(exchange.service).find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (!schema) throw notFound('There is no schema with this URN.');
  return ok(schemaResource(schema, exchange));
};

export const resourceTypesAnswer: Answerer = (exchange) => {
  refuseFilter(exchange);
  return whole(typesOf(exchange.service).map((type) => typeResource(type, exchange)));
};

export const resourceTypeAnswer: Answerer = (exchange, id) => {
  const type = typesOf(exchange.service).find(({ name }) => name === id);
  if (!type) throw notFound('There is no resource type with this name.');
  return ok(typeResource(type, exchange));
};

const ok = (body: Resource): ScimResponse => ({ status: 200, headers: {}, body });

const whole = (items: Resource[]): ScimResponse =>
  listResponse(
    { page: { kind: 'index', startIndex: 1, count: items.length } },
    { total: items.length, items },
  );

const typesOf = ({ users, groups }: Service): ResourceType[] => [users.type, groups.type];

const schemasOf = (service: Service): SchemaDefinition[] => [
  ...typesOf(service).flatMap(({ schema, extensions }) => [schema, ...extensions.map((one) => one.schema)]),
  SERVICE_PROVIDER_CONFIG_SCHEMA,
  RESOURCE_TYPE_SCHEMA,
  SCHEMA_SCHEMA,
];

const schemaResource = (schema: SchemaDefinition, { request }: Exchange): Resource => ({
  schemas: [`${CORE}Schema`],
  ...schema,
  meta: { resourceType: 'Schema', location: `${request.baseUrl}/Schemas/${schema.id}` },
});

const typeResource = (type: ResourceType, { request }: Exchange): Resource => ({
  schemas: [`${CORE}ResourceType`],
  id: type.name,
  name: type.name,
  description: type.schema.description,
  endpoint: type.endpoint,
  schema: type.schema.id,
  schemaExtensions: type.extensions.map(({ urn }) => ({ schema: urn, required: false })),
  meta: { resourceType: 'ResourceType', location: `${request.baseUrl}/ResourceTypes/${type.name}` },
});

function configOf({ bulk, maxResults, defaultCount, documentationUri }: Service): Resource {
  return {
    schemas: [`${CORE}ServiceProviderConfig`],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: true },
    bulk: { supported: true, ...bulk },
    filter: { supported: true, maxResults },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: defaultCount,
      maxPageSize: maxResults,
    },
  };
}
