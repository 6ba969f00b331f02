/**
 * What must not leave the installation in a support bundle, wherever it stands: names that this run knows, such as the
 * login to the database, and everything that looks like an address of a person, a token or a password. The parts of a
 * bundle hold none of it by themselves; this is the second lock.
 */
export const WITHHELD = '[withheld]';

/** Replaces what must be withheld in a text. */
export type Withhold = (text: string) => string;

/** Words of the product itself, which say nothing about an installation. */
const COMMON =
  /^(?:scim|scimctl|postgres|postgresql|mssql|embedded|master|public|localhost|127\.0\.0\.1|::1|entra|okta|generic|pass|fail|warn|skipped|root|database|user|login|server|true|false|null|[\d.]+)$/i;

/**
 * Shapes of secrets and of personal data: our own tokens, JSON Web Tokens, e-mail addresses and user principal names,
 * Windows accounts, and passwords as connection strings and URLs have them.
 */
const SHAPES: readonly RegExp[] = [
  /scimctl_[0-9A-Za-z]{4,}_[0-9A-Za-z]{8,}/g,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
  /(?<=:\/\/)[^\s/@]+@/g,
  /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*/gu,
  /(?<=\b(?:password|pwd|secret|token|passphrase)\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s;,&"']+)/gi,
];

/**
 * Makes what withholds these names, and whatever has the shape of a secret or of an address.
 * @param names that this run knows; empty ones, and words of the product, are passed over.
 */
export function withholding(names: readonly (string | undefined)[]): Withhold {
  const known = [...new Set(names)]
    .filter((name): name is string => name !== undefined && name.trim().length > 1 && !COMMON.test(name))
    .sort((a, b) => b.length - a.length)
    .map((name) => new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, 'giu'));
  return (text) => [...SHAPES, ...known].reduce((kept, shape) => kept.replace(shape, WITHHELD), text);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Withholds in every text of a document, names of fields included. */
export function withheldIn(document: unknown, withhold: Withhold): unknown {
  if (typeof document === 'string') return withhold(document);
  if (document instanceof Date) return document;
  if (Array.isArray(document)) return document.map((one) => withheldIn(one, withhold));
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => [withhold(name), withheldIn(value, withhold)]),
  );
}
