import { safeWords } from '../../../core/host/host-words.js';
import { withoutTokens } from '../../../core/tokens/format.js';
import { DatabaseFault } from '../../../database/faults/fault.js';
import { printable, printableJson } from '../../../printable.js';
import { Problem } from '../../../problem.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What a log line may hold beside time, level and event. Never a secret, a name, an address or a query string. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One line for each thing that happened. */
export interface Log {
  /** @param event what happened, for machines: `request`, `certificate-reloaded`. @param text the same for people. */
  line(level: LogLevel, event: string, fields: Fields, text: string): void;
}

export interface LogOptions {
  format: LogFormat;
  level: LogLevel;
  write: (line: string) => void;
  clock: () => Date;
}

export function createLog({ format, level, write, clock }: LogOptions): Log {
  const least = LOG_LEVELS.indexOf(level);
  return {
    line: (at, event, fields, text) => {
      if (LOG_LEVELS.indexOf(at) < least) return;
      const time = clock().toISOString();
      const line =
        format === 'json'
          ? printableJson(
              JSON.stringify({
                time,
                level: at,
                event,
                ...fields,
                ...(event === 'request' ? {} : { message: text }),
              }),
            )
          : `${time} ${at.padEnd(5)} ${oneLine(text)}`;
      write(`${withoutTokens(line)}\n`);
    },
  };
}

/** Writes what comes within one turn of the event loop all at once. */
export function batched(write: (text: string) => void): (line: string) => void {
  let lines = '';
  return (line) => {
    if (lines === '') {
      setImmediate(() => {
        const text = lines;
        lines = '';
        write(text);
      });
    }
    lines += line;
  };
}

// Control characters would let whoever is quoted forge lines or talk to the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const oneLine = (text: string) => printable(text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' '));

/**
 * An error for the log, without --verbose: what it is, and of a database the code and the message of the server, without
 * parameters, rows and values that a message quotes.
 */
export function causeInWords(error: unknown): string {
  if (error instanceof Problem) return error.code;
  if (!(error instanceof DatabaseFault)) return error instanceof Error ? error.name : 'error';
  const { fault, words } = error;
  if (words === undefined) return [`DatabaseFault ${fault}`, ...driverCodes(error)].join(', ');
  const quoted = fault === 'value-refused' || /^SQLSTATE 22/.test(words.state) ? ALL_QUOTED : VALUE_QUOTED;
  return `DatabaseFault ${fault}, ${words.state}: ${safeWords(words.message.replace(quoted, '…'))}`;
}

/** What the driver calls it, such as ECONNRESET. */
const driverCodes = ({ cause }: Error): string[] => {
  const { code } = Object(cause) as { code?: unknown };
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? [code] : [];
};

/** What a value was refused for quotes it, or a part of it. */
const ALL_QUOTED = /(["'])[\s\S]*\1/;
/** Otherwise tables and columns are quoted. */
const VALUE_QUOTED = /(?<=\bvalue )'[\s\S]*'/;

/**
 * An error for the log, with --verbose: what it is and where it was thrown. Not its message, where a driver made
 * it: that may quote a value, such as somebody's name in a unique index.
 */
export function describeError(error: unknown): string {
  const lines: string[] = [];
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code, number } = cause as { code?: unknown; number?: unknown };
    const kind = [cause.name, code, number].filter((part) => part !== undefined).join(' ');
    const ours = code === undefined && number === undefined && cause.name !== 'DatabaseFault';
    const message = ours ? `: ${withoutTokens(cause.message)}` : '';
    const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
    lines.push(`${kind}${message}`, ...frames.slice(0, 12));
  }
  return lines.join('\n');
}
