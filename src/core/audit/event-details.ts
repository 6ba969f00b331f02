import { FarInstant } from '../../database/sql/far-instant.js';

/** Whether a value of an event is an instant. A row that was planted may hold none: `Infinity`. */
export const isInstant = (value: unknown): value is Date =>
  value instanceof Date && !(value instanceof FarInstant) && !Number.isNaN(value.getTime());

/** The instant that the details of an event hold as text; undefined where a row that was tampered with holds none. */
export function instantIn(text: unknown): Date | undefined {
  const at = typeof text === 'string' ? new Date(text) : undefined;
  return isInstant(at) ? at : undefined;
}

/** No event of ours is nested so deeply; what is nested much deeper cannot be written as JSON again. */
const DEEPEST = 100;

/** The details of an event; as the text that they are where a row that was tampered with holds no JSON that can be shown. */
export function parseDetails(text: string): unknown {
  if (depthOf(text) > DEEPEST) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** How deeply a JSON text is nested. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isInText) {
      if (char === '\\') at++;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === '[' || char === '{') deepest = Math.max(deepest, ++depth);
    else if (char === ']' || char === '}') depth--;
  }
  return deepest;
}

/**
 * Whether an event tells that the wait of an account ended in the application itself: at some time since it was last
 * seen pending, and by whom is not known. An account that was linked again was linked by this program.
 */
export const isEndInApplication = (action: string, details: unknown): boolean =>
  action === 'user.settle' && (Object(details) as { how?: unknown }).how !== 'linked';
