import type { Enabled } from '../../../binding/binding.js';
import type { Condition } from '../../../binding/value.js';
import {
  type ColumnFacts,
  countsInWords,
  hostColumnsOf,
  isColumnCalled,
  type Reference,
  type TableFacts,
} from '../facts.js';
import { clockOf } from '../people/last-sign-in.js';
import { askedFor, type Choice, likely, type Proposal, sure } from '../proposal.js';
import { stateMeanings } from '../words/state-words.js';
import * as called from '../words/vocabulary.js';
import { flagValues, isFlag } from './flags.js';
import { type Sign, signsOfState, stateValues } from './status-column.js';

const NAME = 'users.enabled';
const QUESTION = 'Which accounts can sign in, and what does a disabled one look like?';

/** How an account shows whether it can sign in. */
export function proposeEnabled(users: TableFacts, references: readonly Reference[]): Proposal {
  const columns = hostColumnsOf(users);
  const flags = columns.flatMap(flagOf);
  const states = columns.filter(
    (column) => isColumnCalled(column, called.STATUS) && stateValues(column).length > 0,
  );
  if (flags.length + states.length > 0) return fromColumns(flags, states, columns.flatMap(timeOf));

  const ended = columns.filter(
    (column) =>
      isTime(column) &&
      (isColumnCalled(column, called.DISABLED_AT) || isColumnCalled(column, called.DELETED_AT)),
  );
  const [end] = ended;
  if (end && ended.length === 1) {
    const { yes, no, evidence } = endOf(end);
    return likely(NAME, { yes, no }, evidence);
  }
  if (ended.length > 1) {
    return askedFor(
      NAME,
      QUESTION,
      null,
      ended.map((column) => choice([endOf(column)])),
      'several instants look like an end',
    );
  }
  const locks = columns.filter((column) => isTime(column) && isColumnCalled(column, called.LOCK_ENDS));
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
  return elsewhere(references);
}

/** `times` are instants that may end an account beside a flag: what they mean, only a person knows. */
function fromColumns(
  flags: readonly Sign[],
  states: readonly ColumnFacts[],
  times: readonly Sign[],
): Proposal {
  const firm = flags.filter(({ isLock }) => !isLock);
  const [flag] = firm;
  const [state] = states;
  if (flag && flags.length === 1 && !state && times.length === 0) {
    const certain = flag.column.kind === 'boolean' ? sure : likely;
    return certain(NAME, enabledBy([flag]), flag.evidence);
  }
  if (state && states.length === 1 && flags.length + times.length === 0) return fromState(state);
  const together = [
    ...firm.filter(({ column }) => isColumnCalled(column, called.DISABLED)),
    ...firm.filter(({ column }) => !isColumnCalled(column, called.DISABLED)),
    ...flags.filter(({ isLock }) => isLock),
  ];
  const stateSigns = states.flatMap((one) => signsOfState(one).slice(0, 3));
  const choices = [
    ...(together.length > 1 ? [choice(together)] : []),
    ...(firm.length > 1 && firm.length < together.length ? [choice(firm)] : []),
    ...stateSigns.slice(0, 4).map((one) => choice([one])),
    ...flags.map((one) => choice([one])),
    ...(stateSigns[0] && firm.length > 0 ? [choice([...firm, stateSigns[0]])] : []),
    ...times.flatMap((time) => [
      ...(flag
        ? [choice([time, flag]), choice([flag, time])]
        : stateSigns[0]
          ? [choice([stateSigns[0], time])]
          : []),
      choice([time]),
    ]),
  ];
  return askedFor(
    NAME,
    QUESTION,
    choices[0]?.value ?? null,
    choices,
    [
      ...[...flags, ...times].map(({ evidence }) => evidence),
      ...states.map((one) => countsInWords(one.name, stateValues(one))),
    ].join('; '),
  );
}

function fromState(column: ColumnFacts): Proposal {
  const signs = signsOfState(column);
  const evidence = countsInWords(column.name, stateValues(column));
  const meanings = stateMeanings(stateValues(column).map(({ value }) => value ?? ''));
  const isKnown =
    column.kind === 'text' &&
    meanings.unknown.length === 0 &&
    meanings.enabled.length > 0 &&
    meanings.disabled.length > 0;
  const [best] = signs;
  if (isKnown && best) return likely(NAME, enabledBy([best]), evidence);
  return askedFor(
    NAME,
    QUESTION,
    best ? enabledBy([best]) : null,
    signs.map((one) => choice([one])),
    evidence,
  );
}

