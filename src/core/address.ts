import { operationProblem, usageProblem } from '../problem.js';

export interface Addressed {
  id: string;
  name?: string;
}

/**
 * Finds the one thing that a person means: by its name, its id, or a prefix of either that fits only one.
 * @param noun for messages: `IdP`, `token`.
 * @throws Problem `<code>-unknown` (operation) or `<code>-ambiguous` (usage).
 */
export function pick<T extends Addressed>(
  things: readonly T[],
  reference: string,
  { noun, code, list }: { noun: string; code: string; list: string },
): T {
  const exact = things.find((thing) => thing.name === reference || thing.id === reference);
  if (exact) return exact;
  const fitting = things.filter(
    (thing) => thing.id.startsWith(reference) || thing.name?.startsWith(reference),
  );
  const [only, another] = reference === '' ? [] : fitting;
  if (only && !another) return only;
  if (another) {
    const names = fitting.map((thing) => thing.name ?? thing.id).slice(0, 5);
    throw usageProblem(
      `${code}-ambiguous`,
      `${JSON.stringify(reference)} matches more than one ${noun}: ${names.join(', ')}.`,
      {
        hint: 'Use more of the name or id.',
      },
    );
  }
  throw operationProblem(`${code}-unknown`, `There is no ${noun} ${JSON.stringify(reference)}.`, {
    hint: `\`scimctl ${list}\` lists them all.`,
  });
}
