import { IDP_LABELS, IDP_NAMES } from '../names.js';
import { ANSWER_DEVIATIONS } from './answers.js';
import { GROUP_DEVIATIONS } from './groups.js';
import { LIST_DEVIATIONS } from './lists.js';
import { USER_DEVIATIONS } from './users.js';
/** Every deviation the probe knows, by its code. */
export const DEVIATIONS = {
    ...ANSWER_DEVIATIONS,
    ...LIST_DEVIATIONS,
    ...USER_DEVIATIONS,
    ...GROUP_DEVIATIONS,
};
const kindOf = (code) => DEVIATIONS[code];
/** By what it is told that the deviation was said before; nothing where it is said every time. */
export function saidBy(code, idp) {
    const { once } = kindOf(code);
    return once && (once === 'run' ? code : `${idp} ${code}`);
}
/**
 * A deviation, weighed for the IdPs that are played: what breaks only another one is a warning.
 */
export function deviation(code, seen, played) {
    const { severity, rule, standard, minds = {} } = kindOf(code);
    const whose = IDP_NAMES.filter((name) => name in minds);
    const breaks = severity === 'fail' && (whose.length === 0 || whose.some((name) => played.includes(name)));
    return { code, status: breaks ? 'fail' : 'warn', seen, rule, standard, minds };
}
/** In one line: what to do, where it is written, and who would mind. */
export function adviceOf({ rule, standard, minds }) {
    const opinions = [...new Set(IDP_NAMES.flatMap((name) => minds[name] ?? []))];
    const who = opinions.map((opinion) => {
        const names = IDP_NAMES.filter((name) => minds[name] === opinion).map((name) => IDP_LABELS[name]);
        return `${names.join(', ')}: ${opinion}`;
    });
    return `${[standard ? `${rule} (${standard})` : rule, ...who].join('. ')}.`;
}
