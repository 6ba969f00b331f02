import type { Enabled } from '../../../binding/binding.js';
import type { Condition, Scalar } from '../../../binding/value.js';
import {
  type ColumnFacts,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  scalarOf,
  type TableFacts,
  valuesInWords,
} from '../facts.js';
import type { GatheredFacts } from '../gathered.js';
import { askedFor, type Choice, likely, type Proposal } from '../proposal.js';
import { flagValues, isFlag } from '../state/flags.js';
import * as called from '../words/vocabulary.js';
import { isMember } from './groups.js';
import { keyPartsOf, untoldInWords } from './keys/key-parts.js';
import { keyParts, personKey } from './keys/person-key.js';
import { ofTenant } from './keys/tenant-column.js';
import { ofTenantsBeside } from './keys/tenants-beside.js';
import { ofDeletion, ofKnownLogins, ofLogin, type WherePart } from './no-account.js';
import { isOneEach, matchOf, type Reference, referringColumns } from './references.js';

interface Known {
  login: string | undefined;
  email: string | undefined;
  enabled: Enabled | undefined;
  references: readonly Reference[];
  gathered: GatheredFacts;
}

/** `all`, for every row: what `users.where` takes where every row is a person. */
export const EVERY_ROW = 'all';

/** Which rows of the table of people are people. */
export function proposeWhere(users: TableFacts, known: Known): Proposal {
  const columns = hostColumnsOf(users).filter(({ name }) => name !== known.login && name !== known.email);
  const kinds = columns.flatMap((column) => ofKind(column));
  const key = personKey(users);
  const ofKey = keyPartsOf(users, known.gathered);
  const ofTenants = columns
    .filter(({ name }) => !key?.others.includes(name))
    .flatMap((column) => ofTenant(users, column, known));
  const hasTenants = ofTenants.length + ofKey.parts.length > 0;
  const parts = [
    ...ofKey.parts,
    ...kinds,
    ...columns.flatMap((column) => ofFlag(column)),
    ...columns.flatMap((column) => ofMark(column)),
    ...ofTenants,
    ...(hasTenants ? [] : ofTenantsBeside(users, known.references)),
    ...ofSideTables(known.references),
    ...ofGroups(known.gathered),
    ...ofKeys(users, known.gathered),
    ...ofKnownLogins(known.login, known.gathered),
    ...columns.flatMap((column) => ofDeletion(column, known.enabled)),
    ...ofLogin(users, known.login, kinds.length > 0),
  ];
  const [first] = hostColumnsOf(users);
  if ((first?.statistics?.rows ?? 0) === 0) {
    const deleted = together(parts.map((part) => part.value)) ?? EVERY_ROW;
    const choices = unique([
      { value: deleted, evidence: 'by the names of columns' },
      { value: EVERY_ROW, evidence: 'every row is a person' },
    ]);
    return askedFor(
      'users.where',
      `Which rows of ${users.id} are people to be provisioned?`,
      deleted,
      choices,
      ['no row could be read', ...untoldInWords(ofKey.untold)].join('; '),
    );
  }
  if (parts.length + ofKey.untold.length === 0)
    return likely('users.where', EVERY_ROW, 'nothing sets some rows apart');
  const tenant = parts.find(({ kind, isLikely }) => kind === 'tenant' && isLikely);
  const proposed = parts.filter(({ kind, isLikely }) => isLikely && kind === undefined);
  const all = [...(tenant ? [tenant] : []), ...proposed];
  const value = together(all.map((part) => part.value)) ?? EVERY_ROW;
  const evidence = all.length > 0 ? all.map((part) => part.evidence).join('; ') : 'nothing that is certain';
  if (ofKey.untold.length === 0 && parts.every(({ isForPerson }) => !isForPerson))
    return likely('users.where', value, evidence);
  const choices = unique([
    { value, evidence: all.length > 1 ? `all of these: ${evidence}` : evidence },
    ...ofKey.choices,
    ...parts
      .filter((part) => !ofKey.parts.includes(part))
      .map((part) => ({ value: together([...ofKey.chosen, part.value]), evidence: part.evidence })),
    { value: EVERY_ROW, evidence: 'every row is a person' },
  ]);
  return {
    name: 'users.where',
    value,
    certainty: 'ask',
    evidence: [
      ...parts.filter(({ kind }) => kind !== 'other').map((part) => part.evidence),
      ...untoldInWords(ofKey.untold),
    ].join('; '),
    question: `Which rows of ${users.id} are people to be provisioned?`,
    choices,
    parts: parts
      .filter(({ kind }) => kind !== 'other')
      .map((part) => ({ value: part.value, evidence: part.evidence })),
  };
}

export const together = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.length > 1 ? { all: [...conditions] } : conditions[0];

const unique = (choices: readonly Choice[]): Choice[] => {
  const said = choices.map(({ value }) => JSON.stringify(value));
  return choices.filter((_, at) => said.indexOf(said[at] ?? '') === at);
};

const counts = (column: ColumnFacts) => valuesInWords(column.name, column.values ?? []);

const UNLIKE_PEOPLE =
  /group|bot|service|anonym|organi[sz]|system|machine|guest|robot|api|contact|template|dienst|gruppe/iu;

