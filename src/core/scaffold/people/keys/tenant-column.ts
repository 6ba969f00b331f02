import type { Scalar } from '../../../../binding/value.js';
import {
  type ColumnFacts,
  filledShare,
  isColumnCalled,
  isDistinct,
  scalarOf,
  type TableFacts,
} from '../../facts.js';
import type { GatheredFacts } from '../../gathered.js';
import { isFlag } from '../../state/flags.js';
import * as called from '../../words/vocabulary.js';
import type { WherePart } from '../no-account.js';
import { personKey } from './person-key.js';

/** More tenants are not offered one by one. */
const MOST_TENANTS = 20;

interface Identifying {
  login: string | undefined;
  email: string | undefined;
  gathered: Pick<GatheredFacts, 'names'>;
}

/** The tenants that a column of the people says. The rows of all tenants are never taken without a question. */
export function ofTenant(users: TableFacts, column: ColumnFacts, known: Identifying): WherePart[] {
  const values = (column.values ?? []).filter(({ value }) => value !== null && value !== '');
  if (
    !isOfTenants(users, column, known) ||
    values.length < 2 ||
    column.name === personKey(users)?.column ||
    isDistinct(column) === true
  )
    return [];
  if (isFlag(column) && column.kind === 'boolean') return [];
  const isNull = (column.values ?? []).some(({ value }) => value === null);
  return values.slice(0, MOST_TENANTS).flatMap(({ value, rows }, at) => {
    const name = known.gathered.names.get(column.name)?.find(({ key }) => key === value)?.name;
    const scalar = scalarOf(column, value);
    const evidence = `${column.name} is ${value}${name === undefined ? '' : ` (${name})`}: ${rows} rows`;
    const part = (condition: Scalar[], more: string, isLikely: boolean): WherePart => ({
      value: { column: column.name, in: condition },
      evidence: `${evidence}${more}`,
      isLikely,
      isForPerson: true,
      kind: 'tenant',
    });
    return [part([scalar], '', at === 0), ...(isNull ? [part([scalar, null], ', or null', false)] : [])];
  });
}

/** By its name, or because a login or an address is unique only together with it. */
function isOfTenants(users: TableFacts, column: ColumnFacts, { login, email }: Identifying): boolean {
  if (isColumnCalled(column, called.TENANT)) return true;
  const refers = users.foreignKeys.some(
    ({ columns, table: [schema, name] }) =>
      columns.length === 1 && columns[0] === column.name && !(schema === users.schema && name === users.name),
  );
  if (!refers) return false;
  if (called.TENANT.test(column.words.own) || /^accounts?(id|uuid|key)?$/u.test(column.words.whole))
    return true;
  if (column.nullable && (filledShare(column) ?? 0) < 0.98) return false;
  return isColumnCalled(column, called.TENANT_BY_REFERENCE) || isUniqueWithin(users, column, [login, email]);
}

/** `unique (team_id, email)`, also of `lower(email)` and of the rows that are not deleted. */
const isUniqueWithin = (
  { uniques }: TableFacts,
  { name }: ColumnFacts,
  identifying: readonly (string | undefined)[],
): boolean =>
  uniques.some(
    ({ parts }) =>
      parts.length === 2 &&
      parts.some(({ column }) => column === name) &&
      parts.some(({ column, expression }) =>
        identifying.some(
          (one) => one !== undefined && (column === one || (expression?.includes(one) ?? false)),
        ),
      ),
  );
