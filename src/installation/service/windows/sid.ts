import { createHash } from 'node:crypto';

/** Security identifiers that are the same on every Windows, whatever its language calls them. */
export const ADMINISTRATORS = '*S-1-5-32-544';
export const SYSTEM = '*S-1-5-18';
export const LOCAL_SERVICE = 'S-1-5-19';

/**
 * The security identifier of a service, which is also its virtual account `NT SERVICE\NAME`, as `sc.exe showsid` prints
 * it. Needed before the service exists.
 */
export const serviceSid = (name: string): string => `S-1-5-80-${digestNumbers(name)}`;

/** The security identifier of a task in the root folder, `NT TASK\NAME`, as `schtasks.exe /showsid` prints it. */
export const taskSid = (name: string): string => `S-1-5-87-${digestNumbers(name)}`;

/** Five numbers of the SHA-1 digest of a name in upper case, as RtlCreateServiceSid computes them. */
function digestNumbers(name: string): string {
  const digest = createHash('sha1').update(Buffer.from(name.toUpperCase(), 'utf16le')).digest();
  return [0, 4, 8, 12, 16].map((at) => digest.readUInt32LE(at)).join('-');
}
