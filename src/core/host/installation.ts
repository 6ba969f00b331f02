import type { Session } from '../../database/database.js';
import { readHosting, writeHosting } from '../../database/queries/installation.js';
import { prerequisiteProblem } from '../../problem.js';
import type { Hosting } from '../../words/installation.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';

/**
 * SCIM provisioning is for on-premises installations only.
 * @throws Problem `hosting-cloud`.
 */
export async function assertOnPremises(session: Session): Promise<void> {
  if ((await readHosting(session)) !== 'on-premises') throw cloudHosted();
}

export const cloudHosted = () =>
  prerequisiteProblem(
    'hosting-cloud',
    'This installation is marked as cloud-hosted. SCIM provisioning is available only for on-premises installations.',
    { hint: 'If the mark is wrong, correct it with `scimctl host mark --hosting on-premises`.' },
  );

/** Marks what this installation is. */
export function markHosting(
  core: Core,
  hosting: Hosting,
  options?: ChangeOptions,
): Promise<{ hosting: Hosting }> {
  return change(
    core,
    { action: 'host.mark', target: { type: 'installation', name: hosting } },
    async (session) => {
      const changed = (await readHosting(session)) !== hosting;
      if (changed) await writeHosting(session, hosting, core.clock());
      return { result: { hosting }, changed };
    },
    options,
  );
}
