/** Whether a value of an event is an instant. A row that was planted may hold none: `Infinity`. */
export const isInstant = (value: unknown): value is Date =>
  value instanceof Date && !Number.isNaN(value.getTime());

/** The instant that the details of an event hold as text; undefined where a row that was tampered with holds none. */
export function instantIn(text: unknown): Date | undefined {
  const at = new Date(String(text ?? ''));
  return isInstant(at) ? at : undefined;
}

/**
 * Whether an event tells that the wait of an account ended in the application itself: at some time since it was last
 * seen pending, and by whom is not known. An account that was linked again was linked by this program.
 */
export const isEndInApplication = (action: string, details: unknown): boolean =>
  action === 'user.settle' && (Object(details) as { how?: unknown }).how !== 'linked';
