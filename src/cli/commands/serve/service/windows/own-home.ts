import { win32 } from 'node:path';
import type { ServicePlan } from '../../../../../installation/service/plan.js';
import { isOwnHome } from '../../../../../installation/service/windows/rights.js';
import { configurationProblem } from '../../../../../problem.js';

/**
 * An installation sets the rights of the directory of the config file anew. In a directory of others, their programs
 * would lose access, and without new rights others could replace the config file and read the lists.
 * @throws Problem `service-directory-foreign`.
 */
export function assertOwnHome(plan: ServicePlan): void {
  if (isOwnHome(plan)) return;
  const home = win32.dirname(plan.serve.config);
  throw configurationProblem(
    'service-directory-foreign',
    `${home} is not a directory of the service ${plan.name} alone, and the service would change its access rights.`,
    {
      hint: `Put the config file and the files that it names into a directory with the name of the service: C:\\ProgramData\\${plan.name}\\${win32.basename(plan.serve.config)}`,
    },
  );
}
