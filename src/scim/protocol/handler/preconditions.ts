import { ScimError } from '../scim-error.js';

/** Whether one of the ETags of a header is this one, compared weakly (RFC 9110 §8.8.3.2); `*` is any. */
export function names(header: string, version: string): boolean {
  const wanted = opaque(version);
  return header.split(',').some((tag) => tag.trim() === '*' || opaque(tag.trim()) === wanted);
}

const opaque = (tag: string) => tag.replace(/^W\//i, '');

/**
 * RFC 7644 §3.14: a change for another version than there is now is refused.
 * @param version is asked for only where there is a condition, since it has to be worked out.
 */
export function assertMatches(ifMatch: string | undefined, version: () => string): void {
  if (ifMatch === undefined || names(ifMatch, version())) return;
  throw new ScimError(412, undefined, 'The resource was changed in the meantime. Read it again.');
}
