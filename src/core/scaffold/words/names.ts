import type { HostTable } from '../../../database/scaffold/host/host-facts.js';

/** A name without accents, case and what parts its words: `E_Mail` and `eMail` are `email`, `Prénom` is `prenom`. */
export function collapsed(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** The words of a name, where it shows where they part: `entUser_name` is `ent`, `user`, `name`. */
export const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(collapsed);

/** What people are called in tables; of a column it says only whose column it is. The `s` of `userstatus` is not theirs. */
const PERSON =
  /^(users??|usr|accounts??|acct|members??|persons??|people|employees??|emp|staff|benutzer|nutzer|mitarbeiter|utilisateurs??|usuarios??|utente|gebruiker|yonghu|用户)(?=..)/;

/** A column's name as its application may mean it: whole, without what all columns begin with, without whose it is. */
export interface ColumnWords {
  /** Collapsed, with everything. */
  whole: string;
  /** Without a prefix that most columns of its table share. */
  bare: string;
  /** Without whose it is, too: the name of a user is a `name`. */
  own: string;
}

/** What most columns of a table begin with, as words: `us` of `us_id`, `us_email`. */
export function sharedPrefix(columns: readonly string[]): string[] {
  const all = columns.map(wordsOf);
  const prefix: string[] = [];
  for (;;) {
    const next = all.find((words) => words.length > prefix.length && startsWith(words, prefix))?.[
      prefix.length
    ];
    const counted = mostFrequent(
      all.flatMap((words) =>
        words.length > prefix.length + 1 && startsWith(words, prefix) ? [words[prefix.length] ?? ''] : [],
      ),
    );
    if (next === undefined || !counted || counted.count < 3 || counted.count < columns.length * 0.8)
      return prefix;
    prefix.push(counted.word);
  }
}

/** How the columns of a table may be read, by their names. */
export function columnWords({ columns }: Pick<HostTable, 'columns'>): Map<string, ColumnWords> {
  const names = columns.map(({ name }) => name);
  const prefix = sharedPrefix(names);
  return new Map(
    names.map((name) => {
      const words = wordsOf(name);
      const whole = collapsed(name);
      const bare =
        prefix.length > 0 && startsWith(words, prefix) && words.length > prefix.length
          ? words.slice(prefix.length).join('')
          : whole;
      return [name, { whole, bare, own: bare.replace(PERSON, '') }];
    }),
  );
}

const startsWith = (words: readonly string[], prefix: readonly string[]) =>
  prefix.every((word, at) => words[at] === word);

function mostFrequent(words: readonly string[]): { word: string; count: number } | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best && { word: best[0], count: best[1] };
}
