import type { Value } from '../../../binding/value.js';
import { type ColumnFacts, scalarOf, valuesInWords } from '../facts.js';
import { OWN_CHOICE } from '../words/vocabulary.js';

/** What the application writes where the default is something else: nearly all rows have it. */
export function insteadOfDefault(
  column: ColumnFacts,
  { value, share }: { value: string | null; share: number },
): { value: Value; evidence: string } | undefined {
  const [, written] = /^\(*N?'?([^'()]*)'?(?:::[\w ]+)?\)*$/.exec(column.default ?? '') ?? [];
  if (written === undefined || share < 0.9 || (column.statistics?.rows ?? 0) < 4) return undefined;
  if (!['text', 'integer', 'boolean'].includes(column.kind) || OWN_CHOICE.test(column.words.bare))
    return undefined;
  const isSame =
    column.kind === 'boolean'
      ? /^(1|true|t)$/i.test(written) === (value === '1' || value === 'true')
      : written === value;
  if (isSame || /null/i.test(written)) return undefined;
  const evidence = `${valuesInWords(column.name, column.values ?? [])}; the default is ${written === '' ? 'empty' : written}`;
  return { value: { constant: scalarOf(column, value) }, evidence };
}
