import { allOf, bound, raw, sql } from '../fragment.js';
import { describeHostViews, HOST_VIEWS } from './host-views.js';
/** The three host views as they were not long ago: too dear to ask for at every request. */
export const rememberedHostViews = (session) => session.memory.recall('host views', () => describeHostViews(session), 
// Somebody is about to mend them.
(views) => views.every(({ missing }) => missing.length === 0));
const shapes = new WeakMap();
export async function hostUserShape(session) {
    const views = await rememberedHostViews(session);
    const known = shapes.get(views);
    if (known)
        return known;
    const shape = shapeOf(views);
    shapes.set(views, shape);
    return shape;
}
function shapeOf(views) {
    const { required, optional } = HOST_VIEWS.host_user;
    const found = views.find(({ name }) => name === 'host_user')?.columns ?? [];
    const column = (wanted) => found.find(({ name }) => name === wanted);
    return {
        columns: new Set([...required, ...optional].filter((name) => column(name))),
        types: new Map(found.map((one) => [one.name, one])),
        userId: column('user_id') ?? { dataType: 'unknown', collation: null, collationSchema: null },
        hasBoolean: column('is_enabled')?.dataType === 'boolean',
    };
}
/** The columns of the contract that are there, each as `h.name as h_name`. */
export const hostUserColumns = ({ columns }) => [...columns].map((name) => `h.${name} as h_${name}`);
/** A condition: the host user `h` is the one whose id is in an own column. Uses the host's index. */
export function isHostUser({ dialect }, shape, ownColumn) {
    const { hostId, hostKey } = dialect.expressions;
    const exact = `${hostId('h.user_id')} = ${ownColumn}`;
    const key = hostKey(ownColumn, shape.userId);
    return key === undefined ? exact : `h.user_id = ${key} and ${exact}`;
}
/**
 * A condition: the host user `h` has this text in a column, without regard to case. Uses the host's index,
 * over the folded column or, where its collation ignores case, over the column itself.
 */
export function hasText({ dialect }, { types }, column, text) {
    const { search } = dialect;
    const type = types.get(column);
    const near = type && search.hostTextCandidates(`h.${column}`, type, text);
    return allOf([
        ...(near ? [near] : []),
        sql `${search.folded(raw(`h.${column}`))} = ${search.folded(bound(text))}`,
    ]);
}
