import { usageProblem } from '../../../../problem.js';

/** The Problem `service-platform-unknown`. */
export const unknownPlatform = (platform: NodeJS.Platform) =>
  usageProblem('service-platform-unknown', `scimctl knows no services of ${platform}.`, {
    hint: 'Print the files for a server with --platform linux or --platform windows.',
  });

/**
 * Services are installed by command on Linux alone; for Windows, batch files do it.
 * @throws Problem `service-platform-unknown`.
 */
export function assertLinux(platform: NodeJS.Platform): void {
  if (platform === 'linux') return;
  if (platform !== 'win32') throw unknownPlatform(platform);
  throw usageProblem('service-platform-unknown', 'On Windows, this command is not available yet.', {
    hint: 'Run `scimctl service print --out service-files`, and then install.cmd or uninstall.cmd in that directory as an administrator. `sc.exe query scimctl` shows the state of the service.',
  });
}
