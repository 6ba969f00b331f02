const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

/** One step of what a program sends to a terminal: a control sequence, a control character, or text. */
const piece = new RegExp(
  [
    `${ESC}\\[([?\\d;]*)([A-Za-z])`,
    `${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`,
    `${ESC}[()][A-Z0-9]`,
    `${ESC}.`,
    '\\p{Cc}',
    '\\P{Cc}+',
  ].join('|'),
  'gsu',
);

/** A sequence at the end of the text that is not complete yet. */
const unfinished = new RegExp(`${ESC}(?:\\[[?\\d;]*|\\][^${BEL}${ESC}]*)?$`, 'u');

/** What a person sees on a terminal: enough of one for prompts that redraw themselves. It never scrolls. */
export class Screen {
  private lines: string[][] = [[]];
  private row = 0;
  private column = 0;
  /** The beginning of a sequence whose end has not come yet. */
  private rest = '';

  constructor(private readonly columns: number) {}

  write(text: string): void {
    const all = this.rest + text;
    this.rest = unfinished.exec(all)?.[0] ?? '';
    for (const [whole, numbers = '', command] of all
      .slice(0, all.length - this.rest.length)
      .matchAll(piece)) {
      if (command) this.control(command, numbers);
      else if (whole === '\r') this.column = 0;
      else if (whole === '\n') this.moveTo(this.row + 1, this.column);
      else if (whole === '\b') this.column = Math.max(0, this.column - 1);
      else if (!/^\p{Cc}/u.test(whole)) this.print(whole);
    }
  }

  /** The lines, without the blanks at their ends. */
  text(): string {
    return this.lines
      .map((line) =>
        Array.from(line, (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd();
  }

  private print(text: string): void {
    for (const character of text) {
      if (this.column >= this.columns) this.moveTo(this.row + 1, 0);
      this.line()[this.column++] = character;
    }
  }

  /** ECMA-48: cursor movement and erasure; colours and modes change no text. */
  private control(command: string, numbers: string): void {
    const [first, second] = numbers.split(';').map(Number);
    const count = first || 1;
    if (command === 'A') this.moveTo(this.row - count, this.column);
    else if (command === 'B') this.moveTo(this.row + count, this.column);
    else if (command === 'C') this.column += count;
    else if (command === 'D') this.column = Math.max(0, this.column - count);
    else if (command === 'E') this.moveTo(this.row + count, 0);
    else if (command === 'F') this.moveTo(this.row - count, 0);
    else if (command === 'G') this.column = count - 1;
    else if (command === 'H') this.moveTo(count - 1, (second || 1) - 1);
    else if (command === 'K') this.eraseInLine(first ?? 0);
    else if (command === 'J') this.eraseInDisplay(first ?? 0);
  }

  private eraseInLine(part: number): void {
    const line = this.line();
    if (part === 0) line.length = Math.min(line.length, this.column);
    else if (part === 1) line.fill(' ', 0, this.column + 1);
    else line.length = 0;
  }

  private eraseInDisplay(part: number): void {
    if (part === 0) {
      this.eraseInLine(0);
      this.lines.length = this.row + 1;
    } else if (part >= 2) {
      this.lines = [[]];
      this.moveTo(this.row, this.column);
    }
  }

  private line(): string[] {
    const line = this.lines[this.row] ?? [];
    this.lines[this.row] = line;
    return line;
  }

  private moveTo(row: number, column: number): void {
    this.row = Math.max(0, row);
    this.column = column;
    while (this.lines.length <= this.row) this.lines.push([]);
  }
}
