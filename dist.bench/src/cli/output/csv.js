/** RFC 4180 with `\r\n`, a head of JSON keys, values as in JSON (instants RFC 3339). */
export function renderCsv(rows, columns) {
    const lines = [
        columns.map(({ key }) => key),
        ...rows.map((row) => columns.map(({ key }) => cell(row[key]))),
    ];
    return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
function cell(value) {
    if (value === null || value === undefined)
        return '';
    if (value instanceof Date)
        return value.toISOString();
    if (typeof value === 'object')
        return quote(JSON.stringify(value));
    if (typeof value !== 'string')
        return String(value);
    // Spreadsheets run a cell that starts like a formula (OWASP, CSV injection); an apostrophe stops them.
    return quote(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
}
const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
