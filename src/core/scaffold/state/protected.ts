import type { Condition } from '../../../binding/value.js';
import {
  type ColumnFacts,
  hostColumnsOf,
  isColumnCalled,
  scalarOf,
  type TableFacts,
  valuesInWords,
} from '../facts.js';
import type { GatheredFacts } from '../gathered.js';
import { isMember } from '../people/groups.js';
import { personKey } from '../people/keys/person-key.js';
import type { Reference } from '../people/references.js';
import { administratorsByRows } from '../people/role-rows.js';
import { askedFor, type Choice, likely, type Proposal, sure } from '../proposal.js';
import { ADMIN, ADMIN_VALUE } from '../words/vocabulary.js';
import { flagValues, isFlag } from './flags.js';

/** Which accounts are those of administrators, never to be matched or changed. */
export function proposeProtected(
  users: TableFacts,
  login: string | undefined,
  gathered: GatheredFacts,
  references: readonly Reference[] = [],
): Proposal {
  const columns = hostColumnsOf(users).filter(({ name }) => name !== login);
  const flags = columns.filter((column) => isFlag(column) && isColumnCalled(column, ADMIN));
  const [flag] = flags;
  // A flag that no row has says who could be one, not who is.
  if (flag && flags.every(isNeverSet)) {
    const others = [...otherSigns(users, columns, login, gathered, references)];
    const choices = mayAdminister(columns, gathered);
    if (others.length === 0 && choices.length > 0) {
      const value = { yes: judged(flags, 'yes') };
      const evidence = flags.map((one) => valuesInWords(one.name, one.values ?? [])).join('; ');
      return askedFor('users.protected', QUESTION, value, [...choices, { value, evidence }], evidence);
    }
    if (others.length > 0) {
      const any = [judged(flags, 'yes'), ...others.map(({ condition }) => condition)];
      return likely(
        'users.protected',
        { yes: { any } },
        [
          ...flags.map((one) => valuesInWords(one.name, one.values ?? [])),
          ...others.map((one) => one.evidence),
        ].join('; '),
      );
    }
  }
  if (flag) {
    const [yes, no] = [judged(flags, 'yes'), judged(flags, 'no')];
    const rolesBeside = columns.filter((column) => !flags.includes(column) && isRole(column));
    // A flag does not say that there are no other administrators: those of a group, or those that came with the application.
    const odd = [...byGroup(gathered), ...administratorsByRows(references), ...byKey(users, gathered)];
    if (odd.length > 0) {
      const any = [yes, ...odd.map(({ condition }) => condition)];
      const evidence = [valuesInWords(flag.name, flag.values ?? []), ...odd.map((one) => one.evidence)];
      return likely('users.protected', { yes: { any } }, evidence.join('; '));
    }
    const certain =
      flags.length === 1 && flag.kind === 'boolean' && !isNeverSet(flag) && rolesBeside.length === 0
        ? sure
        : likely;
    const value = { yes, ...(flags.length === 1 && !flag.nullable && { no }) };
    return certain(
      'users.protected',
      value,
      flags.map((one) => valuesInWords(one.name, one.values ?? [])).join('; '),
    );
  }
  const found = otherSigns(users, columns, login, gathered, references);
  if (found.length === 0) {
    return askedFor(
      'users.protected',
      QUESTION,
      null,
      [
        ...mayAdminister(columns, gathered),
        { value: 'none', evidence: 'none: every account may be changed' },
      ],
      'nothing shows who administers the application',
    );
  }
  const conditions = found.map(({ condition }) => condition);
  const [only] = conditions;
  return likely(
    'users.protected',
    { yes: conditions.length === 1 && only ? only : { any: conditions } },
    found.map(({ evidence }) => evidence).join('; '),
  );
}

const QUESTION = 'Which accounts are those of administrators, never to be matched or changed?';

/** Who administers, but for flags that say it. */
const otherSigns = (
  users: TableFacts,
  columns: readonly ColumnFacts[],
  login: string | undefined,
  gathered: GatheredFacts,
  references: readonly Reference[],
): Sign[] => [
  ...columns.flatMap(byValue),
  ...columns.flatMap((column) => byReference(column, gathered)),
  ...byGroup(gathered),
  ...administratorsByRows(references),
  ...byLogin(login, gathered),
  ...byKey(users, gathered),
];

/** Where there are rows to tell. */
const isNeverSet = (flag: ColumnFacts): boolean =>
  (flag.values ?? []).length > 0 &&
  (flag.values ?? []).every(({ value }) => value === null || scalarOf(flag, value) !== flagValues(flag).yes);

/** A role or level of several kinds of accounts. */
const isRole = ({ words, kind, values = [] }: ColumnFacts): boolean =>
  ROLE.test(words.bare) && ['text', 'integer', 'guid'].includes(kind) && values.length > 1;

