import type { UserKey } from '../../binding/binding.js';
import { checked } from '../../binding/read-binding.js';
import { tableName } from '../../binding/table-name.js';
import { Problem, usageProblem } from '../../problem.js';
import { DECLARED } from './compose.js';
import { columnOf, type HostFacts, type TableFacts } from './facts.js';
import { EVERY_ROW } from './people/not-people.js';
import { type Choice, type Proposal, placeOf } from './proposal.js';

/** Names that an answer may have, with what the binding file holds there; of the others a table or column follows. */
const KINDS: Readonly<Record<string, string>> = {
  'users.table': 'table',
  'users.where': 'condition',
  'users.key': 'userKey',
  'users.login': 'field',
  'users.email': 'field',
  'users.display-name': 'field',
  'users.given-name': 'field',
  'users.family-name': 'field',
  'users.enabled': 'enabled',
  'users.protected': 'judgement',
  'users.last-sign-in': 'instant',
  'users.sso-provider': 'field',
  'users.external-id': 'field',
  'users.sso-subject': 'field',
  'users.licence': 'field',
  'users.login-rule': 'login-rule',
  'users.rename-on-match': 'yes-no',
  'users.create': 'create',
  'users.time-zone': 'text',
  providers: 'providers',
  seats: 'seats',
};
export const ANSWER_NAMES = Object.keys(KINDS);

const OF_TABLE: Readonly<Record<string, string>> = { member: 'related', 'end-sessions': 'endSessions' };
const OF_COLUMN: Readonly<Record<string, string>> = { insert: 'value', update: 'value', disable: 'value' };
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'login-rule': ['email', 'user-name', 'local-part'],
  create: ['yes', 'enable-only'],
};

/** What finds a near name for a mistyped one. */
export type Nearest = (word: string, candidates: readonly string[]) => string | undefined;

/** One answer as it was given. */
export interface GivenAnswer {
  name: string;
  text: string;
}

/** `NAME=VALUE`; a `=` in double quotes is part of the name. @throws Problem `answer-invalid`. */
export function parseAnswer(given: string): GivenAnswer {
  const [, name, text] = /^((?:"(?:[^"]|"")*"|[^"=])+)=([\s\S]*)$/.exec(given) ?? [];
  if (name === undefined || text === undefined) {
    throw usageProblem('answer-invalid', `The answer ${JSON.stringify(given)} is not NAME=VALUE.`, {
      hint: 'Write --answer users.login-rule=email.',
    });
  }
  return { name: name.trim(), text };
}

/** What answers are understood by. */
export interface Known {
  facts: HostFacts;
  /** Absent while `users.table` itself is answered. */
  users: TableFacts | undefined;
  proposals: readonly Proposal[];
  nearest: Nearest;
}

/**
 * The value of an answer, as the binding file holds it: a choice, JSON, or a word for a simple value.
 * @throws Problem `answer-unknown` for a name that does not exist, `answer-invalid` for a value that is none.
 */
export function answerOf(
  { name: asGiven, text }: GivenAnswer,
  known: Known,
): { name: string; value: unknown } {
  const { name, kind } = named(asGiven, known);
  const proposal = known.proposals.find((one) => one.name === name);
  const chosen = proposal?.choices?.find(({ value }) => value === text);
  if (chosen) return { name, value: chosen.value };
  const word = wordFor(kind, text, known);
  if (word !== undefined) return { name, value: word };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw invalid(asGiven, text, proposal?.choices ?? []);
  }
  if (content === null) return { name, value: null };
  const value = withCatalogueNames(content, known.facts);
  const missing = missingColumn(value, known.facts, known.users, known.users);
  if (missing) {
    const near = known.nearest(
      missing.column,
      missing.table.columns.map((one) => one.name),
    );
    throw usageProblem('answer-invalid', `${missing.table.id} has no column ${missing.column}.`, {
      hint: near === undefined ? HOW_TO_WRITE : `Did you mean ${near}?`,
    });
  }
  try {
    return {
      name,
      value:
        kind === 'value' && isUpdate(value) ? checked(value, 'update', name) : checked(value, kind, name),
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw usageProblem('answer-invalid', `The value of ${asGiven} is not valid: ${error.message}`, {
      hint: HOW_TO_WRITE,
    });
  }
}

