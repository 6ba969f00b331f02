import type { TokenSummary } from '../../../core/tokens/token.js';
import type { Column } from '../../output/column.js';

export const TOKEN_FIELDS: Column<TokenSummary>[] = [
  { key: 'id', label: 'ID', whole: true, rank: 0 },
  { key: 'idp', label: 'IDP' },
  { key: 'status', label: 'STATUS' },
  { key: 'createdAt', label: 'CREATED', whole: true, rank: 9 },
  { key: 'createdBy', label: 'CREATED BY', wide: true },
  { key: 'expiresAt', label: 'EXPIRES', wide: true },
  { key: 'validUntil', label: 'VALID UNTIL', whole: true, rank: 3 },
  { key: 'lastUsedAt', label: 'LAST USED', whole: true, rank: 4 },
  { key: 'hashScheme', label: 'HASH', wide: true },
  { key: 'keyId', label: 'KEY', wide: true },
];
