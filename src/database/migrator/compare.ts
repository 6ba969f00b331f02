import type { BlindSpot } from '../dialect/dialect.js';

/** One object, or part of one, that is not as this version made it. */
export interface Difference {
  kind: 'missing' | 'changed' | 'unexpected' | 'hidden';
  /** The object, as the catalogue calls it: `trigger event.event_append_only`. */
  object: string;
  /** The line of our catalogue, and that of the database, where there is one. */
  expected?: string;
  found?: string;
  /** Of a hidden one: the right that this login lacks to see it. */
  right?: string;
}

/**
 * Holds the catalogue of a database against the expected one. An actual line that ends in ` ?` stands for
 * one expected line that begins like it: the server does not tell the rest. What is not there, but could not
 * be seen either, is `hidden`. Pure.
 */
export function compareCatalogues(
  expected: readonly string[],
  actual: readonly string[],
  blindSpots: readonly BlindSpot[] = [],
): Difference[] {
  const { missing, unexpected } = unmatched(expected, actual);
  const differences: Difference[] = [];
  for (const line of missing) {
    const at = unexpected.findIndex((one) => objectOf(one) === objectOf(line));
    const [found] = at < 0 ? [] : unexpected.splice(at, 1);
    const spot = blindSpots.find((each) => each.covers(line));
    const object = objectOf(line);
    if (found !== undefined) differences.push({ kind: 'changed', object, expected: line, found });
    else if (spot) differences.push({ kind: 'hidden', object, expected: line, right: spot.right });
    else differences.push({ kind: 'missing', object, expected: line });
  }
  differences.push(
    ...unexpected.map((found): Difference => ({ kind: 'unexpected', object: objectOf(found), found })),
  );
  return differences.sort((a, b) => (a.object < b.object ? -1 : 1));
}

/** The lines that only one of the two has. */
function unmatched(expected: readonly string[], actual: readonly string[]) {
  const missing = [...expected];
  const unexpected: string[] = [];
  // Whole lines first, so that a half-told one does not take the place of another.
  for (const line of [...actual].sort((a, b) => Number(a.endsWith(' ?')) - Number(b.endsWith(' ?')))) {
    const known = line.endsWith(' ?') ? line.slice(0, -2) : undefined;
    const at = missing.findIndex((one) => one === (known ?? line) || (known && one.startsWith(`${known} `)));
    if (at >= 0) missing.splice(at, 1);
    else unexpected.push(line);
  }
  return { missing, unexpected };
}

/** The name in a line of either engine's catalogue; SQL Server's keys and indexes go by all they are. */
const NAMES = [
  /^trigger CREATE (?:CONSTRAINT )?TRIGGER (\S+) .*? ON (\S+)/,
  /^index CREATE (?:UNIQUE )?INDEX (\S+)/,
  /^((?:column|check|constraint|function|trigger|view text|view) \S+)(?! reads)/,
];

/** What a line of the catalogue is about, so that two lines about the same thing can be told. */
export function objectOf(line: string): string {
  const [trigger, index, named] = NAMES.map((name) => name.exec(line));
  if (trigger) return `trigger ${trigger[2]}.${trigger[1]}`;
  if (index) return `index ${index[1]}`;
  if (named && !/^view \S+ reads /.test(line)) return named[1] ?? line;
  return line.replace(/ \?$/, '');
}
