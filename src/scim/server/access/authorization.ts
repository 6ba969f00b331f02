import type { Presented } from '../../../core/authentication/admission.js';

/**
 * What the header `Authorization` presents: a bearer token (RFC 6750 §2.1) or a user with a password (RFC 7617).
 * Nothing else is looked at: a token in a URL would end up in logs.
 * @returns nothing where there is no such header, and `unreadable` where it is neither.
 */
export function presentedIn(header: string | undefined): Presented | 'unreadable' | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const [, scheme = '', value = ''] = /^\s*([A-Za-z]+)\s+(\S+)\s*$/.exec(header) ?? [];
  if (/^bearer$/i.test(scheme)) return { method: 'bearer', secret: value };
  if (/^basic$/i.test(scheme)) return userAndPassword(value) ?? 'unreadable';
  return 'unreadable';
}

/** The password may hold colons, the user may not. */
export function userAndPassword(value: string): Presented | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { method: 'basic', user: text.slice(0, colon), secret: text.slice(colon + 1) };
}
