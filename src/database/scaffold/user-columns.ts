import type { Field, Users } from '../../binding/binding.js';
import type { FieldName, Value } from '../../binding/value.js';

/** The column of `host_user` that each field is. */
export const COLUMN_OF: Readonly<Record<FieldName, string>> = {
  login: 'login_name',
  email: 'email',
  displayName: 'display_name',
  enabled: 'is_enabled',
  givenName: 'given_name',
  familyName: 'family_name',
  ssoProvider: 'sso_provider_id',
  licence: 'licence_type',
  externalId: 'external_id',
  ssoSubject: 'sso_subject',
};

export type BoundTextField = Exclude<FieldName, 'enabled'>;

/** The fields that this application has, but for the state, in the order of the view's columns. */
export const fieldsOf = (users: Users): [BoundTextField, Field][] =>
  (Object.keys(COLUMN_OF) as FieldName[]).flatMap((name) => {
    const field = name === 'enabled' ? undefined : users[name];
    return field ? [[name as BoundTextField, field] as [BoundTextField, Field]] : [];
  });

/** The column that a field is written to: the first that it is read from. */
export function writtenColumn(value: Value): { column: string; of?: string } | undefined {
  if ('column' in value) return value;
  if ('map' in value) return writtenColumn(value.map);
  if ('firstNonEmpty' in value) return value.firstNonEmpty[0] && writtenColumn(value.firstNonEmpty[0]);
  if ('firstNonNull' in value) return value.firstNonNull[0] && writtenColumn(value.firstNonNull[0]);
  return undefined;
}

/** What the column of a field gets; nothing where the field is derived. */
export function writtenValue(name: BoundTextField, { read, write }: Field): Value | undefined {
  if (write === false) return undefined;
  if (write !== undefined) return write;
  if (!writtenColumn(read)) return undefined;
  if (!('map' in read)) return { field: name };
  return {
    map: { field: name },
    pairs: read.pairs.filter(({ to }) => to !== null).map(({ from, to }) => ({ from: to, to: from })),
    ...nullPair(read.pairs),
  };
}

/** What stands for null when it is read is written for null, and for what no pair has. */
function nullPair(pairs: readonly { from: unknown; to: unknown }[]): { else?: Value } {
  const none = pairs.find(({ to }) => to === null);
  return none ? { else: { constant: none.from as string | number | boolean | null } } : {};
}

/** The fields whose value a value is made of. */
export function fieldsIn(value: unknown): FieldName[] {
  if (Array.isArray(value)) return value.flatMap(fieldsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { field } = value as { field?: unknown };
  if (typeof field === 'string' && field in COLUMN_OF) return [field as FieldName];
  return Object.values(value).flatMap(fieldsIn);
}
