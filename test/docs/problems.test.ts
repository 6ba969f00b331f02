import { describe, it } from 'node:test';
import { AREAS, EXPLAINED, type Explained, exitCodesInWords } from '../../src/cli/explanations/index.js';
import { assertGenerated } from './generated.js';

describe('docs/problems.md', () => {
  it('has what `scimctl explain` prints of every code', async () => {
    await assertGenerated('docs/problems.md', 'problems', page());
  });
});

const page = (): string =>
  AREAS.map(({ area }) => {
    const inArea = EXPLAINED.filter((one) => one.area === area);
    return `## ${area}\n\n${inArea.map(section).join('\n')}`;
  }).join('\n');

function section(explained: Explained): string {
  const { code, auth, meaning, causes, next } = explained;
  const exits = exitCodesInWords(explained);
  const where = [
    ...(exits === '' ? [] : [`Exit code ${exits}.`]),
    ...(auth.length === 0
      ? []
      : [`In the log, \`auth\` is ${auth.map((word) => `\`${word}\``).join(' or ')}.`]),
  ];
  const parts = [
    `### \`${code}\``,
    ...(where.length === 0 ? [] : [where.join(' ')]),
    inMarkdown(meaning),
    ...(causes.length === 0
      ? []
      : [`Usual causes:\n\n${causes.map((cause) => `- ${inMarkdown(cause)}`).join('\n')}`]),
    `What to do: ${inMarkdown(next)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Text of the terminal as Markdown shows it, with links to the pages that it names. */
const inMarkdown = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replace(/[\\*_<]/g, '\\$&').replace(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)'),
    )
    .join('');
