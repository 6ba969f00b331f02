import type { SetUpSheet } from '../../core/service-accounts/sheet.js';
import { withIndent } from './wrap.js';

/** A set-up sheet as plain text; on a terminal of so many columns, lines are broken between words. */
export function renderSheet({ idp, steps }: SetUpSheet, columns?: number): string {
  const parts = steps.map(({ title, lines }, at) =>
    [`${at + 1}. ${title}`, ...lines.map((line) => `   ${line}`)]
      .flatMap((line) =>
        columns === undefined ? [line] : withIndent(line, columns, line.startsWith(' ') ? 2 : 3),
      )
      .join('\n'),
  );
  return `Set-up sheet for IdP ${idp}\n\n${parts.join('\n\n')}\n`;
}
