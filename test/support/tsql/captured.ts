import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectDirectory } from '../environment.js';
import { faultLines, summonJudge, type TsqlText, type TsqlVerdict } from './judge.js';
import { unknownFaults } from './known.js';

/** The option of Node's by which a process writes the statements that it sends to SQL Server into a file. */
export function capturingOption(file: string): string {
  const hook = pathToFileURL(join(projectDirectory, 'dist', 'test', 'support', 'tsql', 'capture.js'));
  hook.searchParams.set('into', file);
  return `--import=${hook.href}`;
}

/** Said of the statements of a whole run; `failed` where one breaks a rule. */
export interface Judgement {
  failed: boolean;
  lines: string[];
}

/** Judges what a run has sent to SQL Server. */
export async function judgeCaptured(file: string): Promise<Judgement> {
  const texts = await capturedTexts(file);
  const summoned = await summonJudge();
  const counted = `Statements that were sent to SQL Server: ${texts.length}`;
  if ('missing' in summoned) return { failed: false, lines: [`${counted}, not judged, ${summoned.missing}`] };
  const verdicts = await summoned.judge(texts);
  const faults = [...new Set(faultLines(unknownFaults(verdicts.map(withoutTables), 'statements')))];
  return {
    failed: faults.length > 0,
    lines: [
      `${counted}, judged by Microsoft’s own parser for SQL Server 2016 to 2025: ${faults.length || 'no'} ${faults.length === 1 ? 'fault' : 'faults'}`,
      ...faults,
    ],
  };
}

/** The tables of real applications are as they are: what their keys may be is not ours to say. */
const withoutTables = (verdict: TsqlVerdict): TsqlVerdict =>
  verdict.name.startsWith('hosts/')
    ? { ...verdict, faults: verdict.faults.filter(({ rule }) => !['1944', 'unique-null'].includes(rule)) }
    : verdict;

/** Every statement once; what makes tables once for each database. */
async function capturedTexts(file: string): Promise<TsqlText[]> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const texts = new Map<string, TsqlText>();
  for (const line of lines) {
    const text = parsed(line);
    if (text && !texts.has(`${text.database} ${text.sql}`)) texts.set(`${text.database} ${text.sql}`, text);
  }
  return [...texts.values()];
}

/** A process that was killed may have left half a line. */
function parsed(line: string): TsqlText | undefined {
  try {
    return JSON.parse(line) as TsqlText;
  } catch {
    return undefined;
  }
}
