import type { Enabled } from '../../../binding/binding.js';
import type { Condition } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, isColumnCalled, type TableFacts, valuesInWords } from '../facts.js';
import type { Reference } from '../people/references.js';
import { askedFor, type Choice, likely, type Proposal, sure } from '../proposal.js';
import { stateMeanings } from '../words/state-words.js';
import * as called from '../words/vocabulary.js';
import { elsewhere } from './elsewhere.js';
import { flagValues, isFlag } from './flags.js';
import { deletedSign, endOf, flagOf, isOfPasswords, isTime, lockOf, timeOf, untilOf } from './signs.js';
import { isState, type Sign, signsOfState, stateValues } from './status-column.js';

const NAME = 'users.enabled';
const QUESTION = 'Which accounts can sign in, and what does a disabled one look like?';

/** How an account shows whether it can sign in. */
export function proposeEnabled(users: TableFacts, references: readonly Reference[]): Proposal {
  const columns = hostColumnsOf(users);
  const own = ofColumns(columns);
  const isMarkAlone =
    own?.certainty === 'ask' && !columns.some((column) => flagOf(column).length > 0 || isState(column));
  if (own && !isMarkAlone) return own;
  const found = elsewhere(references, {
    ...{ name: NAME, question: QUESTION },
    of: (table) => ofColumns(hostColumnsOf(table)),
  });
  const choices = [...(own?.choices ?? []), ...(found.choices ?? [])];
  return own ? { ...own, value: own.value, choices } : found;
}

/** What the columns of a table say; nothing where they say nothing. */
function ofColumns(columns: readonly ColumnFacts[]): Proposal | undefined {
  const flags = columns.flatMap(flagOf);
  const states = columns.filter(isState);
  if (flags.length + states.length > 0) return fromColumns(flags, states, columns);

  const ended = columns.filter(
    (column) =>
      isTime(column) &&
      (isColumnCalled(column, called.DISABLED_AT) || isColumnCalled(column, called.DELETED_AT)),
  );
  const gone = columns.filter((column) => isFlag(column) && isColumnCalled(column, called.DELETED_FLAG));
  const locks = columns.filter(isLockEnd);
  const [end] = ended;
  if (end && ended.length === 1 && gone.length + locks.length === 0) {
    const { yes, no, evidence } = endOf(end);
    return likely(NAME, { yes, no }, evidence);
  }
  if (ended.length + gone.length > 0) {
    const signs = [...ended.map(endOf), ...gone.map(deletedSign), ...locks.map(lockOf)];
    const together = signs.length > 1 ? [choice(signs)] : [];
    return askedFor(
      NAME,
      QUESTION,
      null,
      [...together, ...signs.map((sign) => choice([sign]))],
      signs.length > 1 ? 'several columns look like an end' : 'only a mark of deletion looks like an end',
    );
  }
  if (locks[0])
    return fromLock(
      locks[0],
      columns.find((column) => isFlag(column) && isColumnCalled(column, called.LOCK_WORKS)),
    );
  const until = columns.find((column) => isTime(column) && isColumnCalled(column, called.VALID_UNTIL));
  if (until)
    return askedFor(
      NAME,
      QUESTION,
      null,
      [choice([untilOf(until)])],
      'only an end of validity looks like it',
    );
  return undefined;
}

const isLockEnd = (column: ColumnFacts) => isTime(column) && isColumnCalled(column, called.LOCK_ENDS);

/** Columns beside a flag or a state may end an account, too: what they mean, only a person knows. */
function fromColumns(
  flags: readonly Sign[],
  states: readonly ColumnFacts[],
  columns: readonly ColumnFacts[],
): Proposal {
  const firm = flags.filter(({ isLock }) => !isLock);
  const [flag] = firm;
  const [state] = states;
  const all = columns.flatMap(timeOf);
  const passing = all.filter(isOfPasswords);
  const times = all.filter((time) => !passing.includes(time));
  if (flag && flags.length === 1 && !state && times.length === 0) {
    const more = columns.filter((column) => column !== flag.column && maySayMore(column));
    const certain = flag.column.kind === 'boolean' && more.length === 0 ? sure : likely;
    const evidence = [flag.evidence, ...more.map(({ name }) => `${name} beside it may say more`)].join('; ');
    return certain(NAME, { ...enabledBy([flag]), ...temporarily(passing) }, evidence);
  }
  if (state && states.length === 1 && flags.length + times.length === 0) return fromState(state, passing);
  const together = [
    ...firm.filter(({ column }) => isColumnCalled(column, called.DISABLED)),
    ...firm.filter(({ column }) => !isColumnCalled(column, called.DISABLED)),
    ...flags.filter(({ isLock }) => isLock),
  ];
  const stateSigns = states.flatMap((one) => signsOfState(one).slice(0, 3));
  const locks = flags.filter(({ isLock }) => isLock);
  const choices = [
    ...(together.length > 1 ? [choice(together)] : []),
    ...(firm.length > 1 && firm.length < together.length ? [choice(firm)] : []),
    ...(firm.length > 0 && locks.length > 0 ? [choice(firm, locks)] : []),
    ...stateSigns.slice(0, 4).map((one) => choice([one])),
    ...flags.map((one) => choice([one])),
    ...(stateSigns[0] && firm.length > 0 ? [choice([...firm, stateSigns[0]])] : []),
    ...(stateSigns[0] && locks.length > 0 ? [choice([stateSigns[0]], locks)] : []),
    ...times.flatMap((time) => [
      ...(flag
        ? [choice([time, flag]), choice([flag, time])]
        : stateSigns[0]
          ? [choice([stateSigns[0], time])]
          : []),
      choice([time]),
    ]),
  ].map((one) => ({ ...one, value: { ...(one.value as Enabled), ...temporarily(passing, one.value) } }));
  return askedFor(
    NAME,
    QUESTION,
    choices[0]?.value ?? null,
    choices,
    [
      ...[...flags, ...all].map(({ evidence }) => evidence),
      ...states.map((one) => valuesInWords(one.name, stateValues(one))),
    ].join('; '),
  );
}

