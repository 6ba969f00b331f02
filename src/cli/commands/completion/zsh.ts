import type { CompletionPlace, Word } from './tree.js';

/** For zsh, with what each word means beside it. */
export function zshScript(places: readonly CompletionPlace[]): string {
  const described = (words: readonly Word[]) =>
    words.map(({ word, about }) => quoted(`${word}:${about}`)).join(' ');
  return `#compdef scimctl
# zsh completion for scimctl. Load it with: source <(scimctl completion zsh)

_scimctl_place() {
  case "$1" in
${places
  .map(
    ({ path, words, options }) =>
      `    ${quoted(path)}) scimctl_words=(${described(words)}); scimctl_options=(${described(options)}) ;;`,
  )
  .join('\n')}
    *) return 1 ;;
  esac
}

# Sets the values of an option; fails for one that takes none.
_scimctl_value() {
  case "$1 $2" in
${places
  .flatMap(({ path, taking }) =>
    taking.map(({ names, values }) => {
      const patterns = names.map((name) => quoted(`${path} ${name}`)).join('|');
      return `    ${patterns}) scimctl_values=(${values.map(quoted).join(' ')}) ;;`;
    }),
  )
  .join('\n')}
    *) return 1 ;;
  esac
}

_scimctl() {
  local -a scimctl_words scimctl_options scimctl_values
  local scimctl_path="" word
  local -i at
  for ((at = 2; at < CURRENT; at++)); do
    word="\${words[at]}"
    if [[ "$word" == -* ]]; then
      if _scimctl_value "$scimctl_path" "$word"; then at=$((at + 1)); fi
    elif _scimctl_place "\${scimctl_path:+$scimctl_path }$word"; then
      scimctl_path="\${scimctl_path:+$scimctl_path }$word"
    fi
  done
  if [[ "\${words[CURRENT-1]}" == -* ]] && _scimctl_value "$scimctl_path" "\${words[CURRENT-1]}"; then
    if (( \${#scimctl_values} )); then compadd -- "\${scimctl_values[@]}"; else _files; fi
    return
  fi
  _scimctl_place "$scimctl_path"
  if [[ "\${words[CURRENT]}" == -* ]]; then _describe option scimctl_options
  else _describe command scimctl_words; fi
}

if [[ "\${funcstack[1]}" == _scimctl ]]; then _scimctl "$@"; else compdef _scimctl scimctl; fi
`;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
