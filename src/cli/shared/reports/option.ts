import type { OptionSpec } from '../../option.js';

/** What the commands with a report share: where it is written to. */
export const REPORT: OptionSpec = {
  flags: '--report <file>',
  description: 'also write a report: one HTML page with figures, charts and the whole list',
};

/** What a report reads beside the list. */
export const REPORT_NEEDS = { event: 'SELECT', event_seal: 'SELECT', event_void: 'SELECT' };
