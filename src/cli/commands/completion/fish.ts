import type { CompletionPlace } from './tree.js';

/** For fish. */
export function fishScript(places: readonly CompletionPlace[]): string {
  const lines = places.flatMap(({ path, words, options, taking }) => {
    const here = `complete -c scimctl -n ${quoted(`__scimctl_at ${quoted(path)}`)}`;
    return [
      ...words.map(({ word, about }) => `${here} -f -a ${quoted(word)} -d ${quoted(about)}`),
      ...options.map(({ word, about }) => {
        const values = taking.find(({ names }) => names.includes(word))?.values;
        const flag = word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
        const value = values && (values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -r');
        return `${here} ${flag}${value ?? ' -f'} -d ${quoted(about)}`;
      }),
    ];
  });
  const taking = new Set(places.flatMap((place) => place.taking.flatMap(({ names }) => names)));
  return `# fish completion for scimctl. Load it with: scimctl completion fish | source

# Whether the words typed so far, options and their values aside, lead to this place.
function __scimctl_at
    set -l places ${places.map(({ path }) => quoted(path)).join(' ')}
    set -l path ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- $word ${[...taking].join(' ')}; and set skip 1
        else
            set -l longer (string trim "$path $word")
            contains -- $longer $places; and set path $longer
        end
    end
    test "$path" = "$argv[1]"
end

${lines.join('\n')}
`;
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
