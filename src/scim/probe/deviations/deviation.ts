import { IDP_LABELS, IDP_NAMES, type IdpName } from '../names.js';
import { ANSWER_DEVIATIONS } from './answers.js';
import { GROUP_DEVIATIONS } from './groups.js';
import type { DeviationKind } from './kind.js';
import { LIST_DEVIATIONS } from './lists.js';
import { USER_DEVIATIONS } from './users.js';

/** Every deviation the probe knows, by its code. */
export const DEVIATIONS = {
  ...ANSWER_DEVIATIONS,
  ...LIST_DEVIATIONS,
  ...USER_DEVIATIONS,
  ...GROUP_DEVIATIONS,
} as const satisfies Record<string, DeviationKind>;

export type DeviationCode = keyof typeof DEVIATIONS;

/** One deviation as it was seen. */
export interface Deviation {
  /** Stable: a `DeviationCode`, or the code of a connection that failed. */
  code: string;
  status: 'fail' | 'warn';
  /** What the endpoint did. */
  seen: string;
  /** What is to be done. */
  rule: string;
  standard?: string;
  /** Which IdP would mind, and how. */
  minds: Partial<Record<IdpName, string>>;
}

const kindOf = (code: DeviationCode): DeviationKind => DEVIATIONS[code];

/** By what it is told that the deviation was said before; nothing where it is said every time. */
export function saidBy(code: DeviationCode, idp: string): string | undefined {
  const { once } = kindOf(code);
  return once && (once === 'run' ? code : `${idp} ${code}`);
}

/**
 * A deviation, weighed for the IdPs that are played: what breaks only another one is a warning.
 */
export function deviation(code: DeviationCode, seen: string, played: readonly IdpName[]): Deviation {
  const { severity, rule, standard, minds = {} } = kindOf(code);
  const whose = IDP_NAMES.filter((name) => name in minds);
  const breaks = severity === 'fail' && (whose.length === 0 || whose.some((name) => played.includes(name)));
  return { code, status: breaks ? 'fail' : 'warn', seen, rule, standard, minds };
}

/** In one line: what to do, where it is written, and who would mind. */
export function adviceOf({ rule, standard, minds }: Deviation): string {
  const opinions = [...new Set(IDP_NAMES.flatMap((name) => minds[name] ?? []))];
  const who = opinions.map((opinion) => {
    const names = IDP_NAMES.filter((name) => minds[name] === opinion).map((name) => IDP_LABELS[name]);
    return `${names.join(', ')}: ${opinion}`;
  });
  return `${[standard ? `${rule} (${standard})` : rule, ...who].join('. ')}.`;
}
