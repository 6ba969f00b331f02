import { fileName } from './plan.js';
/** What to do about a file of the history that is not as it was applied. */
export function adviceOnFile({ version, kind }, applied, migrations) {
    const by = applied.find((row) => row.version === version)?.toolVersion;
    if (kind === 'edited') {
        return `Install scimctl ${by ?? ''} again, which applied it, or a later release: files of a release are never edited. What was added to the file belongs into a schema of your own.`;
    }
    if (kind === 'unknown') {
        return `Use scimctl ${by ?? ''}, which applied it, or a later release; this copy lacks the file.`;
    }
    const newest = applied.findLast((row) => migrations.some((file) => file.version === row.version));
    return `Two lines of releases were mixed: go on with scimctl ${newest?.toolVersion ?? ''} or a later release, and ask its makers before anything is applied by hand.`;
}
const AUDIT = 'then look with `scimctl audit verify` for what happened meanwhile';
/** What to do about an object that is not as it was made. */
export function adviceOnObject(difference, migrations) {
    const { kind, object, right } = difference;
    if (kind === 'hidden') {
        return `This login cannot tell whether it is there. Have the DBA grant ${right}, or run this as somebody who has it.`;
    }
    const isTrigger = object.startsWith('trigger ');
    if (kind === 'unexpected')
        return adviceOnAddition(object);
    const as = `as ${sourceOf(object, migrations)} makes it`;
    if (/ disabled\b/.test(difference.found ?? '') && isTrigger)
        return `Enable it at once; ${AUDIT}.`;
    const verb = kind === 'changed' ? 'Make it again' : 'Create it';
    if (isTrigger || object.startsWith('function '))
        return `${verb} at once, ${as}; ${AUDIT}.`;
    if (/^(check|constraint|foreign key|primary key|unique)/.test(object)) {
        return `${verb} ${as}; first correct the rows that violate it.`;
    }
    if (/^column/.test(object)) {
        return kind === 'changed'
            ? `Alter the column, ${as}.`
            : `Restore the table from a backup, or add the column, ${as}, and its values by hand.`;
    }
    return `${verb}, ${as}.`;
}
function adviceOnAddition(object) {
    if (object.startsWith('trigger ')) {
        return 'Find out what it does, since it runs inside our transactions, and drop it.';
    }
    if (/^(column|view)/.test(object)) {
        return 'Move it to a schema of your own: an upgrade knows nothing of it, and may fail over its name.';
    }
    return 'Drop it, unless somebody answers for it: an upgrade knows nothing of it.';
}
/** The file that makes an object: the last one that names all of it, or the first that names its table. */
function sourceOf(object, migrations) {
    const [, named = ''] = /^[a-z ]*? ?(\w+(?:\.\w+)?(?: ?\([^)]*\))?)(?: where .*)?$/.exec(object) ?? [];
    const words = named.match(/\w+/g) ?? [];
    const names = ({ sql }) => (word) => new RegExp(`\\b${word}\\b`, 'i').test(sql);
    const file = migrations.findLast((each) => words.every(names(each))) ??
        migrations.find((each) => words.slice(0, 1).every(names(each)));
    return file ? fileName(file) : 'history.sql';
}
