/** What became of what an event tells. */
export type EventOutcome = 'done' | 'refused' | 'failed';

/** Those that events have. The schema allows `failed` too, which nothing writes. */
export const EVENT_OUTCOMES: readonly EventOutcome[] = ['done', 'refused'];
