/** A query on one of our own tables, in the session's schema. */
export const own = (session, table) => session.knex(table).withSchema(session.schema);
/** One of our own tables, or a host view, for SQL text. */
export const ownTable = ({ schema }, table) => `"${schema.replaceAll('"', '""')}"."${table}"`;
/** Rows of a statement whose text is ours. */
export const selectRaw = (session, sql, bindings = []) => session.rows(sql, bindings);
/** The same of a fragment. */
export const selectRows = (session, { sql, bindings }) => session.rows(sql, bindings);
/** The same of one that goes by indexes. */
export const lookUpRows = (session, { sql, bindings }) => session.lookUp(sql, bindings);
/** An instant, or nothing, as the engine binds it. */
export const bind = (session, instant) => instant ? session.dialect.bindInstant(instant) : null;
/** Host columns may be of any type the application chose: 0/1, 'true', a boolean, a BIT. */
export const asBoolean = (value) => value === true ||
    value === 1 ||
    (typeof value === 'string' && /^(1|t|true|y|yes)$/i.test(value)) ||
    value === 1n;
export const asText = (value) => value === null || value === undefined ? null : String(value);
export const asInstant = (value) => {
    if (value === null || value === undefined)
        return null;
    return value instanceof Date ? value : new Date(String(value));
};
