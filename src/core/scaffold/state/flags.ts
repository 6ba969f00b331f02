import type { Scalar } from '../../../binding/value.js';
import type { ColumnFacts } from '../facts.js';

/** Whether its values are two, and mean yes and no. */
export function isFlag({ kind, values, statistics }: ColumnFacts): boolean {
  if (kind === 'boolean') return true;
  if (kind === 'integer') {
    const { least, greatest } = statistics ?? {};
    return typeof least === 'number' && typeof greatest === 'number' && least >= 0 && greatest <= 1;
  }
  if (kind !== 'text' || !values || values.length === 0) return false;
  return values.every(
    ({ value }) =>
      value === null || /^(y|n|yes|no|t|f|true|false|j|ja|nein|o|oui|non|s|si|sí|0|1|是|否)?$/iu.test(value),
  );
}

/** What a flag holds for yes and for no, in its own way of writing. */
export function flagValues(column: ColumnFacts): { yes: Scalar; no: Scalar } {
  if (column.kind === 'boolean') return { yes: true, no: false };
  if (column.kind === 'integer') return { yes: 1, no: 0 };
  const seen = (column.values ?? []).flatMap(({ value }) => (value ? [value] : []));
  const pairs = [
    ['Y', 'N'],
    ['y', 'n'],
    ['yes', 'no'],
    ['Yes', 'No'],
    ['YES', 'NO'],
    ['T', 'F'],
    ['t', 'f'],
    ['true', 'false'],
    ['True', 'False'],
    ['TRUE', 'FALSE'],
    ['J', 'N'],
    ['j', 'n'],
    ['ja', 'nein'],
    ['O', 'N'],
    ['oui', 'non'],
    ['S', 'N'],
    ['s', 'n'],
    ['si', 'no'],
    ['1', '0'],
    ['是', '否'],
  ];
  const [yes = 'Y', no = 'N'] = pairs.find(
    (pair) => seen.length > 0 && seen.every((value) => pair.includes(value)),
  ) ?? ['Y', 'N'];
  return { yes, no };
}
