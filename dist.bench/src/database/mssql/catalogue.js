import { createHash } from 'node:crypto';
import { COLUMNS, CONSTRAINTS, DEFAULTS, INDEX_COLUMNS, MODULES, SERVER } from './catalogue-queries.js';
/**
 * Own tables, constraints, indexes, triggers and views, from the catalogue views that SQL Server and
 * Babelfish both have. Indexes and foreign keys go by their columns, because Babelfish stores other names
 * for them. A line that ends in ` ?` is one whose end this server does not tell: the filter of an index on
 * Babelfish, a module's text where the login may not see it. The host views are not ours. Check constraints
 * are listed by name only, for each server has a notation of its own.
 */
export async function mssqlCatalogue(ask, schema) {
    const rows = (sql) => ask(async (knex) => (await knex.raw(sql, { schema })));
    const [server] = await rows(SERVER);
    const columns = await rows(COLUMNS);
    const defaults = await rows(DEFAULTS);
    const constraints = await rows(CONSTRAINTS);
    const indexes = await rows(INDEX_COLUMNS);
    const modules = await rows(MODULES);
    return [
        ...columns.map((row) => columnLine(row, defaults, /bin2$/i.test(server?.collation ?? ''))),
        ...constraints.map(({ line }) => line),
        ...indexLines(indexes, server?.is_babelfish !== 1),
        ...moduleLines(modules, schema),
    ].sort();
}
/** Whether a text column's binary collation was chosen, or is just that of the database, nobody can tell. */
function columnLine(row, defaults, binaryDatabase) {
    const start = `${row.kind} ${row.table_name}.${row.name}`;
    // The type of a computed column follows from its expression, and each server has a view of its own on it.
    if (row.is_persisted !== null)
        return `${start} computed${row.is_persisted ? ' persisted' : ''}`;
    const isText = row.collation_name !== null;
    const initial = defaults.find(({ object_id, column_id }) => object_id === row.object_id && column_id === row.column_id);
    return [
        start,
        typeOf(row),
        row.is_nullable || row.kind === 'view' ? '' : 'not null',
        row.is_identity ? 'identity' : '',
        initial ? `default ${initial.definition === null ? '?' : unwrap(initial.definition)}` : '',
        isText && binaryDatabase ? '?' : /bin2$/i.test(row.collation_name ?? '') ? 'binary' : '',
    ]
        .filter((part) => part !== '')
        .join(' ');
}
function typeOf({ type_name, max_length, scale }) {
    if (/^n(var)?char$/.test(type_name))
        return `${type_name}(${max_length < 0 ? 'max' : max_length / 2})`;
    if (/char$|binary$/.test(type_name))
        return `${type_name}(${max_length < 0 ? 'max' : max_length})`;
    return /^(datetime2|datetimeoffset|time)$/.test(type_name) ? `${type_name}(${scale})` : type_name;
}
/** SQL Server stores `0` as `((0))`. */
const unwrap = (definition) => {
    const inner = /^\((.*)\)$/.exec(definition)?.[1];
    return inner === undefined ? definition : unwrap(inner);
};
function indexLines(rows, tellsFilters) {
    const byIndex = new Map();
    for (const row of rows) {
        const key = `${row.table_name} ${row.index_name}`;
        byIndex.set(key, [...(byIndex.get(key) ?? []), row]);
    }
    return [...byIndex.values()].flatMap((columns) => {
        const [first] = columns;
        if (!first)
            return [];
        const listed = (included) => columns
            .filter((column) => column.is_included_column === included)
            .map((column) => `${column.column_name}${column.is_descending_key ? ' desc' : ''}`)
            .join(', ');
        const start = `${first.kind} ${first.table_name} (${listed(false)})`;
        const included = listed(true) && ` include (${listed(true)})`;
        const disabled = first.is_disabled ? ' disabled' : '';
        const filterable = first.kind === 'unique index' || first.kind === 'index';
        return `${start}${included}${disabled}${filterable ? filterOf(first, tellsFilters) : ''}`;
    });
}
/** `([slot] IS NOT NULL)`, as SQL Server writes it, becomes ` where slot is not null`. */
function filterOf({ has_filter, filter_definition }, told) {
    if (!told || (has_filter && filter_definition === null))
        return ' ?';
    return filter_definition === null
        ? ''
        : ` where ${filter_definition.replace(/[[\]()]/g, '').toLowerCase()}`;
}
function moduleLines(rows, schema) {
    return rows.map(({ kind, name, fires, is_disabled, definition }) => {
        const text = definition === null ? '?' : sha256(plain(definition, schema));
        return [kind, name, fires, is_disabled ? 'disabled' : '', text].filter((part) => part !== '').join(' ');
    });
}
/** Without what depends on how a script was run: comments before it, white space, the schema's name. */
const plain = (definition, schema) => definition
    .replace(/^\s*--.*$/gm, '')
    .replace(new RegExp(`(?<![\\w.])\\[?${schema}\\]?\\.`, 'gi'), '')
    .replace(/\s+/g, ' ')
    .trim();
const sha256 = (text) => `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
