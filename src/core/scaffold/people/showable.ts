import {
  type ColumnFacts,
  hostColumnsOf,
  isColumnCalled,
  isDistinct,
  isUniqueTogether,
  type TableFacts,
} from '../facts.js';
import * as called from '../words/vocabulary.js';

/** Values of a column are shown where it has at most so many. */
export const MOST_VALUES = 20;

const PERSONAL = [
  called.LOGIN_STRONG,
  called.EMAIL,
  called.GIVEN,
  called.FAMILY,
  called.DISPLAY_STRONG,
  called.DISPLAY_WEAK,
  called.NICKNAME,
  called.PREFERRED,
];

const FREE =
  /(description|comment|note|remark|title|position|phone|mobile|fax|street|city|address|birth|signature|about|bio|location|website|url|photo|picture|avatar|hint|question|answer|secret|token|key|salt|hash|stamp|ip|host|agent|name|mail|beschreibung|bemerkung|telefon|ort|strasse|commentaire|adresse|telephone|descripcion|nota|direccion|telefono|beizhu|dianhua|备注|电话|地址|身份证|ssn|sex|gender|geschlecht|sexe|sexo|nationality|credential)/u;

/**
 * Whether the values of a column may leave the database: few, the same in many rows, and not what a person is called or
 * has written. In a small table even names are few.
 */
export function isShowable(column: ColumnFacts): boolean {
  const { kind, statistics, words, labels } = column;
  if (labels) return true;
  if (kind === 'boolean') return true;
  if (!statistics || statistics.distinct > MOST_VALUES) return false;
  const isNamedAsState =
    isColumnCalled(column, called.STATUS) ||
    called.STATE_LIKE.test(words.bare) ||
    isColumnCalled(column, called.DELETED_FLAG) ||
    isColumnCalled(column, called.DISCRIMINATOR) ||
    (isColumnCalled(column, called.TENANT) && isDistinct(column) !== true);
  if (isNamedAsState) return statistics.addresses === 0;
  if (kind === 'integer') return !isKeyLike(column);
  if (kind === 'guid') return repeats(column);
  if (kind !== 'text') return false;
  if (PERSONAL.some((pattern) => isColumnCalled(column, pattern))) return false;
  if (called.PASSWORD.test(words.whole) || FREE.test(words.bare)) return false;
  if (
    statistics.addresses > 0 ||
    statistics.spaced > statistics.filled * 0.2 ||
    (statistics.longest ?? 0) > 60
  )
    return false;
  return repeats(column);
}

const repeats = ({ statistics }: ColumnFacts) =>
  statistics !== undefined &&
  (statistics.filled < 2 || statistics.distinct <= Math.max(1, statistics.filled * 0.75));

const isKeyLike = ({ statistics, words }: ColumnFacts) =>
  /^id$|phone|ssn|birth/u.test(words.own) &&
  (statistics?.distinct ?? 0) > 2 &&
  statistics?.distinct === statistics?.filled;

const OF_A_PERSON = [called.LOGIN_STRONG, called.GIVEN, called.FAMILY];

/** Whether each row is a person, or belongs to one: then what the row is called is personal data. */
export const isOfPeople = (table: TableFacts, users: TableFacts): boolean =>
  hostColumnsOf(table).some(
    (column) => column.kind === 'text' && OF_A_PERSON.some((pattern) => isColumnCalled(column, pattern)),
  ) ||
  table.foreignKeys.some(
    ({ columns, table: [schema, name] }) =>
      schema === users.schema && name === users.name && isUniqueTogether(table, columns),
  );

/**
 * Whether they may be, for all that its name and columns say. To show what rows are called, doubt is enough to leave it:
 * of a company with an e-mail address only the key is shown.
 */
export const mayBeOfPeople = (table: TableFacts, users: TableFacts): boolean =>
  isOfPeople(table, users) ||
  called.PEOPLE_TABLE.test(table.plain) ||
  LED_BY.test(table.plain) ||
  hostColumnsOf(table).some(
    (column) =>
      column.kind === 'text' &&
      [called.EMAIL, called.DISPLAY_STRONG].some((pattern) => isColumnCalled(column, pattern)),
  );

const LED_BY =
  /(managers?|supervisors?|bosses|contacts?|doctors?|physicians?|teachers?|students?|patients?|leiter|vorgesetzte[rn]?|ansprechpartner|responsables?|jefes?|contactos?)$/u;
