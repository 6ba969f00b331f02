import type { Binding, Declared, Enabled, Judgement, ReadInstant, Related } from '../../binding/binding.js';
import type { ColumnReference, Condition, Value } from '../../binding/value.js';
import { configurationProblem } from '../../problem.js';
import { NO_EMAIL_COLUMN } from '../../words/host-views.js';
import type { Compiler } from './compile/compiler.js';
import { firstRowColumn } from './compile/first-row.js';
import type { Row, Scope } from './compile/scope.js';
import { columnsTested } from './compile/tested-columns.js';
import type { Forms } from './forms.js';
import { lastingState } from './lasting-state.js';
import { ofUsers } from './plan.js';
import { COLUMN_OF, fieldsOf } from './user-columns.js';

/** A view: its columns by their names, and what follows `from`. */
export interface ViewParts {
  columns: [string, string][];
  from: string[];
  where?: string;
}

/** The row of a user by the name of `u`, and those of the related tables that are read. */
export function userScope({ users }: Binding, compiler: Compiler): Scope {
  const here: Row = { table: users.table, alias: 'u' };
  const rows = new Map<string, Row>([['users', here]]);
  const scope: Scope = { here, rows };
  for (const [name, related] of Object.entries(users.related ?? {})) {
    if (related.join === 'none') continue;
    const row: Row = { table: related.table, alias: aliasOf(name, compiler) };
    if (related.join === 'first')
      row.read = (column) => firstRowColumn({ ...related, ...relatedRows(related) }, column, compiler, scope);
    rows.set(name, row);
  }
  return scope;
}

/** The joins by which the related rows of `userScope` are read. */
export function userJoins({ users }: Binding, compiler: Compiler, scope: Scope): string[] {
  return Object.entries(users.related ?? {}).flatMap(([name, related]) => {
    if (related.join !== 'required' && related.join !== 'optional') return [];
    const row = { table: related.table, alias: aliasOf(name, compiler) };
    const { match, where } = relatedRows(related);
    const on = [
      ...compiler.matches(match, row, scope),
      ...(where ? [compiler.condition(where, { ...scope, here: row })] : []),
    ];
    const join = related.join === 'required' ? 'join' : 'left join';
    return [`  ${join} ${compiler.forms.table(related.table)} ${row.alias} on ${on.join(' and ')}`];
  });
}

export const aliasOf = (name: string, { forms }: Compiler): string => forms.name(`of_${name}`);

/** The rows of a related table that belong to the user. */
export const relatedRows = ({ table, match, where }: Pick<Related, 'table' | 'match' | 'where'>) => ({
  table,
  match: Object.fromEntries(Object.entries(match).map(([column, value]) => [column, ofUsers(value)])),
  ...(where && { where }),
});

export function boundUserColumns({ users }: Binding, compiler: Compiler, scope: Scope): [string, string][] {
  const { forms } = compiler;
  const read = (value: Value) => readText(value, compiler, scope);
  const columns = new Map<string, string>([['user_id', read({ column: users.key.column })]]);
  columns.set('login_name', read(users.login.read));
  const nothing = forms.literal(null, forms.types.text);
  columns.set('email', users.email ? read(users.email.read) : nothing);
  if (!users.email) columns.set(NO_EMAIL_COLUMN, nothing);
  for (const [name, field] of fieldsOf(users)) {
    columns.set(COLUMN_OF[name], read(field.read));
  }
  columns.set('is_enabled', forms.flag(enabledCondition(users.enabled, compiler, scope)));
  if (users.enabled.temporarily)
    columns.set('is_locked_temporarily', forms.flag(lockedCondition(users.enabled, compiler, scope)));
  if (users.protected)
    columns.set('is_protected', forms.flag(judged(users.protected, compiler, scope, 'users.protected')));
  for (const [name, judgement, told] of [
    ['unnamed_state', lastingState(users.enabled), users.enabled],
    ['unnamed_protection', users.protected, users.protected],
  ] as const) {
    const values = judgement && unnamedValues(judgement, columnsJudged(told), compiler, scope);
    if (values !== undefined) columns.set(name, values);
  }
  if (users.lastSignIn) columns.set('last_sign_in_at', instantOf(users.lastSignIn, compiler, scope));
  return [...columns];
}

/** As the column has it; without the blanks that fill a column of fixed length, which are no part of a name. */
function readText(value: Value, compiler: Compiler, scope: Scope): string {
  const type = compiler.typeOf(value, scope);
  const sql = compiler.value(value, scope, type);
  return type.kind === 'text' && FIXED.test(type.type) ? compiler.forms.unpadded(sql) : sql;
}

/** `character(10)`, `nchar(10)`. */
export const FIXED = /^(character|bpchar|n?char)\b(?! varying)/i;

/** An account that is locked for now reads disabled, and says so in a column of its own. */
function enabledCondition(enabled: Enabled, compiler: Compiler, scope: Scope): string {
  const holds = judged(lastingState(enabled), compiler, scope, 'users.enabled');
  if (!enabled.temporarily) return holds;
  return `(${holds} and ${compiler.forms.not(compiler.condition(enabled.temporarily, scope))})`;
}

