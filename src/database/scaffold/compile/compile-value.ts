import type { Scalar, Value } from '../../../binding/value.js';
import { configurationProblem } from '../../../problem.js';
import type { ColumnFact } from '../facts.js';
import type { Compiling, Scope } from './scope.js';

/** SQL of a value, of the given type. */
export function compileValue(compiler: Compiling, value: Value, scope: Scope, type: ColumnFact): string {
  const { forms, zone } = compiler;
  if ('case' in value) {
    const cases = value.case.map(
      (one) => `when ${compiler.condition(one.if, scope)} then ${compiler.value(one.then, scope, type)}`,
    );
    const otherwise = value.else ? ` else ${compiler.value(value.else, scope, type)}` : '';
    return `case ${cases.join(' ')}${otherwise} end`;
  }
  if ('map' in value) return mapped(compiler, value, scope, type);
  if ('column' in value) {
    const found = compiler.column(value, scope);
    return found.type.cast === type.cast ? found.sql : forms.as(forms.text(found.sql, found.type), type);
  }
  if ('constant' in value) return forms.literal(value.constant, type);
  if ('field' in value) {
    if (!scope.field) throw misplaced('a field');
    const field = scope.field(value.field);
    return value.field === 'enabled' ? forms.flagAs(field, type) : forms.as(field, type);
  }
  if ('firstNonNull' in value)
    return forms.coalesce(value.firstNonNull.map((one) => compiler.value(one, scope, type)));
  if ('lookup' in value) {
    const { table, where, column, default: otherwise } = value.lookup;
    const { from, condition, inside } = compiler.rowsThat({ table, match: where }, scope);
    const found = forms.first(compiler.value({ column }, inside, type), `from ${from} where ${condition}`);
    return otherwise ? forms.coalesce([found, compiler.value(otherwise, scope, type)]) : found;
  }
  if ('aggregate' in value) return aggregated(compiler, value, scope, type);
  if ('guid' in value) return forms.guid(value.guid.case === 'upper', value.guid.hyphens !== false, type);
  if ('sequence' in value) return forms.next(value.sequence, type);
  if ('counter' in value) {
    if (!scope.counter) throw misplaced('a counter');
    return scope.counter(value);
  }
  if ('now' in value) return forms.now(value.now, type, value.timeZone ?? zone, value.round === 'seconds');
  if ('copied' in value) {
    const { column, where } = value.copied;
    const { row, from, key, conditions } = compiler.users.alike(scope.here.table, where);
    const own = compiler.column({ column }, { here: row, rows: new Map() });
    const found = forms.copied(
      own.sql,
      from,
      key,
      conditions.length > 0 ? conditions.join(' and ') : undefined,
    );
    return own.type.cast === type.cast ? found : forms.as(forms.text(found, own.type), type);
  }
  return forms.as(textOf(compiler, value, scope), type);
}

/** What is made of texts. */
function textOf(compiler: Compiling, value: Value, scope: Scope): string {
  const { forms } = compiler;
  const text = (one: Value) => compiler.value(one, scope);
  if ('firstNonEmpty' in value)
    return forms.coalesce(
      value.firstNonEmpty.map((one) => (isNeverEmpty(one) ? text(one) : forms.nullIfEmpty(text(one)))),
    );
  if ('template' in value) {
    const parts = templateParts(value.template).map((part) => {
      if ('text' in part) return forms.literal(part.text, forms.types.text);
      const named = value.with[part.name];
      if (named) return forms.coalesce([text(named), forms.literal('', forms.types.text)]);
      throw configurationProblem(
        'binding-contradicts',
        `The template ${value.template} has no value for {${part.name}}.`,
        {
          hint: 'Add it to `with`. `{{` is a brace.',
        },
      );
    });
    return forms.trimmedOrNull(forms.concat(parts));
  }
  if ('part' in value) return forms.part(value.part, text(value.value));
  if ('lower' in value) return forms.lower(text(value.lower));
  if ('upper' in value) return forms.upper(text(value.upper));
  if ('normalised' in value) return forms.normalised(text(value.normalised));
  if ('trimmed' in value) return forms.trimmed(text(value.trimmed));
  if ('capitalised' in value) return forms.capitalised(text(value.capitalised));
  if ('cut' in value) return forms.cut(text(value.cut), value.length);
  if ('random' in value) return forms.random(value.random.length, value.random.alphabet);
  throw new Error(`no such value: ${Object.keys(value).join(', ')}`);
}

/** Null rather than empty. */
const isNeverEmpty = (value: Value): boolean =>
  ['template', 'part', 'guid', 'random', 'firstNonEmpty'].some((form) => form in value) ||
  ('constant' in value && value.constant !== '');

function mapped(
  compiler: Compiling,
  { map, pairs, else: otherwise }: Extract<Value, { map: Value }>,
  scope: Scope,
  type: ColumnFact,
): string {
  const { forms } = compiler;
  const own = typeOf(compiler, map, scope);
  const given = compiler.value(map, scope, own);
  const equal = (from: Scalar) =>
    from === null ? `${given} is null` : forms.compare(given, '=', forms.literal(from, own));
  const cases = pairs.map(({ from, to }) => `when ${equal(from)} then ${forms.literal(to, type)}`);
  return `case ${cases.join(' ')}${otherwise ? ` else ${compiler.value(otherwise, scope, type)}` : ''} end`;
}

function aggregated(
  compiler: Compiling,
  { aggregate }: Extract<Value, { aggregate: unknown }>,
  scope: Scope,
  type: ColumnFact,
): string {
  const { forms } = compiler;
  const { from, condition, inside } = compiler.rowsThat(aggregate, scope);
  const rest = `from ${from} where ${condition === '' ? '1 = 1' : condition}`;
  if (aggregate.function === 'count') {
    const count = `(select ${forms.count} ${rest})`;
    return type.kind === 'number' ? count : forms.as(forms.text(count, forms.types.number), type);
  }
  const column = { column: aggregate.column ?? '' };
  const own = compiler.column(column, inside);
  const found = `(select ${forms[aggregate.function](own.sql, own.type)} ${rest})`;
  return own.type.cast === type.cast ? found : forms.as(forms.text(found, own.type), type);
}

/** The type of the column that a value comes from, or else text. */
export function typeOf(compiler: Compiling, value: Value, scope: Scope): ColumnFact {
  if ('map' in value || 'case' in value) return compiler.forms.types.text;
  if ('column' in value) return compiler.column(value, scope).type;
  if ('lookup' in value) return compiler.facts.column(value.lookup.table, value.lookup.column);
  if ('aggregate' in value) {
    const { table, column } = value.aggregate;
    return column === undefined ? compiler.forms.types.number : compiler.facts.column(table, column);
  }
  if ('firstNonNull' in value) {
    const [first] = value.firstNonNull;
    return first ? typeOf(compiler, first, scope) : compiler.forms.types.text;
  }
  return compiler.forms.types.text;
}

type TemplatePart = { text: string } | { name: string };

/** `{given} {family}` in its parts. */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (const [whole, name] of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g)) {
    if (name !== undefined) parts.push({ name });
    else parts.push({ text: whole === '{{' ? '{' : whole === '}}' ? '}' : whole });
  }
  return parts;
}

const misplaced = (what: string) =>
  configurationProblem('binding-contradicts', `The binding has ${what} where nothing is written.`, {
    hint: 'Fields and counters stand in what is written only.',
  });
