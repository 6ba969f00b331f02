import type { Field, Users } from '../../binding/binding.js';
import type { FieldName } from '../../binding/value.js';
import type { Compiler } from './compile/compiler.js';
import type { Scope } from './compile/scope.js';
import { keyMatch } from './compile/user-key.js';
import { rangesOf } from './forms.js';
import { ofUsers } from './plan.js';
import {
  type BoundTextField,
  COLUMN_OF,
  fieldsIn,
  fieldsOf,
  writtenColumn,
  writtenValue,
} from './user-columns.js';

/** What a trigger refuses. */
export interface Check {
  /** A change of one of these fields makes it necessary. */
  fields: readonly FieldName[];
  /** A condition: the value is wrong. */
  wrong: string;
  kind: 'check' | 'unique';
  message: string;
}

/**
 * What the application requires of values, beyond what its database checks.
 * @param isOwn the condition that a row of `table`, by the name of `alias`, belongs to the user who is written; nothing
 *   where the user is new.
 */
export function checksOf(users: Users, compiler: Compiler, scope: Scope, isUpdate: boolean): Check[] {
  return fieldsOf(users).flatMap(([name, field]) => {
    const value = writtenValue(name, field) ?? { field: name };
    const fields = [...new Set([name, ...fieldsIn(value)])];
    const text = compiler.value(value, scope);
    return [
      ...plainChecks(name, field, text, compiler).map((check) => ({
        ...check,
        kind: 'check' as const,
        fields,
      })),
      ...uniqueChecks(users, name, field, text, { compiler, scope, isUpdate }).map((check) => ({
        ...check,
        kind: 'unique' as const,
        fields,
      })),
    ];
  });
}

type Plain = Pick<Check, 'wrong' | 'message'>;

function plainChecks(name: BoundTextField, field: Field, text: string, { forms }: Compiler): Plain[] {
  const column = COLUMN_OF[name];
  const checks: Plain[] = [];
  if (field.required) checks.push({ wrong: forms.isBlank(text), message: `${column} is required` });
  if (field.maxLength !== undefined) {
    const message = `${column} has more than ${field.maxLength} characters`;
    checks.push({ wrong: forms.isLonger(text, field.maxLength), message });
  }
  if (field.allowed !== undefined) {
    const message = `${column} has characters other than ${field.allowed}`;
    checks.push({ wrong: forms.hasOther(text, rangesOf(field.allowed)), message });
  }
  if (field.shape === 'email')
    checks.push({ wrong: forms.isNoAddress(text), message: `${column} is not an e-mail address` });
  return checks;
}

function uniqueChecks(
  users: Users,
  name: BoundTextField,
  { read, unique }: Field,
  text: string,
  { compiler, scope, isUpdate }: { compiler: Compiler; scope: Scope; isUpdate: boolean },
): Plain[] {
  const written = writtenColumn(read);
  if (unique === undefined || !written) return [];
  const { forms, facts } = compiler;
  const related =
    written.of === undefined || written.of === 'users' ? undefined : users.related?.[written.of];
  const table = related?.table ?? users.table;
  const row = { table, alias: compiler.alias() };
  const own = forms.text(`${row.alias}.${forms.name(written.column)}`, facts.column(table, written.column));
  const fold = unique === 'ignoring-case' ? forms.lower : (expression: string) => expression;
  const conditions = [forms.compare(fold(own), '=', fold(text))];
  if (isUpdate) {
    const match = related
      ? Object.fromEntries(Object.entries(related.match).map(([column, value]) => [column, ofUsers(value)]))
      : keyMatch(users);
    conditions.push(forms.not(compiler.matches(match, row, scope).join(' and ')));
  }
  return [
    {
      wrong: `exists (select 1 from ${forms.table(table)} ${row.alias} where ${conditions.join(' and ')})`,
      message: `another account has this ${COLUMN_OF[name]}`,
    },
  ];
}
