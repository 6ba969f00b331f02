import type { FilterOperator } from '../../../words/filter.js';
import { SyntaxFault, type Token, tokensOf } from './tokens.js';

/** A filter as it was written: names and values have no meaning yet. */
export type Syntax =
  | { kind: 'and' | 'or'; filters: Syntax[] }
  | { kind: 'not'; filter: Syntax }
  | { kind: 'compare'; name: string; operator: FilterOperator; literal: Literal }
  | { kind: 'present'; name: string }
  | { kind: 'element'; name: string; filter: Syntax };

/** A value as it was written: a word (a number, true, null, or text without its quotes), or a string. */
export interface Literal {
  text: string;
  quoted: boolean;
}

const OPERATORS: readonly string[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'];
const ALL_OPERATORS = [...OPERATORS, 'pr'].join(', ');

const MAX_LENGTH = 16_384;
/** Each one is a condition, or several, in one SQL statement. */
const MAX_COMPARISONS = 200;
const MAX_DEPTH = 30;

/** The grammar of RFC 7644 §3.4.2.2, figure 1, over tokens that are taken one by one. */
export class FilterParser {
  private index = 0;
  private depth = 0;
  private comparisons = 0;
  private readonly tokens: Token[];

  constructor(text: string) {
    if (text.length > MAX_LENGTH) throw new SyntaxFault(`it is longer than ${MAX_LENGTH} characters`);
    this.tokens = tokensOf(text);
  }

  /** The whole text as a filter. */
  filter(): Syntax {
    const filter = this.disjunction();
    this.expect('end', 'and, or, or the end');
    return filter;
  }

  disjunction(): Syntax {
    if (++this.depth > MAX_DEPTH) throw new SyntaxFault(`it nests deeper than ${MAX_DEPTH}`);
    const filter = this.chain('or', () => this.chain('and', () => this.factor()));
    this.depth--;
    return filter;
  }

  private chain(kind: 'and' | 'or', next: () => Syntax): Syntax {
    const first = next();
    if (!this.isWord(kind)) return first;
    const filters = [first];
    while (this.isWord(kind)) {
      this.index++;
      filters.push(next());
    }
    return { kind, filters };
  }

  private factor(): Syntax {
    let negated = false;
    // A name is never followed by a bracket or by another name, so this `not` is none.
    while (this.isWord('not') && !this.isOperator(this.tokens[this.index + 1])) {
      this.index++;
      negated = !negated;
    }
    const filter = this.primary();
    return negated ? { kind: 'not', filter } : filter;
  }

  private primary(): Syntax {
    if (this.peek().kind === '(') {
      this.index++;
      const filter = this.disjunction();
      this.expect(')', 'and, or, or a closing bracket');
      return filter;
    }
    const name = this.expect('word', 'the name of an attribute').text;
    if (this.peek().kind !== '[') return this.comparison(name);

    const filter = this.bracketed();
    const part = this.peek();
    if (part.kind !== 'word' || !part.text.startsWith('.')) return { kind: 'element', name, filter };
    // `emails[type eq "work"].value eq "…"` is of one element, so both halves belong inside.
    this.index++;
    return {
      kind: 'element',
      name,
      filter: { kind: 'and', filters: [filter, this.comparison(part.text.slice(1))] },
    };
  }

  /** `[…]`, the next token being its opening bracket. */
  bracketed(): Syntax {
    this.expect('[', 'an opening bracket');
    const filter = this.disjunction();
    this.expect(']', 'and, or, or a closing bracket');
    return filter;
  }

  private comparison(name: string): Syntax {
    if (++this.comparisons > MAX_COMPARISONS) {
      throw new SyntaxFault(`it has more than ${MAX_COMPARISONS} comparisons`);
    }
    const token = this.peek();
    if (!this.isOperator(token)) {
      throw new SyntaxFault(`${name} is followed by ${nameOf(token)}, not by one of ${ALL_OPERATORS}`);
    }
    this.index++;
    const operator = token.text.toLowerCase();
    if (operator === 'pr') return { kind: 'present', name };
    const value = this.peek();
    if (value.kind !== 'word' && value.kind !== 'string') {
      throw new SyntaxFault(`${name} ${operator} is followed by ${nameOf(value)}, not by a value`);
    }
    this.index++;
    return {
      kind: 'compare',
      name,
      operator: operator as FilterOperator,
      literal: { text: value.text, quoted: value.kind === 'string' },
    };
  }

  peek(): Token {
    return this.tokens[this.index] ?? { kind: 'end', text: '', position: 0 };
  }

  expect(kind: Token['kind'], what: string): Token {
    const token = this.peek();
    if (token.kind !== kind) {
      throw new SyntaxFault(
        `there is ${nameOf(token)} where ${what} should be, at character ${token.position}`,
      );
    }
    if (kind !== 'end') this.index++;
    return token;
  }

  private isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toLowerCase() === text;
  }

  private isOperator(token: Token | undefined): boolean {
    if (token?.kind !== 'word') return false;
    const text = token.text.toLowerCase();
    return text === 'pr' || OPERATORS.includes(text);
  }
}

function nameOf(token: Token): string {
  if (token.kind === 'end') return 'nothing';
  const text = token.text.length > 60 ? `${token.text.slice(0, 60)}…` : token.text;
  return token.kind === 'string' ? `the text ${JSON.stringify(text)}` : `“${text}”`;
}
