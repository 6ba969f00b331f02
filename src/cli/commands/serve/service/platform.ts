import type { ServicePlatform } from '../../../../installation/service/plan.js';
import { usageProblem } from '../../../../problem.js';
import { servicePlatform } from './options.js';

/** The Problem `service-platform-unknown`. */
export const unknownPlatform = (platform: NodeJS.Platform) =>
  usageProblem('service-platform-unknown', `scimctl knows no services of ${platform}.`, {
    hint: 'Print the files for a server with --platform linux or --platform windows.',
  });

/** The system that services are installed on. @throws Problem `service-platform-unknown`. */
export function assertInstalling(platform: NodeJS.Platform): ServicePlatform {
  const found = servicePlatform(platform);
  if (found === undefined) throw unknownPlatform(platform);
  return found;
}
