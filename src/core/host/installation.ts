import type { Session } from '../../database/database.js';
import {
  type LoginRules,
  readHosting,
  readLoginRules,
  readManualDisable,
  writeHosting,
  writeLoginRules,
  writeManualDisable,
} from '../../database/queries/installation.js';
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

/** What an installation is, and what the logins of its host application are. */
export interface Installation extends LoginRules {
  hosting: Hosting;
  /** Where in the application people disable accounts; null where they do it with `users disable`. */
  manualDisableIn: string | null;
}

/** Marks what is given; the rest stays as it is. The endpoint goes by it from its next request on. */
export function markInstallation(
  core: Core,
  wanted: Partial<Installation>,
  options?: ChangeOptions,
): Promise<Installation> {
  return change(
    core,
    { action: 'host.mark', target: { type: 'installation', name: wanted.hosting ?? 'logins' } },
    async (session) => {
      const before: Installation = {
        hosting: await readHosting(session),
        ...(await readLoginRules(session)),
        manualDisableIn: await readManualDisable(session),
      };
      const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
      const after: Installation = { ...before, ...given };
      const isMoved = after.hosting !== before.hosting;
      const isCalled = (['loginRule', 'renamesOnMatch', 'createReason'] as const).some(
        (rule) => after[rule] !== before[rule],
      );
      const { loginRule, renamesOnMatch, createReason, manualDisableIn } = after;
      const isDisabledElsewhere = manualDisableIn !== before.manualDisableIn;
      if (isDisabledElsewhere) await writeManualDisable(session, manualDisableIn, core.clock());
      if (isMoved) await writeHosting(session, after.hosting, core.clock());
      if (isCalled) await writeLoginRules(session, after, core.clock());
      return {
        result: after,
        changed: isMoved || isCalled || isDisabledElsewhere,
        details: {
          ...(isCalled && { loginRule, renamesOnMatch, createReason }),
          ...(isDisabledElsewhere && { manualDisableIn }),
        },
      };
    },
    options,
  );
}

/** Marks where this installation runs. */
export const markHosting = (core: Core, hosting: Hosting, options?: ChangeOptions): Promise<Installation> =>
  markInstallation(core, { hosting }, options);
