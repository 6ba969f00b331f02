import type { ServicePlatform } from '../../../../installation/service/plan.js';
import { usageProblem } from '../../../../problem.js';

/** What Windows takes for a device in any directory and with any ending: `con.conf`. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * A name that systemd, Windows and the file system take alike, and that needs no quotes anywhere.
 * @throws Problem `service-name-invalid`.
 */
export function parseServiceName(text: string): string {
  const isPlain = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(text) && text.length <= 31;
  if (isPlain && !DEVICE.test(text)) return text;
  throw usageProblem('service-name-invalid', `${JSON.stringify(text)} is not a valid name for a service.`, {
    hint: 'Use at most 31 lower-case letters, digits and hyphens, begin with a letter, and use no name of a device, such as con: scimctl-hr.',
  });
}

/**
 * An account. systemd's `User=` and the command lines of Windows would read other signs.
 * @throws Problem `service-account-invalid`.
 */
export function parseServiceAccount(text: string): string {
  if (/^[A-Za-z_][\w.-]{0,63}\$?$|^[\w.-]{1,64}\\[\w.-]{1,64}\$$/.test(text)) return text;
  throw usageProblem('service-account-invalid', `${JSON.stringify(text)} is not valid as an account.`, {
    hint: 'Name a user of this machine, or on Windows a group managed service account: CONTOSO\\svc-scimctl$. Leave --user out for an account that exists only for the service.',
  });
}

/**
 * An account that a service of the system can have: on Windows only one whose password Windows keeps itself.
 * @throws Problem `service-account-invalid`.
 */
export function assertAccountOf(platform: ServicePlatform, account: string | undefined): void {
  if (account === undefined) return;
  const isManaged = account.includes('\\');
  if (isManaged === (platform === 'windows')) return;
  throw usageProblem(
    'service-account-invalid',
    `${JSON.stringify(account)} cannot be the account of a service on ${platform === 'windows' ? 'Windows' : 'Linux'}.`,
    {
      hint: isManaged
        ? 'Name a user of this machine. Leave --user out for an account that exists only for the service.'
        : 'Name a group managed service account with its domain: CONTOSO\\svc-scimctl$. Leave --user out for an account that exists only for the service.',
    },
  );
}

/**
 * The name of another unit of systemd, with its specifiers.
 * @throws Problem `service-name-invalid`.
 */
export function parseUnitName(text: string): string {
  if (/^[\w@%:.-]{1,200}\.(?:service|target)$/.test(text)) return text;
  throw usageProblem('service-name-invalid', `${JSON.stringify(text)} is not the name of a unit.`, {
    hint: 'Write the whole name of a unit that exists: notify@%n.service.',
  });
}