/** Roles, levels and groups of which one may be that of administrators, those of few accounts first. */
function mayAdminister(columns: readonly ColumnFacts[], { groups, names }: GatheredFacts): Choice[] {
  const found = [
    ...columns
      .filter(({ words, kind }) => ROLE.test(words.bare) && ['text', 'integer', 'guid'].includes(kind))
      .flatMap((column) =>
        (column.values ?? []).flatMap(({ value, rows }) => {
          const name = names.get(column.name)?.find(({ key }) => key === value)?.name;
          if (value === null || value === '' || column.values?.length === 1) return [];
          return [
            {
              value: { yes: { column: column.name, in: [scalarOf(column, value)] } },
              evidence: `${column.name} is ${value}${name === undefined ? '' : ` (${name})`}: ${rows} ${rows === 1 ? 'row' : 'rows'}`,
              rows,
            },
          ];
        }),
      ),
    ...groups.flatMap((grouping) =>
      grouping.members
        .filter((one) => one.all > 0 && one.people < grouping.people)
        .map((one) => ({
          value: { yes: isMember(grouping, [one.name]) },
          evidence: `members of ${one.name}: ${one.all}`,
          rows: one.all,
        })),
    ),
  ];
  return found
    .sort((a, b) => a.rows - b.rows)
    .slice(0, 8)
    .map(({ value, evidence }) => ({ value, evidence }));
}

const ROLE =
  /role|rolle|rol$|perfil|profil|level|rank|rights|recht|privilege|security|access|power|berechtig|juese|角色|权限|権限/u;

function judged(flags: readonly ColumnFacts[], which: 'yes' | 'no'): Condition {
  const all = flags.map((flag): Condition => ({ column: flag.name, in: [flagValues(flag)[which]] }));
  return all.length === 1 && all[0] ? all[0] : { any: all };
}

interface Sign {
  condition: Condition;
  evidence: string;
}

/** A role that a column of the people names. */
function byValue(column: ColumnFacts): Sign[] {
  if (
    column.kind !== 'text' ||
    !/role|roles|type|rolle|perfil|level|rank|juese|角色|权限/u.test(column.words.bare)
  )
    return [];
  const values = (column.values ?? []).filter(({ value }) => ADMIN_VALUE.test(value ?? ''));
  if (values.length === 0 || values.length === column.values?.length) return [];
  const isList = values.some(({ value }) => /[ ,;]/.test(value ?? ''));
  const token = /[\p{L}\p{N}_.-]*(?:admin|superuser|owner|root)[\p{L}\p{N}_.-]*/iu.exec(
    values[0]?.value ?? '',
  )?.[0];
  const condition: Condition =
    isList && token !== undefined
      ? { column: column.name, like: `%${token.replaceAll(/[\\%_]/g, '\\$&')}%` }
      : { column: column.name, in: values.map(({ value }) => scalarOf(column, value)) };
  return [{ condition, evidence: `${valuesInWords(column.name, values)} of administrators` }];
}

function byGroup({ groups }: GatheredFacts): Sign[] {
  return groups.flatMap((grouping) => {
    const { members, people } = grouping;
    const names = members.filter(
      (one) => ADMIN_VALUE.test(one.name) && (people === 0 || one.people < people),
    );
    if (names.length === 0) return [];
    return [
      {
        condition: isMember(
          grouping,
          names.map((one) => one.name),
        ),
        evidence: `members of ${names.map((one) => `${one.name} (${one.all})`).join(', ')}`,
      },
    ];
  });
}

/** A role that a column of the people refers to. */
function byReference(column: ColumnFacts, { names }: GatheredFacts): Sign[] {
  if (!/role|rolle|perfil|profile|level|juese|角色|group/u.test(column.words.bare)) return [];
  const admins = (names.get(column.name) ?? []).filter(({ name }) => ADMIN_VALUE.test(name));
  if (admins.length === 0) return [];
  return [
    {
      condition: { column: column.name, in: admins.map(({ key }) => scalarOf(column, key)) },
      evidence: `${column.name} is ${admins.map(({ key, name }) => `${key} (${name})`).join(', ')}`,
    },
  ];
}

function byLogin(login: string | undefined, { knownLogins }: GatheredFacts): Sign[] {
  if (login === undefined || knownLogins.length === 0) return [];
  return [
    {
      condition: { column: login, in: knownLogins.map((one) => one.login), ignoreCase: true },
      evidence: `${login} is ${knownLogins.map((one) => one.login).join(', ')} in ${knownLogins.reduce((sum, { rows }) => sum + rows, 0)} rows`,
    },
  ];
}

function byKey(users: TableFacts, { oddKeys }: GatheredFacts): Sign[] {
  const key = personKey(users)?.column;
  const low = oddKeys.filter((one) => one < 0);
  return key === undefined || low.length === 0
    ? []
    : [
        {
          condition: { column: key, below: 0 },
          evidence: `${key} is below zero in ${low.length} ${low.length === 1 ? 'row' : 'rows'}`,
        },
      ];
}
