import type { HostSaid } from '../../problem.js';
import { withoutTokens } from '../tokens/format.js';

/** What of a request was left out, although the rest of it was done. */
export interface Skipped {
  /** Ids of members that are no users of the IdP, as the IdP sent them, each once. */
  members?: readonly string[];
  /** Paths of attributes, without values. */
  attributes?: readonly string[];
  /** How many accounts the limit of departures left enabled. */
  heldBack?: number;
  /** Why the host application left the account of a departed user as it is, in its words; for the log alone. */
  host?: HostSaid;
}

/** The same as the trail and the log name it, where anything was left out. */
export interface NamedSkipped {
  members?: string[];
  /** How many members there were; only the first of them are named. */
  memberCount?: number;
  attributes?: string[];
  heldBack?: number;
}

const MOST_NAMED = 20;
const MAX_LENGTH = 100;

/** Bounded, and without the secret of a token that was pasted where an id belongs. */
export function namedSkipped({
  members = [],
  attributes = [],
  heldBack = 0,
}: Skipped): NamedSkipped | undefined {
  if (members.length + attributes.length + heldBack === 0) return undefined;
  return {
    ...(members.length > 0 && { members: first(members), memberCount: members.length }),
    ...(attributes.length > 0 && { attributes: first([...new Set(attributes)]) }),
    ...(heldBack > 0 && { heldBack }),
  };
}

/** For the details of an event: nothing where nothing was left out. */
export const skippedDetails = (skipped: Skipped): { skipped?: NamedSkipped } => {
  const named = namedSkipped(skipped);
  return named ? { skipped: named } : {};
};

export function mergeSkipped(all: readonly Skipped[]): Skipped {
  const host = all.find((one) => one.host)?.host;
  return {
    members: all.flatMap(({ members = [] }) => members),
    attributes: all.flatMap(({ attributes = [] }) => attributes),
    heldBack: all.reduce((sum, { heldBack = 0 }) => sum + heldBack, 0),
    ...(host && { host }),
  };
}

const first = (names: readonly string[]): string[] =>
  names
    .slice(0, MOST_NAMED)
    .map((name) => withoutTokens(name).slice(0, MAX_LENGTH).replace(UNSTORABLE, '\u{fffd}'));

/** U+0000, and half surrogate pairs, which the cut may leave. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const UNSTORABLE = /\u0000|\p{Surrogate}/gu;
