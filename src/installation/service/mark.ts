import { createHash } from 'node:crypto';

const MARK = /^# scimctl-unit (\S+) sha256:([0-9a-f]{64})\n/;

/**
 * A text whose first line names the version of scimctl that wrote it and the digest of the rest, in a format whose
 * comments begin with #.
 */
export const markedText = (version: string, text: string): string =>
  `# scimctl-unit ${version} sha256:${digest(text)}\n${text}`;

/** Which version of scimctl wrote a file, and whether the file was edited since; undefined if another program wrote it. */
export function markOf(text: string): { version: string; isEdited: boolean } | undefined {
  const [line, version, written] = MARK.exec(text) ?? [];
  if (line === undefined || version === undefined) return undefined;
  return { version, isEdited: digest(text.slice(line.length)) !== written };
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
