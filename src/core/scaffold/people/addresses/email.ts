import type { Parent } from '../../beside.js';
import { checkedOf, heeding } from '../../checks.js';
import {
  type ColumnFacts,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  percent,
  shareOf,
  type TableFacts,
  uniqueness,
} from '../../facts.js';
import type { GatheredFacts, Same } from '../../gathered.js';
import { askedFor, type Choice, likely, type Proposal, sure } from '../../proposal.js';
import { EMAIL, SESSIONS } from '../../words/vocabulary.js';
import type { Reference } from '../references.js';
import { addressTables, fieldOf, inChild, isUsable, mayBeOfOthers, primaryFlag } from './address-rows.js';

/** The e-mail address: a column of the people, or of a table with several addresses of each, the primary one first. */
export function proposeEmail(
  users: TableFacts,
  references: readonly Reference[],
  parents: readonly Parent[],
  { same, presence }: Pick<GatheredFacts, 'same' | 'presence'>,
): Proposal[] {
  const own = hostColumnsOf(users).filter((column) => column.kind === 'text' && isAddress(column));
  const [best, second] = own.sort((a, b) => weight(users, b) - weight(users, a));
  if (best) {
    const value = heeding(fieldOf(best), 'email', checkedOf(users.checks, best.name));
    if (second && (weight(users, second) >= weight(users, best) || (isOfAll(second) && isOfAll(best)))) {
      return [
        askedFor(
          'users.email',
          'Which column holds the e-mail address at work?',
          value,
          own.map(choiceOf),
          'several columns look like it',
        ),
      ];
    }
    const other = references.flatMap(({ table }) => {
      const address = hostColumnsOf(table).find((one) => one.kind === 'text' && isColumnCalled(one, EMAIL));
      return address && primaryFlag(table) ? [{ table, address }] : [];
    });
    if (other.length > 0) {
      return [
        askedFor(
          'users.email',
          'Which column holds the e-mail address at work?',
          value,
          [
            choiceOf(best),
            ...other.map(({ table, address }) => ({
              value: fieldOf(address, table.name),
              evidence: `${table.id}.${address.name}, of which one is the primary one`,
            })),
          ],
          'a table of addresses stands beside it',
        ),
      ];
    }
    const rival = second ?? rivalOf(users, best);
    if (rival && !second && !same.some((one) => repeats(one, rival, best))) {
      return [
        askedFor(
          'users.email',
          'Which column holds the e-mail address at work?',
          value,
          [choiceOf(best), choiceOf(rival)],
          `${rival.name} beside ${best.name} holds addresses, too`,
        ),
      ];
    }
    return [(rival ? likely : sure)('users.email', value, evidenceOf(users, best, rival))];
  }
  const tables = addressTables(references, presence);
  const children = tables.map(inChild).map(([value, evidence]) => ({ value, evidence }));
  const beside = parents.flatMap(({ table, column: link }) =>
    hostColumnsOf(table)
      .filter((column) => column.kind === 'text' && isAddress(column))
      .map((column) => ({
        value: fieldOf(column, table.name),
        evidence: `${table.id}.${column.name}, to which ${link} of each account refers`,
      })),
  );
  const choices = [...beside, ...children];
  const [one] = choices;
  const isOfOthers = tables.some((table) => mayBeOfOthers(table, presence));
  if (one && choices.length === 1 && !isOfOthers) return [likely('users.email', one.value, one.evidence)];
  if (one) {
    return [
      askedFor(
        'users.email',
        'Which column holds the e-mail address at work?',
        one.value,
        isOfOthers ? [...choices, { value: 'none', evidence: 'none of them' }] : choices,
        isOfOthers
          ? 'a person has several rows in a table with addresses, which may be those of other people'
          : 'several tables hold addresses of people',
      ),
    ];
  }
  const usable = references.filter((reference) => isUsable(reference, presence));
  return unnamed(users, usable, parents);
}

/** Addresses in columns without such a name. */
function unnamed(
  users: TableFacts,
  references: readonly Reference[],
  parents: readonly Parent[],
): Proposal[] {
  const holds = (column: ColumnFacts) =>
    column.kind === 'text' &&
    (shareOf(column, 'addresses') ?? 0) > 0.8 &&
    (column.statistics?.filled ?? 0) > 1;
  const own = hostColumnsOf(users).filter(holds);
  const [only] = own;
  if (only && own.length === 1)
    return [likely('users.email', fieldOf(only), `${choiceOf(only).evidence}, and no other column does`)];
  const elsewhere = [...references, ...parents].flatMap(({ table }) =>
    SESSIONS.test(table.plain)
      ? []
      : hostColumnsOf(table)
          .filter(holds)
          .map((column) => ({
            value: fieldOf(column, table.name),
            evidence: `${table.id}.${choiceOf(column).evidence}`,
          })),
  );
  const said = elsewhere.map(({ evidence }) => evidence);
  const choices = [...own.map(choiceOf), ...elsewhere.filter((_, at) => said.indexOf(said[at] ?? '') === at)];
  if (choices.length === 0) return [likely('users.email', null, 'no column looks like an e-mail address')];
  return [
    askedFor(
      'users.email',
      'Which column holds the e-mail address?',
      choices[0]?.value ?? null,
      [...choices.slice(0, 8), { value: 'none', evidence: 'none of them' }],
      'no column is named like an e-mail address, but some contain addresses',
    ),
  ];
}

const choiceOf = (column: ColumnFacts): Choice => ({
  value: fieldOf(column),
  evidence: `${column.name}: ${percent(shareOf(column, 'addresses') ?? 0)} look like addresses`,
});

function isAddress(column: ColumnFacts): boolean {
  const share = shareOf(column, 'addresses');
  if (isColumnCalled(column, EMAIL)) return share === undefined || share >= 0.3;
  return false;
}

const weight = (users: TableFacts, column: ColumnFacts) =>
  (EMAIL.test(column.words.bare) || EMAIL.test(column.words.whole) ? 2 : 1) +
  (uniqueness(users, column.name) ? 1 : 0);

/** Another column with an address of nearly everybody, such as the one to which mail is delivered; not one in another form. */
const rivalOf = (users: TableFacts, best: ColumnFacts): ColumnFacts | undefined =>
  hostColumnsOf(users).find(
    (column) =>
      column.kind === 'text' &&
      column.name !== best.name &&
      column.generated === null &&
      /mail/u.test(column.words.whole) &&
      !/lower|upper|normali[sz]ed|canonical|folded/u.test(column.words.whole) &&
      isOfAll(column) &&
      (shareOf(column, 'addresses') ?? 0) >= 0.9,
  );

/** Whether both say the same in every row. */
const repeats = ({ column, of, how, rows, equal }: Same, rival: ColumnFacts, best: ColumnFacts): boolean =>
  how === 'same' && rows > 0 && equal === rows && column === rival.name && of === best.name;

/** Nearly every person has one. */
const isOfAll = (column: ColumnFacts): boolean => (filledShare(column) ?? 0) >= 0.9;

function evidenceOf(users: TableFacts, column: ColumnFacts, second: ColumnFacts | undefined): string {
  const share = shareOf(column, 'addresses');
  const unique = uniqueness(users, column.name);
  return [
    second ? `its name says most, beside ${second.name}` : `the only column with such a name`,
    ...(unique ? [unique === 'alone' ? 'unique' : 'unique with others'] : []),
    ...(share === undefined ? [] : [`${percent(share)} look like addresses`]),
  ].join(', ');
}
