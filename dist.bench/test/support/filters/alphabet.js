import { bound, joined, raw, sql } from '../../../src/database/fragment.js';
import { selectRaw } from '../../../src/database/queries/rows.js';
import { UNSTORABLE } from './evaluate.js';
export async function alphabetOf(database) {
    const known = new Map();
    const { product } = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
    return {
        async learn(texts) {
            const unknown = [...new Set(texts)].filter((text) => !known.has(text) && !UNSTORABLE.test(text));
            for (let from = 0; from < unknown.length; from += 200) {
                const some = unknown.slice(from, from + 200);
                const folded = await database.read((session) => fold(session, some));
                for (const [at, text] of some.entries())
                    known.set(text, folded[at] ?? '');
            }
        },
        // What cannot be stored is equal to nothing that is.
        fold: (text) => known.get(text) ?? text,
        // SQL Server orders by UTF-16 units, the others by characters.
        order: (one, other) => product === 'SQL Server'
            ? one < other
                ? -1
                : 1
            : Buffer.compare(Buffer.from(one), Buffer.from(other)),
    };
}
/** Each text as a parameter of its own: Babelfish leaves JSON's escapes in what it takes out of JSON. */
async function fold(session, texts) {
    const { folded, handedOver } = session.dialect.search;
    const columns = texts.map((text, at) => sql `${handedOver(folded(bound(text)))} as ${raw(`f${at}`)}`);
    const query = sql `select ${joined(columns, ', ')}`;
    const [row] = await selectRaw(session, query.sql, [...query.bindings]);
    return texts.map((_, at) => row?.[`f${at}`] ?? '');
}
/** All text in something. */
export function textsIn(value) {
    if (typeof value === 'string')
        return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
