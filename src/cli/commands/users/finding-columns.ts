import type { Finding } from '../../../core/users/reconcile/reconcile.js';
import type { Column } from '../../output/column.js';

export const LEAVER_COLUMNS: Column<Finding>[] = [
  { key: 'userId', label: 'USER', whole: true, rank: 2 },
  { key: 'loginName', label: 'LOGIN', rank: 0 },
  { key: 'finding', label: 'FINDING', rank: 1 },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'displayName', label: 'NAME', rank: 4 },
  { key: 'userName', label: 'LINKED TO', rank: 6 },
  { key: 'externalId', label: 'EXTERNAL ID', wide: true },
  { key: 'licenceType', label: 'SEAT', rank: 5 },
  { key: 'lastSignInAt', label: 'LAST SIGN-IN', whole: true, rank: 7 },
  { key: 'markedSince', label: 'MARKED SINCE', whole: true, rank: 3 },
  { key: 'others', label: 'OTHER ACCOUNTS', rank: 8, show: ({ others }) => others.join(', ') },
];
