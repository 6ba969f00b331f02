import type { IdpName } from './names.js';

/** A comparison of a filter. */
export const equals = (attribute: string, value: string): string =>
  `${attribute} eq "${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A query string as the IdP spells it: Entra writes blanks as `+`, Okta as `%20`. */
export function queryAs(idp: IdpName, parameters: Record<string, string>): string {
  const spelt = new URLSearchParams(parameters).toString();
  return idp === 'okta' ? spelt.replaceAll('+', '%20') : spelt;
}

export const pathTo = (resource: 'Users' | 'Groups', id: string): string =>
  `/${resource}/${encodeURIComponent(id)}`;