const isUpdate = (value: unknown) => typeof value === 'object' && value !== null && 'set' in value;

/** Simple values need no JSON. */
function wordFor(kind: string, text: string, { facts, users, proposals }: Known): unknown {
  if (kind === 'table')
    return facts.tables.find(({ id }) => id === text || id.toLowerCase() === text.toLowerCase())?.id;
  if (kind === 'condition' && text === EVERY_ROW) return EVERY_ROW;
  if (
    ['related', 'endSessions', 'field', 'judgement', 'instant', 'seats', 'value'].includes(kind) &&
    text === 'none'
  )
    return kind === 'seats' ? 'none' : null;
  if (kind === 'providers' && text.startsWith(DECLARED) && text.length > DECLARED.length) return text;
  if (kind === 'yes-no' && /^(yes|true|no|false)$/.test(text)) return text === 'yes' || text === 'true';
  if (WORDS[kind]?.includes(text)) return text;
  if (kind === 'text' && text !== '') return text;
  if (kind === 'field' || kind === 'instant') {
    const column = users && nameIn(users, text);
    return column === undefined ? undefined : { read: { column } };
  }
  if (kind === 'userKey') {
    const column = users && nameIn(users, text);
    if (column === undefined) return undefined;
    const known = proposals.find(({ name }) => name === 'users.key')?.value as UserKey | null | undefined;
    return known?.column === column ? { ...known, made: 'database' } : { column, made: 'database' };
  }
  return undefined;
}

const nameIn = ({ columns }: TableFacts, text: string): string | undefined =>
  (
    columns.find(({ name }) => name === text) ??
    columns.find(({ name }) => name.toLowerCase() === text.toLowerCase())
  )?.name;

/** The name as the catalogue writes it, and what the binding file holds there. */
function named(name: string, { facts, proposals, nearest }: Known): { name: string; kind: string } {
  const fixed = KINDS[name];
  if (fixed !== undefined) return { name, kind: fixed };
  const [, verb = '', rest = ''] = /^([a-z-]+)\.(.+)$/s.exec(name) ?? [];
  const ofTable = OF_TABLE[verb];
  if (ofTable !== undefined) {
    const [, before, field] = /^(.+)\.(email|givenName|familyName|displayName)$/.exec(rest) ?? [];
    const attributes = verb === 'member' && before !== undefined ? tableCalled(before, facts) : undefined;
    if (attributes) return { name: `${verb}.${attributes.id}.${field}`, kind: ofTable };
    const table = tableCalled(rest, facts);
    if (table) return { name: `${verb}.${table.id}`, kind: ofTable };
    throw unknown(
      name,
      nearest(
        rest,
        facts.tables.map(({ id }) => id),
      ),
      verb,
    );
  }
  const ofColumn = OF_COLUMN[verb];
  const place = ofColumn === undefined ? undefined : placeOf(name);
  if (ofColumn !== undefined && place) {
    const table = tableCalled(place.table, facts);
    const column = table && nameIn(table, place.column);
    if (table && column !== undefined)
      return { name: `${verb}.${table.id}.${quotedPart(column)}`, kind: ofColumn };
    const near = table
      ? nearest(
          place.column,
          table.columns.map((one) => one.name),
        )
      : nearest(
          place.table,
          facts.tables.map(({ id }) => id),
        );
    throw unknown(name, near, verb);
  }
  throw unknown(name, nearest(name, [...ANSWER_NAMES, ...proposals.map((one) => one.name)]), '');
}

