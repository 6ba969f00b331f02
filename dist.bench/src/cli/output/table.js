import { printableCell } from './printable.js';
/**
 * A list for people: boxed on a terminal that is wide enough. Without a terminal, or on a narrow one, columns
 * set apart by two blanks, no box drawing.
 */
export async function renderTable(rows, columns, style) {
    const { default: Table } = await import('cli-table3');
    const chalk = await chalkFor(style);
    const body = rows.map((row) => columns.map((column) => printableCell(show(row, column))));
    const draw = (look, padding) => {
        const table = new Table({
            head: columns.map(({ label }) => chalk.bold(label)),
            colAligns: columns.map(({ align }) => align ?? 'left'),
            style: { head: [], border: [], compact: true, ...padding },
            ...look,
        });
        table.push(...body);
        return table.toString();
    };
    const boxed = style.isTerminal ? draw({}, {}) : undefined;
    // The top of the box is as wide as all of it, and only made of characters one column wide.
    const fits = boxed !== undefined && boxed.indexOf('\n') <= style.width;
    return `${trimLines(fits ? boxed : draw({ chars: NO_BOX }, { 'padding-left': 0, 'padding-right': 2 }))}\n`;
}
/** One thing, a field a line. Fields without a value are left out. */
export async function renderFields(row, fields, style) {
    const chalk = await chalkFor(style);
    const shown = fields
        .map((field) => [field.label, printableCell(show(row, field))])
        .filter(([, text]) => text !== '');
    const width = Math.max(0, ...shown.map(([label]) => label.length));
    return shown.map(([label, text]) => `${chalk.bold(`${label}:`.padEnd(width + 1))}  ${text}\n`).join('');
}
/** Colours, or none. */
export async function chalkFor({ color }) {
    const { Chalk } = await import('chalk');
    return new Chalk({ level: color ? 1 : 0 });
}
export function show(row, column) {
    if (column.show)
        return column.show(row);
    const value = row[column.key];
    if (value === null || value === undefined)
        return '';
    if (value instanceof Date)
        return shortInstant(value);
    if (typeof value === 'boolean')
        return value ? 'yes' : 'no';
    return String(value);
}
/** `2026-01-31 09:05 UTC`: to the minute, never in a local time zone. */
export const shortInstant = (instant) => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const trimLines = (text) => text.replace(/[ \t]+$/gm, '');
const NO_BOX = Object.fromEntries(['top', 'bottom', 'mid']
    .flatMap((side) => [side, `${side}-left`, `${side}-right`, `${side}-mid`].map((name) => [name, '']))
    .concat(['left', 'left-mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((name) => [name, ''])));