function ofKind(column: ColumnFacts): WherePart[] {
  const values = column.values ?? [];
  if (
    !isColumnCalled(column, called.DISCRIMINATOR) ||
    values.length < 2 ||
    !['text', 'integer'].includes(column.kind)
  )
    return [];
  const person =
    values.find(({ value }) => called.PERSON_VALUE.test(value ?? '')) ??
    values.find(({ value }, at) => value === null && at === 0);
  const chosen = person ?? values[0];
  const others = values.filter((one) => one !== chosen);
  const isLikely = person !== undefined || others.some(({ value }) => UNLIKE_PEOPLE.test(value ?? ''));
  return [chosen, ...others].slice(0, 6).flatMap((one, at) =>
    one
      ? [
          {
            value: { column: column.name, in: [scalarOf(column, one.value)] },
            evidence: `${column.name} is ${one.value ?? 'null'} (${counts(column)})`,
            isLikely: isLikely && at === 0,
            isForPerson: true,
            ...(at > 0 && { kind: 'other' as const }),
          },
        ]
      : [],
  );
}

function ofFlag(column: ColumnFacts): WherePart[] {
  if (!isFlag(column)) return [];
  const { yes, no } = flagValues(column);
  const seen = (value: Scalar) => (column.values ?? []).some((one) => scalarOf(column, one.value) === value);
  if (isColumnCalled(column, called.IS_PERSON) && seen(yes) && seen(no)) {
    return [
      {
        value: { column: column.name, in: [yes] },
        evidence: `${column.name} is set (${counts(column)})`,
        isLikely: /user|benutzer|utilisateur|usuario/u.test(column.words.whole),
        isForPerson: true,
      },
    ];
  }
  if (isColumnCalled(column, called.NOT_PERSON) && seen(yes)) {
    return [
      {
        value: { column: column.name, in: column.nullable ? [no, null] : [no] },
        evidence: `${column.name} is not set (${counts(column)})`,
        isLikely: !/portal|customer|guest|extern|contact|gast/u.test(column.words.whole),
        isForPerson: true,
      },
    ];
  }
  return [];
}

/** A link that only rows of one kind have, such as to the client of a service account. */
function ofMark(column: ColumnFacts): WherePart[] {
  const share = filledShare(column);
  if (!column.nullable || share === undefined || share === 0 || share > 0.5 || isFlag(column)) return [];
  if (!called.NOT_PERSON_PART.test(column.words.bare) || isColumnCalled(column, called.SSO_REFERENCE))
    return [];
  const rows = (column.statistics?.filled ?? 0) - (column.statistics?.empty ?? 0);
  return [
    {
      value: { column: column.name, null: true },
      evidence: `${column.name} is null (it is filled in ${rows} ${rows === 1 ? 'row' : 'rows'})`,
      isLikely: true,
      isForPerson: true,
    },
  ];
}

/** Each row of such a table makes a person a bot. */
function ofSideTables(references: readonly Reference[]): WherePart[] {
  return references
    .filter(
      (reference) =>
        /(bots?|services?|serviceaccounts?|robots?|machines?|guests?|apiusers?|anonymous(users?|accounts?)?)$/u.test(
          reference.table.plain,
        ) &&
        (keyParts(reference.table).toSorted().join() === referringColumns(reference).toSorted().join() ||
          isOneEach(reference)),
    )
    .map((reference) => ({
      value: { not: { exists: { table: reference.table.id, match: matchOf(reference) } } },
      evidence: `no row in ${reference.table.id}`,
      isLikely: true,
      isForPerson: true,
    }));
}

function ofGroups({ groups }: GatheredFacts): WherePart[] {
  return groups.flatMap((grouping) =>
    grouping.members
      .filter(
        (one) =>
          one.all > 0 &&
          !called.ADMIN_VALUE.test(one.name) &&
          /^(service|bot|robot|system|machine|technical|dienst|guest|gast|anonym)/iu.test(one.name),
      )
      .map((one) => ({
        value: { not: isMember(grouping, [one.name]) },
        evidence: `not in ${one.name} (${one.all} are)`,
        isLikely: true,
        isForPerson: true,
      })),
  );
}

/** Keys that no person gets: far above all others, or zero and below. */
function ofKeys(users: TableFacts, { oddKeys }: GatheredFacts): WherePart[] {
  const key = personKey(users)?.column;
  if (key === undefined) return [];
  const part = (value: Condition, evidence: string, isLikely: boolean): WherePart => ({
    ...{ value, evidence, isLikely, isForPerson: true },
    ...(!isLikely && { kind: 'other' as const }),
  });
  const high = oddKeys.filter((one) => one > 0);
  const low = oddKeys.filter((one) => one <= 0);
  return [
    ...(high.length > 0
      ? [
          part(
            { not: { column: key, in: [...high] } },
            `${key} is not ${high.join(', ')}, which lies far above all others`,
            true,
          ),
        ]
      : []),
    ...(low.length > 0
      ? [part({ column: key, above: 0 }, `${key} is above zero (not ${low.join(', ')})`, false)]
      : []),
  ];
}
