import { usageProblem } from '../../../problem.js';
import { type Command, isGroup } from '../../command.js';
import { nearest } from '../../nearest.js';
import { COMMANDS } from '../index.js';
import { TOPICS } from './topics.js';

export const help: Command<{ topic: string[] }> = {
  name: 'help',
  summary: `Help on a command, or on ${TOPICS.map(({ name }) => name).join(', ')}`,
  description: `Explains a command, as --help does, or a topic: ${TOPICS.map(({ name, summary }) => `${name} (${lowerFirst(summary)})`).join(', ')}.`,
  arguments: [{ syntax: '[topic...]', description: 'a command, a command and its verb, or a topic' }],
  examples: [
    { does: 'for scripts', command: 'help exit-codes' },
    { does: 'every variable', command: 'help environment' },
    { does: 'one verb', command: 'help token rotate' },
  ],
  async run({ topic: words }, context) {
    const topic = words.length === 1 ? TOPICS.find(({ name }) => name === words[0]) : undefined;
    if (topic) return topic.print(context);
    await assertCommand(words);
    const { parseCommandLine } = await import('../../program.js');
    await parseCommandLine([...words, '--help'], context.world);
  },
};

/** @throws Problem `help-topic-unknown`. */
async function assertCommand([noun, verb, ...rest]: string[]): Promise<void> {
  if (noun === undefined) return;
  const entry = COMMANDS.find(({ name }) => name === noun);
  if (!entry)
    throw unknown(
      noun,
      [...COMMANDS, ...TOPICS].map(({ name }) => name),
    );
  if (verb === undefined) return;
  const loaded = await entry.load();
  const verbs = isGroup(loaded) ? loaded.commands.map(({ name }) => name) : [];
  if (!verbs.includes(verb)) throw unknown(verb, verbs, noun);
  if (rest[0] !== undefined) throw unknown(rest[0], [], `${noun} ${verb}`);
}

function unknown(word: string, candidates: readonly string[], below?: string) {
  const near = nearest(word, candidates);
  const subject =
    below === undefined ? 'There is no command or topic' : `\`scimctl ${below}\` has no command`;
  return usageProblem('help-topic-unknown', `${subject} ${JSON.stringify(word)}.`, {
    hint: near === undefined ? '`scimctl help` shows what there is.' : `Did you mean ${near}?`,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
