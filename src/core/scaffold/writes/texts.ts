import type { FieldName, Value } from '../../../binding/value.js';
import type { ColumnFacts } from '../facts.js';
import { madeFor } from '../people/keys/key.js';
import type { Choice } from '../proposal.js';

/** What a text that every row has may be, where its values may not be shown. */
export function textsFor(column: ColumnFacts): Choice[] {
  const length = Math.min(column.length ?? 32, 32);
  const cut = (field: FieldName): Value =>
    column.length === null || column.length >= 100 ? { field } : { cut: { field }, length: column.length };
  const fields: [FieldName, string][] = /name|title|titel|libelle|label/u.test(column.words.own)
    ? [
        ['displayName', 'the display name'],
        ['login', 'the login name'],
      ]
    : [
        ['login', 'the login name'],
        ['displayName', 'the display name'],
      ];
  return [
    ...fields.map(([field, evidence]) => ({ value: cut(field), evidence })),
    { value: { random: { length, alphabet: LETTERS } }, evidence: `${length} random letters and digits` },
    { value: { constant: '' }, evidence: 'empty' },
  ];
}

/** Of few values, which are not shown, the one that most have. */
export const hiddenOf = ({ name, statistics }: ColumnFacts): Choice[] =>
  statistics !== undefined && statistics.rows >= 8 && statistics.distinct <= 5
    ? [
        {
          value: { copied: { column: name } },
          evidence: `the most frequent of ${statistics.distinct} values`,
        },
      ]
    : [];

export const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A stamp that no row has yet, of a length that the column takes. */
export const stampValue = (column: ColumnFacts): Value => {
  const made = madeFor(column)?.value;
  if (made && 'guid' in made) return made;
  const { length } = column;
  return length === null || length >= GUID_LENGTH
    ? { guid: { case: 'lower' } }
    : { random: { length, alphabet: LETTERS } };
};

const GUID_LENGTH = 36;
