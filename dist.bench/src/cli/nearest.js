/** The candidate that a mistyped word most likely means; nothing where none is near. */
export function nearest(word, candidates) {
    const measured = candidates.map((candidate) => ({ candidate, distance: editDistance(word, candidate) }));
    const [best] = measured.sort((a, b) => a.distance - b.distance);
    return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}
/** Levenshtein's: insertions, deletions and replacements of single characters. */
function editDistance(from, to) {
    let previous = Array.from({ length: to.length + 1 }, (_, at) => at);
    for (let row = 1; row <= from.length; row++) {
        const current = [row];
        for (let at = 1; at <= to.length; at++) {
            const replaced = (previous[at - 1] ?? 0) + (from[row - 1] === to[at - 1] ? 0 : 1);
            current.push(Math.min(replaced, (previous[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1));
        }
        previous = current;
    }
    return previous[to.length] ?? 0;
}
