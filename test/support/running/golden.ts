import { tmpdir } from 'node:os';

/** Words that differ from run to run, and what stands for them. Earlier rows win. */
const varying: readonly { pattern: RegExp; placeholder: string; numbered?: boolean }[] = [
  { pattern: /\bscimctl_[0-9A-Za-z]+_[0-9A-Za-z]{20,}/g, placeholder: 'token', numbered: true },
  {
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
    placeholder: 'uuid',
    numbered: true,
  },
  {
    pattern: /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?UTC|Z|[+-]\d{2}:\d{2})?/g,
    placeholder: 'instant',
  },
  { pattern: pathsBelow(tmpdir()), placeholder: 'temporary' },
  { pattern: /\b\d+(?:\.\d+)? ?(?:ms|s|seconds?)\b/g, placeholder: 'duration' },
];

/**
 * A text with everything replaced that differs from run to run: `<token-1>`, `<uuid-1>`, `<instant>`,
 * `<temporary>`, `<duration>`. Tokens and UUIDs are numbered as they come, so that one that occurs twice
 * can be told from two.
 */
export function normalised(text: string): string {
  return varying.reduce((before, { pattern, placeholder, numbered }) => {
    const seen: string[] = [];
    return before.replace(pattern, (found) => {
      if (!numbered) return `<${placeholder}>`;
      const known = found.toLowerCase();
      if (!seen.includes(known)) seen.push(known);
      return `<${placeholder}-${seen.indexOf(known) + 1}>`;
    });
  }, text);
}

/** The same for a value that came from, or goes to, JSON; only strings change. */
export function normalisedJson<T>(value: T): T {
  return JSON.parse(normalised(JSON.stringify(value))) as T;
}

function pathsBelow(directory: string): RegExp {
  const literal = directory.replace(/[\\/.*+?^${}()|[\]]/g, '\\$&');
  return new RegExp(`${literal}[\\\\/][^\\s'":,]*`, 'g');
}