const quotedPart = (name: string) => (/[."=]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

const tableCalled = (id: string, { tables }: HostFacts): TableFacts | undefined =>
  tables.find((table) => table.id === id) ??
  tables.find((table) => tableName(table.schema, table.name).toLowerCase() === id.toLowerCase());

const unknown = (name: string, near: string | undefined, verb: string): Problem =>
  usageProblem('answer-unknown', `There is nothing to answer by the name ${name}.`, {
    hint:
      near === undefined
        ? `Names are ${ANSWER_NAMES.join(', ')}, and member, insert, update, disable and end-sessions with a table.`
        : `Did you mean ${verb === '' ? near : `${verb}. … ${near}`}?`,
  });

const HOW_TO_WRITE = 'Use the value of a choice, JSON as the binding file holds it, or @FILE.';

function invalid(name: string, text: string, choices: readonly Choice[]): Problem {
  const some = choices
    .slice(0, 6)
    .map(({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return usageProblem('answer-invalid', `${JSON.stringify(text.slice(0, 200))} is not a value of ${name}.`, {
    hint:
      some.length > 0
        ? `Choose one of: ${some.join(' | ')}. Or write JSON as the binding file holds it.`
        : HOW_TO_WRITE,
  });
}

/** Names of tables and columns as the catalogue writes them, where they differ in case alone. */
function withCatalogueNames(content: unknown, facts: HostFacts, table?: TableFacts): unknown {
  if (Array.isArray(content)) return content.map((one) => withCatalogueNames(one, facts, table));
  if (typeof content !== 'object' || content === null) return content;
  const { table: own } = content as { table?: unknown };
  const here = (typeof own === 'string' ? tableCalled(own, facts) : undefined) ?? table;
  return Object.fromEntries(
    Object.entries(content).map(([key, value]) => {
      if (['table', 'through', 'groups'].includes(key) && typeof value === 'string')
        return [key, tableCalled(value, facts)?.id ?? value];
      if (key === 'of' && typeof value === 'string' && value !== 'users')
        return [
          key,
          facts.tables.find(({ name }) => name.toLowerCase() === value.toLowerCase())?.name ?? value,
        ];
      if (['column', 'user', 'group', 'key', 'name', 'order'].includes(key) && typeof value === 'string')
        return [key, columnCalled(value, facts)];
      if (['match', 'insert', 'where'].includes(key) && here && isPlainNames(value)) {
        return [
          key,
          Object.fromEntries(
            Object.entries(value).map(([name, one]) => [
              nameIn(here, name) ?? name,
              withCatalogueNames(one, facts, here),
            ]),
          ),
        ];
      }
      return [key, withCatalogueNames(value, facts, here)];
    }),
  );
}

/** The first column that an answer names, and that its table does not have. */
function missingColumn(
  content: unknown,
  facts: HostFacts,
  users: TableFacts | undefined,
  here: TableFacts | undefined,
): { column: string; table: TableFacts } | undefined {
  if (Array.isArray(content)) return firstOf(content.map((one) => missingColumn(one, facts, users, here)));
  if (typeof content !== 'object' || content === null) return undefined;
  const { table: own, column, of } = content as { table?: unknown; column?: unknown; of?: unknown };
  const inside = (typeof own === 'string' ? tableCalled(own, facts) : undefined) ?? here;
  const owner = typeof of === 'string' ? relatedCalled(of, facts, users) : inside;
  if (typeof column === 'string' && owner && !columnOf(owner, column)) return { column, table: owner };
  return firstOf(
    Object.entries(content).map(([key, value]) =>
      // What the columns of another row are compared with is the user's.
      missingColumn(value, facts, users, key === 'match' ? users : inside),
    ),
  );
}

const firstOf = <T>(found: readonly (T | undefined)[]): T | undefined =>
  found.find((one) => one !== undefined);

/** The table that `of` names in an answer: the users, or a related one by its name. */
const relatedCalled = (of: string, { tables }: HostFacts, users: TableFacts | undefined) =>
  of === 'users' ? users : tables.find(({ name }) => name === of);

/** A column by columns and values, rather than a condition. */
const isPlainNames = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !['column', 'all', 'any', 'not', 'exists', 'memberOf'].some((key) => key in value);

/** Some column by that name, in whatever case. */
function columnCalled(name: string, { tables }: HostFacts): string {
  if (tables.some((table) => columnOf(table, name))) return name;
  return tables.map((table) => nameIn(table, name)).find((one) => one !== undefined) ?? name;
}
