import { keepable } from '../../database/queries/host-users.js';
import { access, assertMayProvision } from './access.js';
import { revision } from './host-profile.js';
import { assertOpen } from './match.js';
import { assertAddressFree, findPlace, placeAt } from './place.js';
/**
 * What a change of a user means for the host user. That one is left alone where it is gone, or not ours to
 * write, being protected or by now somebody else's: then a deprovisioning is acknowledged all the same, and
 * whatever gives access or renames is refused.
 * @throws Problem `user-protected`, `user-claimed`, `user-name-taken`, and as `assertMayProvision` and
 *   `findPlace` do.
 */
export function changeHost(scene, row, current, wanted) {
    const enables = wanted.active && !current.active;
    if (enables)
        assertMayProvision(scene);
    if (!row.host)
        return enables ? findPlace(scene, wanted) : {};
    const host = scene.facts.linked ?? { ...row.host, claimedBy: null };
    const profileChange = keepable(scene.shape, revision(current, wanted, host));
    const isOpen = !host.isProtected && host.claimedBy === null;
    const isDeprovisioned = !wanted.active && (current.active || row.deprovisionedAt !== null);
    if (!isOpen && isDeprovisioned)
        return {};
    if (enables || !isEmpty(profileChange))
        assertOpen(host);
    assertAddressFree(scene, host, profileChange);
    const accessChange = current.active === wanted.active ? {} : access(scene, wanted.active, host);
    return placeAt(scene, host, { ...profileChange, ...accessChange });
}
const isEmpty = (change) => Object.keys(change).length === 0;
