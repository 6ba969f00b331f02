import type { HostTable } from '../../../database/scaffold/host/host-facts.js';

/** A name without accents, case and what parts its words: `E_Mail` and `eMail` are `email`, `Prénom` is `prenom`. */
export function collapsed(name: string): string {
  return (
    name
      .normalize('NFKD')
      .replaceAll(/[^\P{M}\u3099\u309a]/gu, '')
      // The marks of kana are no accents.
      .normalize('NFC')
      .toLowerCase()
      .replaceAll('ß', 'ss')
      .replaceAll(/[^\p{L}\p{N}]/gu, '')
  );
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
  /^(users??|usr|accounts??|acct|members??|persons??|people|employees??|emp|staff|benutzer|nutzer|mitarbeiter|utilisateurs??|usuarios??|utente|gebruiker|agent|customers?|clients?|login|owner|usr|yonghu|用户|社員|ユーザー?|利用者)(?=..)/u;

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

/** What some schools write before each name, to say of which type it is: `chrLogin`, `bytActive`, `dtm_created`. */
const TYPE_PREFIX =
  /^(?:chr|str|txt|lng|int|sml|byt|bln|bool|bol|bit|flg|dtm|dte|dat|dbl|dec|cur|mny|sng|mem|var|vch|nvc|nch|vc|sz|guid|uid|num|nbr|obj|dt|ts|[bcdfilnstv])(?=\p{Lu}|\p{Lo}|_\p{L})/u;

/** The same in two letters: `DS_LOGIN`, `FL_ATIVO`. `NM_` says that it is a name. */
const SHORT_PREFIX = /^(?:cd|ds|fl|dt|nr|nu|vl|tx|in|sn|dh|qt|sg|no|st|tp|co|de|fg|va|id|nm)_(?=\p{L})/iu;
const OF_A_NAME = /^(nm|no)_/iu;

/** The names without such prefixes, where nearly all have one and they differ: a shared one says something else. */
function withoutTypes(names: readonly string[], table: string): string[] {
  const found = names.map((name) => SHORT_PREFIX.exec(name)?.[0] ?? TYPE_PREFIX.exec(name)?.[0]);
  const prefixes = new Set(found.filter((one) => one !== undefined));
  const isHabit =
    names.length >= 4 && prefixes.size >= 2 && found.filter(Boolean).length >= names.length * 0.7;
  return names.map((name, at) => {
    if (!isHabit) return name;
    const rest = name.slice(found[at]?.length ?? 0).replace(/^_/, '');
    // The name of what the rows are.
    return OF_A_NAME.test(name) && collapsed(table).includes(collapsed(rest)) ? 'name' : rest;
  });
}

/** How the columns of a table may be read, by their names. */
export function columnWords({
  columns,
  name: table,
}: Pick<HostTable, 'columns' | 'name'>): Map<string, ColumnWords> {
  const written = columns.map(({ name }) => name);
  const names = withoutTypes(written, table);
  const prefix = sharedPrefix(names);
  const whose = wordsOf(table).at(-1)?.replace(/s$/u, '') ?? '';
  return new Map(
    names.map((name, at) => {
      const words = wordsOf(name);
      const whole = collapsed(name);
      const bare =
        prefix.length > 0 && startsWith(words, prefix) && words.length > prefix.length
          ? words.slice(prefix.length).join('')
          : whole;
      const own = bare.replace(PERSON, '');
      const isTable =
        own === bare && whose.length > 2 && bare.length > whose.length + 1 && bare.startsWith(whose);
      return [written[at] ?? name, { whole, bare, own: isTable ? bare.slice(whose.length) : own }];
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
