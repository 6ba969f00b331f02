import { join } from 'node:path';
import { projectDirectory } from '../environment.js';
import { buildDotnet, fedWith, programFile } from '../running/dotnet.js';

/** A text to be judged. */
export interface TsqlText {
  name: string;
  sql: string;
  /** Run by a client of the DBA's, so that it has to set the seven SET options by itself. */
  script?: boolean;
  /** Texts of one database know each other's tables, triggers and keys. */
  database?: string;
}

export interface TsqlFault {
  /** The number of the server's message: `169`; or `syntax`, `newer`, `level`, `set-options`. */
  rule: string;
  line: number;
  message: string;
  /** The place, in the words of the text. */
  at: string;
}

export interface TsqlVerdict {
  name: string;
  /** The parsers that take it, by compatibility level. */
  parses: number[];
  faults: TsqlFault[];
}

/** SQL Server 2016 to 2025. */
export const LEVELS: readonly number[] = [130, 140, 150, 160, 170];

/** Microsoft's own parser, with our rules on its syntax tree. */
export interface Judge {
  /** A verdict for each text, in their order. */
  judge(texts: readonly TsqlText[]): Promise<TsqlVerdict[]>;
}

/** The judge, or why there is none here. */
export type Summoned = Judge | { missing: string };

const program = { project: join(projectDirectory, 'test', 'tsql', 'judge') };

/**
 * Builds the judge where the .NET SDK is installed. The parser comes from NuGet: without a network, and where it was
 * never fetched before, there is no judge either, unless SCIMCTL_TEST_TSQL says `required`.
 */
export async function summonJudge(): Promise<Summoned> {
  const missing = await buildDotnet(program);
  if (missing === undefined) return { judge };
  if (process.env.SCIMCTL_TEST_TSQL === 'required') throw new Error(missing);
  return { missing };
}

async function judge(texts: readonly TsqlText[]): Promise<TsqlVerdict[]> {
  const lines = texts.map((text) => `${JSON.stringify(text)}\n`).join('');
  const verdicts = (await fedWith(lines, ['dotnet', programFile(program), '--json']))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TsqlVerdict);
  if (verdicts.length !== texts.length) throw new Error('the judge has not judged every text');
  return verdicts;
}

/** One line for each fault, with the text it is in. */
export const faultLines = (verdicts: readonly TsqlVerdict[]): string[] =>
  verdicts.flatMap(({ name, faults }) =>
    faults.map(({ rule, line, message, at }) => `${name}:${line}: ${rule}: ${message}\n    ${at}`),
  );