function flagOf(column: ColumnFacts): Sign[] {
  if (!isFlag(column) || isColumnCalled(column, called.LOCK_WORKS)) return [];
  const isNegative = isColumnCalled(column, called.DISABLED);
  const isLock = isColumnCalled(column, called.LOCKED);
  if (!isNegative && !isLock && !isColumnCalled(column, called.ENABLED)) return [];
  const { yes, no } = flagValues(column);
  const [on, off] = isNegative || isLock ? [no, yes] : [yes, no];
  return [
    {
      column,
      yes: { column: column.name, in: column.nullable ? [on, null] : [on] },
      no: { column: column.name, in: [off] },
      isLock,
      evidence: `${isNegative || isLock ? 'inverted: ' : ''}${column.values ? countsInWords(column.name, column.values) : column.name}`,
    },
  ];
}

/** An instant that may end an account, or suspend it. */
function timeOf(column: ColumnFacts): Sign[] {
  if (!isTime(column)) return [];
  if (isColumnCalled(column, called.DISABLED_AT)) return [endOf(column)];
  if (column.kind !== 'instant' || !isColumnCalled(column, called.LOCK_ENDS)) return [];
  const open: Condition[] = [
    { column: column.name, null: true },
    { column: column.name, before: 'now' },
  ];
  return [
    {
      column,
      yes: { any: open },
      no: { column: column.name, after: 'now' },
      isLock: true,
      evidence: `${column.name} lies ahead in ${column.statistics?.future ?? 0} rows`,
    },
  ];
}

const isTime = ({ kind }: ColumnFacts) => kind === 'instant' || kind === 'integer';

function endOf(column: ColumnFacts): Sign {
  const isNumber = column.kind === 'integer';
  return {
    column,
    yes: isNumber ? { column: column.name, in: [0, null] } : { column: column.name, null: true },
    no: isNumber ? { column: column.name, above: 0 } : { column: column.name, null: false },
    isLock: false,
    evidence: `${column.name} is ${isNumber ? `0 (or the ${clockOf(column).replace('epoch-', '')} since 1970` : 'null (or the instant'} of the end)`,
  };
}

function untilOf(column: ColumnFacts): Sign {
  const as = clockOf(column);
  const clock = as === 'instant' ? {} : { as };
  return {
    column,
    yes: {
      any: [
        { column: column.name, null: true },
        { column: column.name, after: 'now', ...clock },
      ],
    },
    no: { column: column.name, before: 'now', ...clock },
    isLock: false,
    evidence: `${column.name} lies ahead, or is null`,
  };
}

function fromLock(ends: ColumnFacts, works: ColumnFacts | undefined): Proposal {
  const open: Condition[] = [
    { column: ends.name, null: true },
    { column: ends.name, before: 'now' },
  ];
  const alone: Enabled = { yes: { any: open }, no: { column: ends.name, after: 'now' } };
  const choices: Choice[] = [];
  if (works) {
    const { yes, no } = flagValues(works);
    choices.push({
      value: {
        yes: { any: [{ column: works.name, in: [no] }, ...open] },
        no: {
          all: [
            { column: ends.name, after: 'now' },
            { column: works.name, in: [yes] },
          ],
        },
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

/** The state is in another table, such as the membership of an organisation. */
function elsewhere(references: readonly Reference[]): Proposal {
  const choices: Choice[] = [];
  for (const { table } of references) {
    const qualify = (condition: Condition): Condition => ({ ...condition, of: table.name }) as Condition;
    for (const column of hostColumnsOf(table)) {
      const signs =
        isColumnCalled(column, called.STATUS) && stateValues(column).length > 0
          ? signsOfState(column)
          : flagOf(column);
      for (const { yes, no, evidence } of signs)
        choices.push({ value: { yes: qualify(yes), no: qualify(no) }, evidence: `${table.id}: ${evidence}` });
    }
  }
  return askedFor(
    NAME,
    QUESTION,
    choices[0]?.value ?? null,
    choices.slice(0, 8),
    'no column of the people says whether they can sign in',
  );
}

function enabledBy(signs: readonly Sign[]): Enabled {
  const [one] = signs;
  if (one && signs.length === 1) return { yes: one.yes, no: one.no };
  return { yes: { all: signs.map(({ yes }) => yes) }, no: { any: signs.map(({ no }) => no) } };
}

/** Of several signs together, the first is what disabling writes; see `stateWrites`. */
function choice(signs: readonly Sign[]): Choice {
  const [first, ...more] = signs;
  if (!first || more.length === 0) return { value: enabledBy(signs), evidence: first?.evidence ?? '' };
  const each = signs.map(({ evidence }) => evidence.replace(/, disabling writes .*$/, ''));
  const evidence = `${each.join(', and ')}; disabling changes ${first.column.name} alone`;
  return { value: enabledBy(signs), evidence };
}
