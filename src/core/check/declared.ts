import type { Declaration } from '../../database/queries/host/host.js';
import { safeWords } from '../host/host-words.js';

/** `declared by alice on 2026-11-28, not read from the application`. The day is in UTC. */
export const declaredWords = ({ by, at }: Declaration): string =>
  `declared by ${safeWords(by)}${at ? ` on ${at.toISOString().slice(0, 10)}` : ''}, not read from the application`;
