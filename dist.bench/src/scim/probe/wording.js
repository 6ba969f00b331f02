/** A comparison of a filter. */
export const equals = (attribute, value) => `${attribute} eq "${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
/** A query string as the IdP spells it: Entra writes blanks as `+`, Okta as `%20`. */
export function queryAs(idp, parameters) {
    const spelt = new URLSearchParams(parameters).toString();
    return idp === 'okta' ? spelt.replaceAll('+', '%20') : spelt;
}
export const pathTo = (resource, id) => `/${resource}/${encodeURIComponent(id)}`;
