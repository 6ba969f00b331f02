import { EXIT_CODES } from '../exit-codes.js';
import { COMMAND_LINE } from './command-line.js';
import { CONNECTION } from './connection.js';
import { DATABASE } from './database.js';
import { ENDPOINT } from './endpoint.js';
import type { Explanations } from './explanation.js';
import { EXPORTS } from './exports.js';
import { HOST } from './host.js';
import { KERBEROS } from './kerberos.js';
import { PEOPLE } from './people.js';
import { REQUESTS } from './requests.js';
import { LOG_EVENTS } from './running/log-events.js';
import { SERVICES } from './running/service.js';
import { SETTINGS } from './settings.js';
import { TLS } from './tls.js';
import { TOKENS } from './tokens.js';
import { TRAIL } from './trail.js';

/** All explanations, by what they are about, in the order of docs/problems.md. */
export const AREAS: readonly { area: string; explanations: Explanations }[] = [
  { area: 'Command line', explanations: COMMAND_LINE },
  { area: 'Settings', explanations: SETTINGS },
  { area: 'Connection to the database', explanations: CONNECTION },
  { area: 'TLS to the database', explanations: TLS },
  { area: 'Integrated security', explanations: KERBEROS },
  { area: 'Schema, rights and embedded database', explanations: DATABASE },
  { area: 'Host application', explanations: HOST },
  { area: 'IdPs and tokens', explanations: TOKENS },
  { area: 'Users, groups and seats', explanations: PEOPLE },
  { area: 'Exports and reconciliation', explanations: EXPORTS },
  { area: 'Audit trail', explanations: TRAIL },
  { area: 'Endpoint and probe', explanations: ENDPOINT },
  { area: 'Services', explanations: SERVICES },
  { area: 'Refused requests', explanations: REQUESTS },
  { area: 'Events in the log of the endpoint', explanations: LOG_EVENTS },
];

/** What `explain` prints of a code. */
export interface Explained {
  code: string;
  area: string;
  /** Null for codes of the log of the endpoint, which end no command. */
  exitCode: number | null;
  /** Another exit code that the same code has in some cases. */
  otherExitCode: number | null;
  /** Words for it in the field `auth` of the log. */
  auth: readonly string[];
  meaning: string;
  causes: readonly string[];
  next: string;
}

const exitCodeOf = (kind: keyof typeof EXIT_CODES | undefined): number | null =>
  kind === undefined ? null : EXIT_CODES[kind].code;

/** Every code, in the order of the areas. */
export const EXPLAINED: readonly Explained[] = AREAS.flatMap(({ area, explanations }) =>
  Object.entries(explanations).map(([code, { kind, otherKind, auth = [], meaning, causes = [], next }]) => ({
    code,
    area,
    exitCode: exitCodeOf(kind),
    otherExitCode: exitCodeOf(otherKind),
    auth,
    meaning,
    causes,
    next,
  })),
);

/** `1`, `1 or 3`; nothing where no command ends with it. */
export const exitCodesInWords = ({ exitCode, otherExitCode }: Explained): string =>
  [exitCode, otherExitCode].filter((code) => code !== null).join(' or ');

/** The first sentence of the meaning, which stands alone. */
export const inShort = ({ meaning }: Explained): string => /^.*?[.](?= |$)/.exec(meaning)?.[0] ?? meaning;

/**
 * The code in a text as people paste it: `Seats-Exhausted`, `[seats-exhausted]`, a whole error that ends with one in
 * brackets, or a field of the log such as `"problem":"seats-exhausted"` or `auth=expired`.
 */
export function codeIn(pasted: string): string {
  const text = pasted.trim().toLowerCase();
  const bracketed = /\[\s*([a-z][\w-]*)\s*\]/.exec(text)?.[1];
  const field = /^["'{]*(?:problem|auth|code|event)["']?\s*[:=]\s*["']?([\w-]+)/.exec(text)?.[1];
  return bracketed ?? field ?? text.replace(/^[\s["'`(]+|[\s\]"'`).,;:]+$/g, '');
}

/** The explanation of a code, or of a word in the field `auth` of the log. */
export const explanationOf = (code: string): Explained | undefined =>
  EXPLAINED.find((one) => one.code === code) ?? EXPLAINED.find(({ auth }) => auth.includes(code));
