import { readHosting, writeHosting } from '../database/queries/installation.js';
import { prerequisiteProblem } from '../problem.js';
import { change } from './audit/change.js';
/**
 * SCIM provisioning is for on-premises installations only.
 * @throws Problem `hosting-cloud`.
 */
export async function assertOnPremises(session) {
    if ((await readHosting(session)) !== 'on-premises')
        throw cloudHosted();
}
export const cloudHosted = () => prerequisiteProblem('hosting-cloud', 'This installation is marked as cloud-hosted; SCIM provisioning is for on-premises installations only.', { hint: 'If the mark is wrong, correct it with `scimctl host mark --hosting on-premises`.' });
/** Marks what this installation is. */
export function markHosting(core, hosting, options) {
    return change(core, { action: 'host.mark', target: { type: 'installation', name: hosting } }, async (session) => {
        const changed = (await readHosting(session)) !== hosting;
        if (changed)
            await writeHosting(session, hosting, core.clock());
        return { result: { hosting }, changed };
    }, options);
}
