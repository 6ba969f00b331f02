import type { CompletionPlace } from './tree.js';

/**
 * For bash, and for zsh through its own emulation of bash's completion. Names only, as bash shows no more.
 * Words come from our declarations: letters, digits and hyphens, so that nothing needs quoting.
 */
export function bashScript(places: readonly CompletionPlace[]): string {
  const cases = (body: (place: CompletionPlace) => string) =>
    places.map((place) => `    ${JSON.stringify(place.path)}) ${body(place)} ;;`).join('\n');
  const list = (words: readonly { word: string }[]) => words.map(({ word }) => word).join(' ');
  return `# bash completion for scimctl. Load it with: source <(scimctl completion bash)

_scimctl_words() {
  case "$1" in
${cases(({ words }) => `echo "${list(words)}"`)}
  esac
}

_scimctl_options() {
  case "$1" in
${cases(({ options }) => `echo "${list(options)}"`)}
  esac
}

# The values of an option; fails for one that takes none.
_scimctl_values() {
  case "$1 $2" in
${places
  .flatMap(({ path, taking }) =>
    taking.map(({ names, values }) => {
      const patterns = names.map((name) => JSON.stringify(`${path} ${name}`)).join('|');
      return `    ${patterns}) echo "${values.join(' ')}" ;;`;
    }),
  )
  .join('\n')}
    *) return 1 ;;
  esac
}

_scimctl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="" word="" at values=""
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    if [[ "$word" == -* ]]; then
      if _scimctl_values "$path" "$word" > /dev/null; then at=$((at + 1)); fi
    elif [[ " $(_scimctl_words "$path") " == *" $word "* && -n "$(_scimctl_options "\${path:+$path }$word")" ]]; then
      path="\${path:+$path }$word"
    fi
  done
  if [[ "$previous" == -* ]] && values="$(_scimctl_values "$path" "$previous")"; then
    if [[ -n "$values" ]]; then COMPREPLY=($(compgen -W "$values" -- "$current"))
    else COMPREPLY=($(compgen -f -- "$current")); fi
  elif [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$(_scimctl_options "$path")" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$(_scimctl_words "$path")" -- "$current"))
  fi
}

complete -F _scimctl scimctl
`;
}
