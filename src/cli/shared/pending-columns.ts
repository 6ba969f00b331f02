import type { PendingUser } from '../../core/users/pending.js';
import type { Column } from '../output/column.js';

export const PENDING_COLUMNS: Column<PendingUser>[] = [
  { key: 'userId', label: 'USER', whole: true, rank: 1 },
  { key: 'loginName', label: 'LOGIN', rank: 0 },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'displayName', label: 'NAME', rank: 5 },
  { key: 'idp', label: 'IDP', rank: 4 },
  { key: 'externalId', label: 'EXTERNAL ID', wide: true },
  {
    key: 'reason',
    label: 'REASON',
    show: ({ reason, heldBack }) => (heldBack ? `${reason}, held back` : reason),
    rank: 3,
  },
  { key: 'heldBack', label: 'HELD BACK', wide: true },
  { key: 'since', label: 'SINCE', whole: true, rank: 6 },
  { key: 'days', label: 'DAYS', align: 'right', rank: 2 },
  { key: 'licenceType', label: 'SEAT' },
  { key: 'lastSignInAt', label: 'LAST SIGN-IN', whole: true },
];
