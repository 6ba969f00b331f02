import { usageProblem } from '../../../problem.js';
import { type Command, type CommandEntry, type CommandGroup, isGroup } from '../../command.js';
import { nearest } from '../../nearest.js';
import { TOPICS } from '../../shared/help-topics.js';
import { SUMMARIES } from '../summaries.js';

export const help = (commands: readonly CommandEntry[]): Command<{ topic: string[] }> => ({
  name: 'help',
  summary: SUMMARIES.help,
  description: `Explains a command, as --help does, or a topic: ${TOPICS.map(({ name, summary }) => `${name} (${lowerFirst(summary)})`).join(', ')}.`,
  arguments: [{ syntax: '[topic...]', description: 'a command, a command with its verb, or a topic' }],
  examples: [
    { does: 'for scripts', command: 'help exit-codes' },
    { does: 'every variable', command: 'help environment' },
    { does: 'one verb', command: 'help token rotate' },
  ],
  async run({ topic: words }, context) {
    const topic = words.length === 1 ? TOPICS.find(({ name }) => name === words[0]) : undefined;
    if (topic) {
      await topic.print(context);
      return;
    }
    const found = await find(words, commands);
    if (context.output.format === 'json') {
      context.output.json(found ? declaration(found) : commands.map(summary));
      return;
    }
    await context.showHelp(words);
  },
});

/** The command or group that the words mean; nothing for no words. @throws Problem `help-topic-unknown`. */
async function find(
  [noun, verb, ...rest]: string[],
  commands: readonly CommandEntry[],
): Promise<Command | CommandGroup | undefined> {
  if (noun === undefined) return undefined;
  const entry = commands.find(({ name }) => name === noun);
  if (!entry) throw unknown(noun, [...commands, ...TOPICS]);
  const loaded = await entry.load();
  if (verb === undefined) return loaded;
  const verbs = isGroup(loaded) ? loaded.commands : [];
  const found = verbs.find(({ name }) => name === verb);
  if (!found) throw unknown(verb, verbs, noun);
  if (rest[0] !== undefined) throw unknown(rest[0], [], `${noun} ${verb}`);
  return found;
}

const summary = ({ name, summary: text }: { name: string; summary: string }) => ({ name, summary: text });

/** A command as it is declared, without what it does. */
function declaration(found: Command | CommandGroup) {
  if (isGroup(found)) return { ...summary(found), commands: found.commands.map(summary) };
  const { description, arguments: taken = [], options = [], examples } = found;
  return {
    ...summary(found),
    description,
    arguments: taken,
    options: options.map(({ flags, description: about, choices, required }) => ({
      flags,
      description: about,
      choices,
      required,
    })),
    examples,
  };
}

function unknown(word: string, candidates: readonly { name: string }[], below?: string) {
  const near = nearest(
    word,
    candidates.map(({ name }) => name),
  );
  const subject =
    below === undefined ? 'There is no command or topic named' : `\`scimctl ${below}\` has no command named`;
  return usageProblem('help-topic-unknown', `${subject} ${JSON.stringify(word)}.`, {
    hint: near === undefined ? '`scimctl help` lists all commands and topics.' : `Did you mean ${near}?`,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
