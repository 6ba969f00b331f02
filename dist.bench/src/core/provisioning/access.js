import { cloudHosted } from '../installation.js';
import { isUsable } from '../service-accounts/add.js';
import { idpDisabled, samlNotEnabled } from './problems.js';
import { nextFreeSeat } from './seat.js';
/**
 * Nobody is given access unless the installation is on-premises, the IdP may provision, and its users can
 * sign in.
 * @throws Problem `hosting-cloud`, `idp-disabled`, `saml-not-enabled`.
 */
export function assertMayProvision({ idp, facts }) {
    if (facts.hosting === 'cloud')
        throw cloudHosted();
    if (!facts.accountEnabled)
        throw idpDisabled();
    const bound = idp.ssoProviderId.toLowerCase();
    const provider = facts.ssoProviders.find(({ providerId }) => providerId.toLowerCase() === bound);
    if (!provider || !isUsable(provider))
        throw samlNotEnabled();
}
/**
 * What lets a host user in, or shuts them out.
 * @throws Problem `seats-exhausted`.
 */
export function access(scene, active, host) {
    if (!active)
        return exclusion(scene.idp.deprovisionPolicy);
    const { ssoProviderId } = scene.idp;
    const needsNoPool = !scene.shape.columns.has('licence_type');
    const isSeated = host.isEnabled && (host.licenceType !== null || needsNoPool);
    return {
        isEnabled: true,
        ssoProviderId,
        ...(!isSeated && { licenceType: nextFreeSeat(scene.core, scene.facts, scene.held) }),
    };
}
/** What becomes of a host user whom the IdP deprovisions; under `manual` an administrator sees to it. */
export const exclusion = (policy) => policy === 'disable' ? { isEnabled: false, licenceType: null } : {};
