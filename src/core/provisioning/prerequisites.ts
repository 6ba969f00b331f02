import type { Session } from '../../database/database.js';
import { listSsoProviders } from '../../database/queries/host.js';
import { assertOnPremises } from '../installation.js';
import { isUsable } from '../service-accounts/add.js';
import { samlNotEnabled } from './problems.js';
import type { Idp } from './types.js';

/**
 * Nobody is given access unless the installation is on-premises and the IdP's users can sign in.
 * @throws Problem `hosting-cloud`, `saml-not-enabled`.
 */
export async function assertMayProvision(session: Session, idp: Idp): Promise<void> {
  await assertOnPremises(session);
  const providers = await listSsoProviders(session);
  const provider = providers.find(
    ({ providerId }) => providerId.toLowerCase() === idp.ssoProviderId.toLowerCase(),
  );
  if (!provider || !isUsable(provider)) throw samlNotEnabled();
}
