import { configurationProblem } from '../../../problem.js';
import { createProjection } from '../resources/projection.js';
import { readExtensionSchema } from '../schemas/custom.js';
import { GROUP_SCHEMA } from '../schemas/group.js';
import { createResourceType, urnKey } from '../schemas/resource-type.js';
import { USER_SCHEMA } from '../schemas/user.js';
import { ENTERPRISE_USER_SCHEMA, HOST_USER_SCHEMA } from '../schemas/user-extensions.js';
/** @throws Problem `scim-schema-invalid`. */
export function createService(options) {
    const extensions = [
        ENTERPRISE_USER_SCHEMA,
        HOST_USER_SCHEMA,
        ...(options.userExtensions ?? []).map(readExtensionSchema),
    ];
    const keys = extensions.map(({ id }) => urnKey(id));
    const twice = extensions.find((_, index) => keys.indexOf(keys[index] ?? '') !== index);
    if (twice) {
        throw configurationProblem('scim-schema-invalid', `There are two SCIM schemas of the URN ${twice.id}.`, {
            hint: 'URNs that differ only in case or punctuation count as the same; give one of them another.',
        });
    }
    const maxResults = options.maxResults ?? 200;
    return {
        users: serve(createResourceType('User', USER_SCHEMA, extensions)),
        groups: serve(createResourceType('Group', GROUP_SCHEMA)),
        defaultCount: Math.min(options.defaultCount ?? 100, maxResults),
        maxResults,
        bulk: options.bulk ?? { maxOperations: 1_000, maxPayloadSize: 1_048_576 },
        documentationUri: options.documentationUri,
    };
}
const serve = (type) => ({
    type,
    everything: createProjection(type, { attributes: [], excludedAttributes: [] }),
});
