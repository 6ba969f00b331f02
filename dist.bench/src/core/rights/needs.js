import { rightInWords, } from '../../database/rights.js';
import { parseRights, rightsOf, TABLE_NAMES } from './roles.js';
/** The same as a dialect takes it, with the one right that all need who use the schema. */
export function rightsNeeded(needs) {
    const tables = TABLE_NAMES.flatMap((table) => {
        const text = needs[table] ?? (table === 'schema_history' ? 'SELECT' : undefined);
        return text === undefined ? [] : [parseRights(table, text)];
    });
    return {
        tables,
        change: needs.schema === 'change',
        ...(needs.database && { database: [needs.database] }),
    };
}
/** What a role lacks for it, in words: `INSERT on token`. */
export function lacking(role, needs) {
    const { tables, change, database = [] } = rightsNeeded(needs);
    const has = rightsOf(role);
    const missing = tables.flatMap((wanted) => wanted.rights
        .filter((right) => !covers(has.tables, wanted, right))
        .map((right) => `${rightInWords(right, wanted.columns)} on ${wanted.table}`));
    if (change && !has.change)
        missing.push('changing the schema');
    return [
        ...missing,
        ...database.map((right) => (right === 'create role' ? 'making roles' : 'making schemas')),
    ];
}
function covers(tables, wanted, right) {
    const had = tables.find(({ table }) => table === wanted.table);
    if (!had?.rights.includes(right))
        return false;
    if (right !== 'UPDATE' || !had.columns)
        return true;
    return wanted.columns?.every((column) => had.columns?.includes(column)) === true;
}
/** People's roles before the endpoint's, which is a program's. */
const FROM_LEAST = ['auditor', 'operator', 'endpoint', 'installer'];
/** The role with the least rights that may do all of it; none where only a DBA may. */
export const leastRole = (needs) => FROM_LEAST.find((role) => lacking(role, needs).length === 0);
