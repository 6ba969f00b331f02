import { SettingsChanged } from '../../../core/authentication/asker.js';
import { explainUnreadable, mayBeUnreadable } from '../../../core/host/unreadable.js';
import { noteHostWrite } from '../../../core/host/write-health.js';
import type { ScimHandler, ScimRequest, ScimResponse } from '../exchange.js';
import { errorResponse } from './errors.js';
import type { Exchange } from './exchange.js';
import { createRoutes, route } from './routes.js';
import { createService, type ScimOptions } from './service.js';

export type { ScimOptions } from './service.js';

/** How often a request begins again because the settings of its IdP have changed. More changes than that are a mistake. */
const MOST_RENEWALS = 3;

/** Answers with the settings of the IdP as they are when it is answered. */
async function withSettings(
  exchange: Exchange,
  answer: (exchange: Exchange) => Promise<ScimResponse> | ScimResponse,
): Promise<ScimResponse> {
  let present = exchange;
  for (let renewals = 0; ; renewals++) {
    try {
      return await answer(present);
    } catch (error) {
      if (!(error instanceof SettingsChanged) || renewals === MOST_RENEWALS) throw error;
      const { door } = present;
      const renewed = await door.core.asker?.renewed();
      if (!renewed) throw error;
      const { idp, asker } = renewed;
      present = { ...present, door: { ...door, core: { ...door.core, asker }, idp } };
    }
  }
}

/**
 * Makes what answers every request under `/scim/v2` (RFC 7644). Schemas, routes and all that can be known
 * beforehand are worked out here, once.
 * @throws Problem `scim-schema-invalid` where an extension of the operator's cannot be used.
 */
export function createScimHandler(options: ScimOptions = {}): ScimHandler {
  const service = createService(options);
  const answer = async (exchange: Exchange): Promise<ScimResponse> => {
    try {
      const { method, path } = exchange.request;
      const found = route(routes, method, path);
      return await withSettings(exchange, (present) => found.answer(present, found.id));
    } catch (error) {
      if (!mayBeUnreadable(error)) return failed(error, exchange.request);
      const { database } = exchange.door.core;
      const told = await explainUnreadable(error, database, { forIdp: true });
      if (told !== error) noteHostWrite(database, false);
      return failed(told, exchange.request);
    }
  };
  const failed = (error: unknown, request: ScimRequest): ScimResponse => {
    const { response, unexpected } = errorResponse(error);
    if (unexpected) options.onError?.(error, request);
    return response;
  };
  const routes = createRoutes(answer);
  return (request, door) => answer({ service, door, request });
}
