import { errorResponse } from './errors.js';
import { createRoutes, route } from './routes.js';
import { createService } from './service.js';
/**
 * Makes what answers every request under `/scim/v2` (RFC 7644). Schemas, routes and all that can be known
 * beforehand are worked out here, once.
 * @throws Problem `scim-schema-invalid` where an extension of the operator's cannot be used.
 */
export function createScimHandler(options = {}) {
    const service = createService(options);
    const answer = async (exchange) => {
        try {
            const { method, path } = exchange.request;
            const found = route(routes, method, path);
            return await found.answer(exchange, found.id);
        }
        catch (error) {
            return failed(error, exchange.request);
        }
    };
    const failed = (error, request) => {
        const { response, unexpected } = errorResponse(error);
        if (unexpected)
            options.onError?.(error, request);
        return response;
    };
    const routes = createRoutes(answer);
    return (request, door) => answer({ service, door, request });
}
