import { bound, joined, raw, sql } from './fragment.js';
/** `insert into table (…) values (…)`; with a source, one row for each of its rows. */
export function insertInto(table, columns, source) {
    const names = joined(Object.keys(columns).map(column), ', ');
    const values = joined(Object.values(columns).map(value), ', ');
    const rows = source === undefined ? sql `values (${values})` : sql `select ${values} from ${raw(source)}`;
    return sql `insert into ${raw(table)} (${names}) ${rows}`;
}
/** `update table set … where …`; with a source, its columns may be among the values. */
export function updateOf(table, columns, where, source) {
    const changes = Object.entries(columns).map(([name, one]) => sql `${column(name)} = ${value(one)}`);
    const from = raw(source === undefined ? '' : ` from ${source}`);
    return sql `update ${raw(table)} set ${joined(changes, ', ')}${from} where ${where}`;
}
const column = (name) => raw(`"${name}"`);
const value = (one) => (isFragment(one) ? one : bound(one));
const isFragment = (one) => typeof one === 'object' && one !== null && 'sql' in one && 'bindings' in one;
