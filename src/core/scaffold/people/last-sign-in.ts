import type { Clock } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, isColumnCalled, type TableFacts } from '../facts.js';
import { likely, type Proposal } from '../proposal.js';
import { LAST_SIGN_IN } from '../words/vocabulary.js';
import { mayBeEpoch } from '../writes/moments.js';
import { isOneEach, matchOf, type Reference } from './references.js';

/** When a person signed in last: a column of the people. */
export function proposeLastSignIn(users: TableFacts, references: readonly Reference[]): Proposal {
  const column = signInOf(users);
  const beside = column && rank(column) < ACTIVITY ? undefined : besideOf(references);
  if (beside && (!column || rank(beside.at) < rank(column))) return beside.proposal;
  if (!column) return fromRows(references);
  const as = clockOf(column);
  return likely(
    'users.last-sign-in',
    { read: { column: column.name }, ...(as !== 'instant' && { as }) },
    `${column.name} has such a name${as === 'instant' ? '' : `, in ${as.replace('epoch-', '')} since 1970`}`,
  );
}

/** The column that comes nearest to the latest sign-in: a sign-in before an access or a visit. */
function signInOf(table: TableFacts): ColumnFacts | undefined {
  const found = hostColumnsOf(table).filter(
    (one) => (one.kind === 'instant' || mayBeEpoch(one)) && isColumnCalled(one, LAST_SIGN_IN),
  );
  return found.sort((a, b) => rank(a) - rank(b))[0];
}

const rank = ({ words }: ColumnFacts) =>
  (/log[io]n|sign|anmeld|connexion|denglu|ログイン|ingreso|sesion/u.test(words.whole) ? 0 : ACTIVITY) +
  (/prev|fail|bad/u.test(words.whole) ? 4 : 0) +
  (/current/u.test(words.whole) ? 0 : 1);
const ACTIVITY = 2;

/** A column of a table with one row for each person. */
function besideOf(references: readonly Reference[]): { at: ColumnFacts; proposal: Proposal } | undefined {
  for (const reference of references) {
    const { table } = reference;
    const at = isOneEach(reference) ? signInOf(table) : undefined;
    if (!at) continue;
    const as = clockOf(at);
    const latest = {
      function: 'max' as const,
      table: table.id,
      match: matchOf(reference),
      column: at.name,
    };
    const proposal = likely(
      'users.last-sign-in',
      { read: { aggregate: latest }, ...(as !== 'instant' && { as }) },
      `${table.id}.${at.name} has such a name`,
    );
    return { at, proposal };
  }
  return undefined;
}

/** Of a table with a row for each sign-in, the latest that succeeded. */
function fromRows(references: readonly Reference[]): Proposal {
  for (const reference of references) {
    const { table } = reference;
    const at = hostColumnsOf(table).find(
      ({ kind, words }) =>
        kind === 'instant' && /^(login|logon|signin|loggedin)(date|time|at|datetime|on)$/u.test(words.own),
    );
    if (!at || !/log[io]n|sign/u.test(table.id.toLowerCase())) continue;
    const result = hostColumnsOf(table).find(({ words }) =>
      /^(login|logon|signin)?(status|result|success|succeeded)$/u.test(words.own),
    );
    const good = result?.values?.find(({ value }) => /^(1|succe|ok$|true$)/iu.test(value ?? ''))?.value;
    if (result && good === undefined) continue;
    return likely(
      'users.last-sign-in',
      {
        read: {
          aggregate: {
            function: 'max',
            table: table.id,
            match: matchOf(reference),
            column: at.name,
            ...(result && { where: { column: result.name, in: [result.kind === 'boolean' ? true : good] } }),
          },
        },
      },
      `the latest ${at.name} of ${table.id}`,
    );
  }
  return likely('users.last-sign-in', null, 'no column has such a name');
}

/** What a number that is an instant counts, from how large it is. */
export function clockOf({ kind, statistics }: ColumnFacts): Clock {
  if (kind === 'instant') return 'instant';
  return (statistics?.greatest ?? 0) > 100_000_000_000 ? 'epoch-milliseconds' : 'epoch-seconds';
}
