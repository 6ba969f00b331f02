import type { Database } from '../../database/database.js';
import type { TokenKeys } from '../tokens/keys.js';

export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skipped';

/** What one prerequisite found. */
export interface CheckFinding {
  status: CheckStatus;
  /** One sentence of what is. */
  summary: string;
  /** One sentence of what to do, where something is to be done. */
  advice?: string;
  /** For `--verbose` and JSON readers who asked for it. */
  details?: Record<string, unknown>;
}

export interface CheckInput {
  /** The database, connected. */
  database: Database;
  clock: () => Date;
  /** False: no write is tried, and not all accounts are read, which may take long. */
  isThorough: boolean;
  /** How many users the first sync will bring. */
  expectUsers?: number;
  /** Look at this IdP only. */
  idp?: string;
  /** What another check of the same run has asked under this name already, or else is asked now. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T>;
  /** Reads the keys for token hashes; without it they are not looked at. */
  tokenKeys?: () => Promise<TokenKeys>;
}

export interface Prerequisite {
  name: string;
  /** What it looks at, for `--list`. */
  about: string;
  /** Prerequisites without which this one has nothing to look at. */
  needs: readonly string[];
  run(input: CheckInput): Promise<CheckFinding>;
}

export const pass = (summary: string, details?: CheckFinding['details']): CheckFinding => ({
  status: 'pass',
  summary,
  details,
});

export const warn = (summary: string, advice: string, details?: CheckFinding['details']): CheckFinding => ({
  status: 'warn',
  summary,
  advice,
  details,
});

export const fail = (summary: string, advice: string, details?: CheckFinding['details']): CheckFinding => ({
  status: 'fail',
  summary,
  advice,
  details,
});

export const skipped = (summary: string): CheckFinding => ({ status: 'skipped', summary });
