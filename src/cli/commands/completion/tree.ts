import { type Command, type CommandEntry, isGroup } from '../../command.js';
import { GLOBAL_OPTIONS } from '../../globals.js';
import type { OptionSpec } from '../../option.js';
import { TOPICS } from '../../shared/help-topics.js';

export interface Word {
  word: string;
  about: string;
}

export interface ValueOption {
  /** `-o`, `--output`. */
  names: string[];
  /** Empty where any value will do. */
  values: readonly string[];
}

/** What may stand after the words of one path: `` (the program itself), `token`, `token create`. */
export interface CompletionPlace {
  path: string;
  /** Commands, verbs or fixed arguments. */
  words: Word[];
  options: Word[];
  /** Those of its options that take a value. */
  taking: ValueOption[];
}

const HELP: OptionSpec = { flags: '-h, --help', description: 'show help' };

/** Everything that can be completed, worked out from the declarations of all commands. */
export async function completionTree(commands: readonly CommandEntry[]): Promise<CompletionPlace[]> {
  const places = [placeOf('', commands.map(wordOf), [])];
  for (const entry of commands) {
    const loaded = await entry.load();
    if (!isGroup(loaded)) {
      places.push(
        placeOf(
          entry.name,
          entry.name === 'help' ? helpWords(commands) : fixedArguments(loaded),
          loaded.options,
        ),
      );
      continue;
    }
    places.push(placeOf(entry.name, loaded.commands.map(wordOf), []));
    for (const verb of loaded.commands) {
      places.push(placeOf(`${entry.name} ${verb.name}`, fixedArguments(verb), verb.options));
    }
  }
  return places;
}

const wordOf = ({ name, summary }: { name: string; summary: string }): Word => ({
  word: name,
  about: summary,
});

const helpWords = (commands: readonly CommandEntry[]) => [...commands, ...TOPICS].map(wordOf);

/** `<bash|zsh>`: an argument that is one of a few words. */
const fixedArguments = ({ arguments: all = [] }: Command): Word[] =>
  all.flatMap(({ choices = [], description }) => choices.map((word) => ({ word, about: description })));

function placeOf(path: string, words: Word[], own: readonly OptionSpec[] = []): CompletionPlace {
  const specs = [...own, ...GLOBAL_OPTIONS, HELP];
  const names = ({ flags }: OptionSpec) => flags.match(/--?[\w-]+/g) ?? [];
  return {
    path,
    words,
    options: specs.flatMap((spec) => names(spec).map((word) => ({ word, about: spec.description }))),
    taking: specs
      .filter(({ flags }) => flags.includes('<'))
      .map((spec) => ({ names: names(spec), values: spec.choices ?? [] })),
  };
}
