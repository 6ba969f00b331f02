/**
 * Splits a script at `GO`, as sqlcmd and SSMS do: alone on its line but for a count of repetitions and a
 * comment, any case, and not inside a string, a quoted name or a comment. Empty batches are dropped.
 * https://learn.microsoft.com/sql/t-sql/language-elements/sql-server-utilities-statements-go
 */
export function splitBatches(script: string): string[] {
  const batches: string[] = [];
  let batch = '';
  let state: State = 'code';
  let depth = 0;
  for (const line of script.split(/\r?\n/)) {
    const separator = state === 'code' ? /^\s*go(?:\s+(\d+))?\s*(?:--.*)?$/i.exec(line) : null;
    if (separator) {
      batches.push(...Array<string>(Number(separator[1] ?? 1)).fill(batch));
      batch = '';
      continue;
    }
    [state, depth] = scanLine(line, state, depth);
    batch += `${line}\n`;
  }
  batches.push(batch);
  return batches.map((text) => text.trim()).filter((text) => text !== '');
}

type State = 'code' | 'string' | 'bracket' | 'quoted' | 'comment';
const CLOSERS: Record<string, string> = { string: "'", bracket: ']', quoted: '"' };
const OPENERS: Record<string, State> = { "'": 'string', '[': 'bracket', '"': 'quoted' };

/** Follows strings, quoted names and (nested) block comments to the end of one line. */
function scanLine(line: string, start: State, startDepth: number): [State, number] {
  let state = start;
  let depth = startDepth;
  for (let at = 0; at < line.length; at++) {
    const pair = line.slice(at, at + 2);
    if (state === 'comment') {
      if (pair === '/*') depth++;
      else if (pair === '*/') depth--;
      else continue;
      at++;
      if (depth === 0) state = 'code';
    } else if (state !== 'code') {
      if (line[at] !== CLOSERS[state]) continue;
      // Doubled, it stands for itself.
      if (line[at + 1] === CLOSERS[state]) at++;
      else state = 'code';
    } else if (pair === '--') {
      break;
    } else if (pair === '/*') {
      [state, depth] = ['comment', 1];
      at++;
    } else {
      state = OPENERS[line[at] ?? ''] ?? 'code';
    }
  }
  return [state, depth];
}
