import type { CatalogueReport } from '../../../core/preflight/catalogue.js';
import type { Preflight } from '../../../core/preflight/preflight.js';
import { printableCell } from '../../../printable.js';
import { besideName, wrapped } from '../../output/wrap.js';

/** What the values of the list were compared with, and what only a rehearsal finds. */
export function catalogueRead(
  { catalogue, rehearsal }: Preflight,
  columns = Number.POSITIVE_INFINITY,
): string {
  const { lengths, unique, uniqueUnread, showsAllRows, unwritable } = catalogue;
  const seenIn = rehearsal ? 'the rehearsal tried it' : 'use --rehearse to try it';
  const rows: [string, string][] = [
    [
      'lengths',
      Object.entries(lengths)
        .map(([column, most]) => `${column} ${most}`)
        .join(', '),
    ],
    ['unique', unique.join(', ')],
    [
      'not read',
      uniqueUnread.map((column) => `${column}: this login cannot read the table behind the view`).join('; '),
    ],
    [
      'new accounts',
      showsAllRows === null
        ? `unknown whether host_user shows them, because this login cannot read its definition; ${seenIn}`
        : showsAllRows
          ? 'host_user shows every row of its table'
          : `host_user has a filter and may hide them; ${seenIn}`,
    ],
    ['writes', rehearsal ? '' : writesInWords(unwritable)],
    ['triggers', rehearsal ? '' : `unknown what they and other constraints refuse; ${seenIn}`],
  ];
  const said = rows.filter(([, text]) => text !== '');
  const width = Math.max(...said.map(([name]) => name.length));
  const lines = [
    ...wrapped('host_user: compared with the catalogue of the host application', columns),
    ...said.flatMap(([name, text]) => besideName(`  ${name}`, printableCell(text), width + 4, columns)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function writesInWords(unwritable: CatalogueReport['unwritable']): string {
  if (unwritable === undefined) return '';
  if (unwritable === null)
    return 'unknown, because this login cannot read its definition; use --rehearse to try it';
  return (['insert', 'update'] as const)
    .filter((way) => unwritable[way].length > 0)
    .map((way) => `no ${way === 'insert' ? 'create' : 'change'} can set ${unwritable[way].join(', ')}`)
    .join('; ');
}
