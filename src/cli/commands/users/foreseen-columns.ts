import type { Foreseen } from '../../../core/preflight/foresee.js';
import type { Column } from '../../output/column.js';

export const PERSON_COLUMNS: Column<Foreseen>[] = [
  { key: 'at', label: 'AT', rank: 2, align: 'right' },
  { key: 'userName', label: 'USER NAME', rank: 0 },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'active', label: 'ACTIVE', wide: true },
  { key: 'outcome', label: 'OUTCOME', rank: 1 },
  { key: 'userId', label: 'USER', rank: 7 },
  { key: 'loginName', label: 'LOGIN', rank: 6 },
  { key: 'needsSeat', label: 'SEAT NEEDED', rank: 8 },
  { key: 'detail', label: 'WHY', rank: 3, least: 32 },
  { key: 'advice', label: 'ADVICE', wide: true },
  { key: 'changes', label: 'CHANGES', rank: 4, show: changesInWords },
  { key: 'becomesPending', label: 'BECOMES PENDING', rank: 9 },
  { key: 'file', label: 'FILE', rank: 5 },
  { key: 'rehearsal', label: 'REHEARSAL', rank: 10 },
  { key: 'attributes', label: 'ATTRIBUTES', wide: true },
];

/** `loginName lars → lars@contoso.example, enabled no → yes`. */
function changesInWords({ changes }: Foreseen): string {
  const word = (value: string | boolean | null) =>
    value === null ? '(none)' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
  return Object.entries(changes)
    .map(([field, [from, to]]) => `${field} ${word(from)} → ${word(to)}`)
    .join(', ');
}
