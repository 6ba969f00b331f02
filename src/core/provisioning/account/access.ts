import type { HostUserShape } from '../../../database/queries/host/host-user-shape.js';
import { type HostUserChange, type HostUserRow, isOn } from '../../../database/queries/host/host-users.js';
import type { Facts, FactsQuery } from '../../../database/queries/users/facts.js';
import type { DeprovisionPolicy } from '../../../words/idp.js';
import type { Core } from '../../core.js';
import { cloudHosted } from '../../host/installation.js';
import { isProviderUsable } from '../../service-accounts/add.js';
import { idpDisabled, samlNotEnabled } from '../problems.js';
import type { Held } from '../transactions/held.js';
import type { Idp } from '../types.js';
import { nextFreeSeat } from './seat.js';

/** Facts that were asked together with the link, before it was known what would have to be known. */
export interface Ahead {
  query: FactsQuery;
  facts: Facts;
}

/** What a change of a user is decided on. */
export interface ChangeScene {
  core: Core;
  idp: Idp;
  shape: HostUserShape;
  held: Held;
  facts: Facts;
  ahead?: Ahead;
}

/** The host views that tell whether a user may have access. */
export const ACCESS_VIEWS = ['host_sso_provider', 'host_licence'] as const;

/**
 * Nobody is given access unless the installation is on-premises, the IdP may provision, and its users can
 * sign in.
 * @throws Problem `hosting-cloud`, `idp-disabled`, `saml-not-enabled`.
 */
export function assertMayProvision({ idp, facts }: Pick<ChangeScene, 'idp' | 'facts'>): void {
  if (facts.hosting === 'cloud') throw cloudHosted();
  if (!facts.accountEnabled) throw idpDisabled();
  const bound = idp.ssoProviderId.toLowerCase();
  const provider = facts.ssoProviders.find(({ providerId }) => providerId.toLowerCase() === bound);
  if (!provider || !isProviderUsable(provider)) throw samlNotEnabled();
}

/**
 * What lets a host user in, or shuts them out.
 * @throws Problem `seats-exhausted`.
 */
export function access(scene: ChangeScene, active: boolean, host: HostUserRow): HostUserChange {
  if (!active) return exclusion(scene.idp.deprovisionPolicy);
  const { ssoProviderId } = scene.idp;
  return {
    isEnabled: true,
    ssoProviderId,
    ...(!isSeated(scene.shape, host) && { licenceType: nextFreeSeat(scene.core, scene.facts, scene.held) }),
  };
}

/** Whether a host user has a seat; where the host does not say from which pool, whoever is enabled has one. */
export const isSeated = ({ columns }: HostUserShape, host: HostUserRow): boolean =>
  isOn(host) && (host.licenceType !== null || !columns.has('licence_type'));

/** What becomes of a host user whom the IdP deprovisions; under `manual` an administrator sees to it. */
export const exclusion = (policy: DeprovisionPolicy): HostUserChange =>
  policy === 'disable' ? { isEnabled: false, licenceType: null } : {};
