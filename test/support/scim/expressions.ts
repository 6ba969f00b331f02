/** A regular expression in the sources. */
export interface Expression {
  /** `src/scim/target.ts:12`. */
  place: string;
  source: string;
  flags: string;
}

/** A comment or a text; a literal; what a slash divides; the beginning or end of a template or a block; or any character. */
const TOKEN =
  /(?<skipped>\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|\b(?:return|typeof|case)\b|(?<divided>[\w$)\]]\s*\/)|\/(?<source>(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/(?<flags>[dgimsuvy]*)|[\s\S]/y;
/** The text of a template, up to its end or to a value in it. */
const IN_TEMPLATE = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:`|\$\{)/y;

/** The literals of a source text, in their order. */
export function expressionsIn(path: string, text: string): Expression[] {
  const found: Expression[] = [];
  /** Of each template that is not at its end, how many blocks are open in its value. */
  const templates: number[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const token = pattern.exec(text);
    at = token ? pattern.lastIndex : text.length;
    return token;
  };
  const passTemplate = () => {
    if (take(IN_TEMPLATE)?.[0].endsWith('{')) templates.push(0);
  };
  while (at < text.length) {
    const token = take(TOKEN);
    const [said = '', { source, flags = '' } = {} as Record<string, string | undefined>] = [
      token?.[0],
      token?.groups,
    ];
    if (source !== undefined) {
      const line = text.slice(0, token?.index).split('\n').length;
      found.push({ place: `${path}:${line}`, source, flags });
    } else if (said === '`') passTemplate();
    else if (said === '{' && templates.length > 0) templates.push((templates.pop() ?? 0) + 1);
    else if (said === '}' && templates.length > 0) {
      const open = templates.pop() ?? 0;
      if (open > 0) templates.push(open - 1);
      else passTemplate();
    }
  }
  return found;
}

/** A piece of an expression: what one repetition repeats. */
type Piece =
  | { kind: 'set'; source: string; sample: string }
  | { kind: 'look' }
  | { kind: 'group'; branches: Repeated[][] };

interface Repeated {
  piece: Piece;
  least: number;
  isUnbounded: boolean;
}

/** Characters of which text of people, paths and tokens is made, and some that end it. */
const ALPHABET = [
  ...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)),
  ...[
    '\t',
    '\n',
    '\r',
    '\0',
    '\u0085',
    '\u00a0',
    '\u00e4',
    '\u0142',
    '\u4e2d',
    '\u{1f600}',
    '\u200b',
    '\u{e0101}',
  ],
];
const ENDS = ['', '\u0001', '\n'];

/**
 * Texts on which an expression that backtracks does so: up to each of its repetitions what the expression wants, then
 * one of the characters that the repetition takes, again and again, and then an end that it may not want.
 */
export function attacksOn({
  source,
  flags,
}: Pick<Expression, 'source' | 'flags'>): ((length: number) => string)[] {
  const plain = flags.replace(/[gy]/g, '');
  const whole = new Reader(source, plain).read();
  const sets: string[] = [];
  collect(whole, sets);
  const takes = sets.map((set) => new RegExp(`^(?:${set})$`, plain));
  // Of the characters that the same sets take, one stands for all.
  const kinds = new Map(
    ALPHABET.map((one) => [takes.map((take) => (take.test(one) ? 1 : 0)).join(''), one] as const).reverse(),
  );
  const pumps = [...kinds.values()];
  const starts = new Set<string>(['', '\u0001']);
  const inner = new Set<string>();
  beginnings(whole, '', starts, inner);
  // What begins again and again is looked at from each beginning.
  const again = [...starts].flatMap((start) => (start.length > 1 ? pumps.map((one) => start + one) : []));
  const words = new Set([...pumps, ...inner, ...again]);
  return [...starts].flatMap((start) =>
    [...words].flatMap((word) =>
      ENDS.map((end) => (length: number) => start + word.repeat(Math.ceil(length / word.length)) + end),
    ),
  );
}

function collect(branches: Repeated[][], sets: string[]): void {
  for (const { piece } of branches.flat()) {
    if (piece.kind === 'set') sets.push(piece.source);
    if (piece.kind === 'group') collect(piece.branches, sets);
  }
}

/** What stands before each repetition without an end, and what it repeats. */
function beginnings(branches: Repeated[][], start: string, starts: Set<string>, inner: Set<string>): void {
  for (const branch of branches) {
    let before = start;
    for (const { piece, least, isUnbounded } of branch) {
      if (isUnbounded) {
        starts.add(before);
        if (sampleOf(piece) !== '') inner.add(sampleOf(piece));
      }
      if (piece.kind === 'group') beginnings(piece.branches, before, starts, inner);
      before += sampleOf(piece).repeat(least);
    }
  }
}

function sampleOf(piece: Piece): string {
  if (piece.kind === 'look') return '';
  if (piece.kind === 'set') return piece.sample;
  return (piece.branches[0] ?? []).map((one) => sampleOf(one.piece).repeat(one.least)).join('');
}

/** Reads as much of an expression as its repetitions need. */
class Reader {
  #at = 0;

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {}

  read(): Repeated[][] {
    const branches: Repeated[][] = [[]];
    while (this.#at < this.source.length && this.source[this.#at] !== ')') {
      if (this.source[this.#at] === '|') {
        this.#at++;
        branches.push([]);
      } else branches.at(-1)?.push(this.#repeated(this.#piece()));
    }
    return branches;
  }

  #repeated(piece: Piece): Repeated {
    const [all = '', sign = '', low, comma, high] =
      /^([*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.source.slice(this.#at)) ?? [];
    this.#at += all.length;
    const least = sign === '' || sign === '+' ? 1 : Number(low ?? 0);
    const isUnbounded =
      sign === '*' || sign === '+' || (comma === ',' && (high === '' || Number(high) > 100));
    return { piece, least, isUnbounded };
  }

  #piece(): Piece {
    const rest = this.source.slice(this.#at);
    const group = /^\((\?(?:<?[=!]|:|<\w+>))?/.exec(rest);
    if (group) {
      this.#at += group[0].length;
      const branches = this.read();
      this.#at++;
      return /[=!]$/.test(group[1] ?? '') ? { kind: 'look' } : { kind: 'group', branches };
    }
    const [text = ''] =
      /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-f]{4}|x[0-9a-f]{2}|k<\w+>|.)|[\s\S])/i.exec(
        rest,
      ) ?? [];
    this.#at += text.length;
    if (['^', '$', '\\b', '\\B'].includes(text) || /^\\[1-9k]/.test(text)) return { kind: 'look' };
    const one = new RegExp(`^(?:${text})$`, this.flags);
    return {
      kind: 'set',
      source: text,
      sample: ALPHABET.toSorted(plainFirst).find((each) => one.test(each)) ?? '',
    };
  }
}

/** Letters and digits are the least likely to be what stands behind. */
const plainFirst = (one: string, other: string): number => rank(one) - rank(other);
const rank = (one: string): number => (/[a-z]/.test(one) ? 0 : /[A-Z0-9]/.test(one) ? 1 : 2);
