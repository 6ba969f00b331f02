import type { IncomingMessage } from 'node:http';

/**
 * Whether a request has a header more than once. Of `Host` and `Authorization`, Node keeps the first: whichever counts,
 * something in front of us may have looked at another.
 * @param name in lower case.
 */
export function isRepeated({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): boolean {
  let isThere = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const one = rawHeaders[at] ?? '';
    if (one.length !== name.length || one.toLowerCase() !== name) continue;
    if (isThere) return true;
    isThere = true;
  }
  return false;
}
