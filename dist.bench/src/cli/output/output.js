import { renderCsv } from './csv.js';
import { printableCell } from './printable.js';
import { renderFields, renderTable, show } from './table.js';
export function createOutput(globals, world) {
    const write = (text) => {
        world.stdout.write(text);
    };
    const json = (document) => write(`${JSON.stringify(document, null, 2)}\n`);
    const style = {
        color: globals.color,
        isTerminal: world.stdout.isTTY === true,
        width: world.stdout.columns ?? 80,
    };
    const { output: format, quiet } = globals;
    return {
        format,
        json,
        text: write,
        list: async (rows, columns, empty) => {
            if (format === 'json')
                return void json(rows);
            if (format === 'csv')
                return void write(renderCsv(rows, columns));
            if (quiet)
                return void write(essential(rows, columns));
            if (rows.length === 0)
                return void world.stderr.write(`${empty}\n`);
            const narrow = columns.filter(({ wide }) => !wide);
            write(await renderTable(rows, narrow, style));
        },
        one: async (row, fields) => {
            if (format === 'json')
                return void json(row);
            if (format === 'csv')
                return void write(renderCsv([row], fields));
            write(quiet ? essential([row], fields) : await renderFields(row, fields, style));
        },
    };
}
/** With --quiet: of each thing only its first field, a line each, for scripts. */
const essential = (rows, [first]) => rows.map((row) => `${first ? printableCell(show(row, first)) : ''}\n`).join('');