/** Locked for now, and enabled but for that: so it is not once disabling has written what lasts. */
function lockedCondition(enabled: Enabled, compiler: Compiler, scope: Scope): string {
  const holds = judged(lastingState(enabled), compiler, scope, 'users.enabled');
  return enabled.temporarily ? `(${holds} and ${compiler.condition(enabled.temporarily, scope)})` : holds;
}

/** What neither condition names reads as yes. */
export function judged({ yes, no }: Judgement, compiler: Compiler, scope: Scope, name: string): string {
  const compiled = (condition: Condition) => compiler.condition(condition, scope);
  if (yes && no) return `(${compiled(yes)} or ${compiler.forms.not(compiled(no))})`;
  if (yes) return compiled(yes);
  if (no) return compiler.forms.not(compiled(no));
  throw configurationProblem('binding-contradicts', `${name} has neither \`yes\` nor \`no\`.`, {
    hint: 'Say which rows are, or which are not.',
  });
}

/** The columns by which an account of an unknown state is told: not those of locks alone, whose values all differ. */
export const columnsJudged = (judgement: Judgement | undefined): ColumnReference[] =>
  columnsTested([judgement?.yes, judgement?.no]);

/** `status 7` where neither condition names the row; nothing where they always do. */
function unnamedValues(
  { yes, no }: Judgement,
  tested: readonly ColumnReference[],
  compiler: Compiler,
  scope: Scope,
): string | undefined {
  const { forms } = compiler;
  if (!yes || !no || tested.length === 0) return undefined;
  const { text } = forms.types;
  const told = tested.flatMap((column, at) => {
    const { sql, type } = compiler.column(column, scope);
    const label = forms.literal(`${at === 0 ? '' : ', '}${column.column} `, text);
    return [label, forms.coalesce([forms.text(sql, type), forms.literal('null', text)])];
  });
  const isUnnamed = [yes, no].map((one) => forms.not(compiler.condition(one, scope))).join(' and ');
  return `case when ${isUnnamed} then ${forms.concat(told)} end`;
}

export function instantOf({ read, as = 'instant' }: ReadInstant, compiler: Compiler, scope: Scope): string {
  const type = compiler.typeOf(read, scope);
  return compiler.forms.instant(compiler.value(read, scope, type), type, as, compiler.zone);
}

export function providerParts({ providers }: Binding, compiler: Compiler): ViewParts {
  const { forms } = compiler;
  const text = (value: string | null) => forms.literal(value, forms.types.text);
  if ('declared' in providers) {
    const { name, id = name } = providers.declared;
    return {
      columns: [
        ['provider_id', text(id)],
        ['name', text(name)],
        ['protocol', text('SAML')],
        ['is_enabled', forms.flag('1 = 1')],
        ...declaration(providers.declared, forms),
      ],
      from: [],
    };
  }
  const scope = singleTable(providers.table, 'p');
  const read = (value: Value) => readText(value, compiler, scope);
  const enabled = providers.enabled
    ? judged(providers.enabled, compiler, scope, 'providers.enabled')
    : '1 = 1';
  return {
    columns: [
      ['provider_id', read(providers.id)],
      ['name', read(providers.name)],
      ['protocol', read(providers.protocol)],
      ['is_enabled', forms.flag(enabled)],
      ...(providers.certificateExpiresAt
        ? [
            ['certificate_expires_at', instantOf(providers.certificateExpiresAt, compiler, scope)] as [
              string,
              string,
            ],
          ]
        : []),
    ],
    from: [`${forms.table(providers.table)} p`],
    ...(providers.where && { where: compiler.condition(providers.where, scope) }),
  };
}

export function seatParts({ seats }: Binding, compiler: Compiler): ViewParts {
  const { forms } = compiler;
  const { text, number } = forms.types;
  if ('none' in seats) {
    return {
      columns: [
        ['licence_type', forms.literal('Unlimited', text)],
        ['assign_order', forms.literal(1, number)],
        ['seats_total', forms.literal(null, number)],
        ['seats_used', forms.literal(0, number)],
        ...declaration(seats.none, forms),
      ],
      from: [],
    };
  }
  const scope = singleTable(seats.table, 'l');
  return {
    columns: [
      ['licence_type', compiler.value(seats.type, scope)],
      ['assign_order', seats.order ? compiler.value(seats.order, scope, number) : forms.literal(1, number)],
      ['seats_total', compiler.value(seats.total, scope, number)],
      ['seats_used', compiler.value(seats.used, scope, number)],
    ],
    from: [`${forms.table(seats.table)} l`],
    ...(seats.where && { where: compiler.condition(seats.where, scope) }),
  };
}

/** Who says what no table of the application does, and when. */
function declaration({ by = 'the binding', at }: Declared, { literal, types }: Forms): [string, string][] {
  const instant = at === undefined ? Number.NaN : Date.parse(at);
  return [
    ['declared_by', literal(by, types.text)],
    ['declared_at', literal(Number.isNaN(instant) ? null : new Date(instant).toISOString(), types.instant)],
  ];
}

function singleTable(table: string, alias: string): Scope {
  const here: Row = { table, alias };
  return { here, rows: new Map() };
}
