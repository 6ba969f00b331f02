import type { Field, Related } from '../../../binding/binding.js';
import type { FieldName, Value } from '../../../binding/value.js';
import { type ColumnFacts, hostColumnsOf, primaryKey, type TableFacts } from '../facts.js';
import { likely, type Proposal } from '../proposal.js';
import { collapsed } from '../words/names.js';
import * as called from '../words/vocabulary.js';
import { matchOf, type Reference, referringColumns } from './references.js';

/** A table with a row for each attribute of a person: whose, which, and its value. */
export interface AttributeTable {
  table: TableFacts;
  key: ColumnFacts;
  value: ColumnFacts;
}

const OF_AN_ATTRIBUTE =
  '(user|account|person|member|profile|attribute|attrib|attr|meta|config|pref|preference|property|prop|option|setting|field|param|data|merkmal|attribut|atributo|campo|propriete)*';
const KEY = new RegExp(
  `^${OF_AN_ATTRIBUTE}(key|name|code|type|label|id|schluessel|cle|clave|nom|nombre)$`,
  'u',
);
const VALUE = new RegExp(`^${OF_AN_ATTRIBUTE}(value|values|val|text|content|wert|valeur|valor|valore)$`, 'u');

/** Whether the rows of a table are attributes of something else. */
export function attributesIn(table: TableFacts): AttributeTable | undefined {
  const texts = hostColumnsOf(table).filter(({ kind }) => kind === 'text');
  const value = texts.find(({ words }) => VALUE.test(words.bare));
  const keys = texts.filter((one) => one !== value && KEY.test(one.words.bare));
  const [key] = keys;
  return value && key && keys.length === 1 && table.columns.length <= 8 ? { table, key, value } : undefined;
}

/** Attributes that are fields, each read from and written to a row of its own. */
interface AttributeField {
  field: FieldName;
  proposals: Proposal[];
  read: Value;
}

const FIELDS: readonly (readonly [FieldName, string, RegExp])[] = [
  ['email', 'users.email', called.EMAIL],
  ['givenName', 'users.given-name', called.GIVEN],
  ['familyName', 'users.family-name', called.FAMILY],
  ['displayName', 'users.display-name', called.DISPLAY_STRONG],
];

/**
 * Those of the keys of a table of attributes that name a field. All others stay where they are: what looks like a table of
 * attributes may hold people, whose names look like keys.
 */
export const attributeNamesIn = (keys: readonly (string | null)[]): string[] =>
  keys.filter(
    (key): key is string => key !== null && FIELDS.some(([, , pattern]) => pattern.test(collapsed(key))),
  );

/**
 * E-mail address and names that stand in rows of a table of attributes. Nothing where a row has more of a key than the
 * person and the attribute: only the application knows what it holds there.
 */
export function attributeFields(references: readonly Reference[]): AttributeField[] {
  for (const reference of references) {
    const { table } = reference;
    const found = attributesIn(table);
    if (!found || hasMoreKey(table, [...referringColumns(reference), found.key.name])) continue;
    const fields = FIELDS.flatMap(([field, name, pattern]) => {
      const attribute = table.attributeNames.find((one) => pattern.test(collapsed(one)));
      return attribute ? [fieldOf(found, { field, name, attribute, reference })] : [];
    });
    if (fields.length > 0) return fields;
  }
  return [];
}

const hasMoreKey = (table: TableFacts, known: readonly string[]): boolean =>
  table.uniques.some(
    ({ parts }) =>
      parts.some(({ column }) => column !== null && known.includes(column)) &&
      parts.some(({ column }) => column !== null && !known.includes(column)),
  );

function fieldOf(
  { table, key, value }: AttributeTable,
  {
    field,
    name,
    attribute,
    reference,
  }: { field: FieldName; name: string; attribute: string; reference: Reference },
): AttributeField {
  const alias = `${table.name}_${field}`;
  const read: Value = { column: value.name, of: alias };
  const whole: Field = {
    read,
    ...(value.length !== null && value.length < 254 && { maxLength: value.length }),
  };
  const own = primaryKey(table);
  const row: Related = {
    table: table.id,
    match: matchOf(reference, 'users'),
    where: { column: key.name, in: [attribute] },
    join: own === undefined ? 'optional' : 'first',
    ...(own !== undefined && { order: own }),
    present: field as Related['present'],
  } as Related;
  const evidence = `rows of ${table.id} whose ${key.name} is ${attribute}`;
  return {
    field,
    read,
    proposals: [likely(name, whole, evidence), likely(`member.${table.id}.${field}`, row, evidence)],
  };
}

/** The same proposals, with what stands in rows of attributes where the people have no column for it. */
export function withAttributes(
  proposals: readonly Proposal[],
  fields: readonly AttributeField[],
  login: string | undefined,
): Proposal[] {
  const isMissing = (name: string) => (proposals.find((one) => one.name === name)?.value ?? null) === null;
  const used = fields.filter(({ proposals: [one] }) =>
    one?.name === 'users.display-name' ? false : one !== undefined && isMissing(one.name),
  );
  const [given, family] = ['givenName', 'familyName'].map(
    (name) => used.find(({ field }) => field === name)?.read,
  );
  const display = proposals.find(({ name }) => name === 'users.display-name');
  const shown = (display?.value as Field | undefined)?.read;
  const whole: Proposal[] =
    display && given && family && shown && 'column' in shown && shown.column === login
      ? [
          likely(
            'users.display-name',
            {
              read: { firstNonEmpty: [{ template: '{given} {family}', with: { given, family } }, shown] },
              write: false,
            },
            'put together from the names in rows of attributes',
          ),
        ]
      : [];
  const replaced = new Set([
    ...used.map(({ proposals: [one] }) => one?.name),
    ...whole.map(({ name }) => name),
  ]);
  return [
    ...proposals.filter(({ name }) => !replaced.has(name)),
    ...used.flatMap((one) => one.proposals),
    ...whole,
  ];
}