/** Whether a column beside the one that tells the state may end an account as well. */
const maySayMore = (column: ColumnFacts): boolean =>
  called.STATE_LIKE.test(column.words.bare) ||
  (isTime(column) && /lock|block|suspend|ban|gesperrt|bloque/u.test(column.words.bare)) ||
  [
    ...[called.STATUS, called.LOCK_ENDS, called.VALID_UNTIL, called.DELETED_AT, called.DELETED_FLAG],
    ...[called.DISABLED_AT, called.LOCKED, called.DISABLED, called.ENABLED],
  ].some((pattern) => isColumnCalled(column, pattern));

/** What locks an account for now, beside what it was said to have. */
function temporarily(locks: readonly Sign[], value?: unknown): Pick<Enabled, 'temporarily'> {
  const before = (value as Enabled | undefined)?.temporarily;
  const all = [...(before ? [before] : []), ...locks.map(({ no }) => no)];
  const [one] = all;
  if (!one) return {};
  return { temporarily: all.length > 1 ? { any: all } : one };
}

function fromState(column: ColumnFacts, passing: readonly Sign[]): Proposal {
  const signs = signsOfState(column);
  const evidence = valuesInWords(column.name, stateValues(column));
  const meanings = stateMeanings(stateValues(column).map(({ value }) => value ?? ''));
  const isKnown =
    column.kind === 'text' &&
    isColumnCalled(column, called.STATUS) &&
    meanings.unknown.length === 0 &&
    meanings.enabled.length > 0 &&
    meanings.disabled.length > 0;
  const [best] = signs;
  const also = temporarily(passing);
  if (isKnown && best) return likely(NAME, { ...enabledBy([best]), ...also }, evidence);
  return askedFor(
    NAME,
    QUESTION,
    best ? { ...enabledBy([best]), ...also } : null,
    signs.map((one) => ({ ...choice([one]), value: { ...enabledBy([one]), ...also } })),
    evidence,
  );
}

function fromLock(ends: ColumnFacts, works: ColumnFacts | undefined): Proposal {
  const { yes, no } = lockOf(ends);
  const alone: Enabled = { yes, no };
  const choices: Choice[] = [];
  if (works) {
    const flag = flagValues(works);
    const open = (yes as { any: Condition[] }).any;
    choices.push({
      value: {
        yes: { any: [{ column: works.name, in: [flag.no] }, ...open] },
        no: { all: [no, { column: works.name, in: [flag.yes] }] },
      },
      evidence: `disabled while ${ends.name} lies ahead and ${works.name} is set; disabling writes both`,
    });
  }
  choices.push({ value: alone, evidence: `disabled while ${ends.name} lies ahead` });
  const { statistics } = ends;
  return askedFor(
    NAME,
    QUESTION,
    choices[0]?.value ?? null,
    choices,
    `no column says enabled; ${ends.name} lies ahead in ${statistics?.future ?? 0} of ${statistics?.rows ?? 0} rows. A lock after wrong passwords looks the same`,
  );
}

function enabledBy(signs: readonly Sign[]): Enabled {
  const [one] = signs;
  if (one && signs.length === 1) return { yes: one.yes, no: one.no };
  return { yes: { all: signs.map(({ yes }) => yes) }, no: { any: signs.map(({ no }) => no) } };
}

/** Of several signs together, the first is what disabling writes; see `stateWrites`. `locks` hold for now. */
function choice(signs: readonly Sign[], locks: readonly Sign[] = []): Choice {
  const [first, ...more] = signs;
  const value = { ...enabledBy(signs), ...temporarily(locks) };
  const passing = locks.map(({ column }) => `; ${column.name} locks for now, and is no disable`).join('');
  if (!first || more.length === 0) return { value, evidence: `${first?.evidence ?? ''}${passing}` };
  const each = signs.map(({ evidence }) => evidence.replace(/, disabling writes .*$/, ''));
  const evidence = `${each.join(', and ')}; disabling changes ${first.column.name} alone${passing}`;
  return { value, evidence };
}
