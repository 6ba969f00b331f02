import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Connection, Request } from 'tedious';
import { splitBatches } from '../../src/database/mssql/driver/split-batches.js';
import type { EngineName } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { serverSettings } from '../support/faults/attempt-connection.js';
import { tieToThisProcess, within } from '../support/processes/children.js';

/** A program with which a DBA runs a script. */
export interface ScriptClient {
  name: string;
  engine: EngineName;
  /** Why it cannot be used here. */
  absent?: string;
  /** Whether it stops at the first error, and says so in its exit code. */
  stops: boolean;
  /** Runs a script to its end, or as far as this client goes. */
  run(url: string, script: string): Promise<ScriptRun>;
}

export interface ScriptRun {
  /** What it showed of errors. */
  errors: string[];
  exitCode: number;
}

export const scriptClients: ScriptClient[] = [
  {
    name: 'psql',
    engine: 'postgres',
    ...(isInstalled('psql', '--version') ? {} : { absent: 'psql is not installed' }),
    stops: true,
    async run(url, script) {
      const args = ['--no-psqlrc', '--quiet', '--dbname', url, '--file', await fileOf(script)];
      const { lines, exitCode } = await outputOf('psql', args);
      return { errors: lines.filter((line) => /ERROR:|FATAL:/.test(line)), exitCode };
    },
  },
  // FreeTDS's clients know `GO` but no command of sqlcmd. This one stops at the first error, of itself.
  {
    name: 'bsqldb',
    engine: 'mssql',
    ...(spawnSync('bsqldb').error ? { absent: 'bsqldb (FreeTDS) is not installed' } : {}),
    stops: true,
    async run(url, script) {
      const { hosts, user = '', password = '', database } = await serverSettings(url);
      const server = `${hosts[0]?.host}:${hosts[0]?.port ?? 1433}`;
      const file = await fileOf(script.replace(/^:on error exit\n/m, ''));
      const args = ['-S', server, '-U', user, '-P', password, '-D', database, '-i', file];
      const { lines, exitCode } = await outputOf('bsqldb', args);
      return { errors: lines.filter((line) => /^Msg \d+, Level 1[1-9]/.test(line)), exitCode };
    },
  },
  // This one goes on after an error, the worst that a client can do.
  {
    name: 'tsql',
    engine: 'mssql',
    ...(isInstalled('tsql', '-C') ? {} : { absent: 'tsql (FreeTDS) is not installed' }),
    stops: false,
    async run(url, script) {
      const { hosts, user = '', password = '', database } = await serverSettings(url);
      const server = ['-H', hosts[0]?.host ?? '', '-p', String(hosts[0]?.port ?? 1433)];
      const args = [...server, '-U', user, '-P', password, '-D', database, '-o', 'q'];
      const { lines, exitCode } = await outputOf('tsql', args, script);
      return {
        errors: lines.filter((line, at) => /^Msg \d+/.test(line) && !isDirective(lines[at + 1])),
        exitCode,
      };
    },
  },
  // Stands for sqlcmd: one session, batch by batch, and an error ends it.
  { name: 'the driver', engine: 'mssql', stops: true, run: (url, script) => runBatches(url, script, true) },
  // Stands for SSMS outside of SQLCMD mode, which goes on after an error.
  {
    name: 'the driver, going on',
    engine: 'mssql',
    stops: false,
    run: (url, script) => runBatches(url, script, false),
  },
];

/** The complaint about `:on error exit`, which only sqlcmd and SSMS understand. */
const isDirective = (message = '') => /near '(:|on)'/.test(message);

async function fileOf(script: string): Promise<string> {
  const file = join(await temporaryDirectory('script'), 'install.sql');
  await writeFile(file, script);
  return file;
}

function isInstalled(program: string, argument: string): boolean {
  return spawnSync(program, [argument]).status === 0;
}

async function outputOf(
  program: string,
  args: string[],
  input = '',
): Promise<{ lines: string[]; exitCode: number }> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
  tieToThisProcess(child);
  // One that has ended already reads nothing any more.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<number>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const said = await within(120_000, Promise.all([text(child.stdout), text(child.stderr), ended]));
  if (!said) throw new Error(`${program} did not come to an end`);
  const [out, errors, exitCode] = said;
  return { lines: `${out}\n${errors}`.split('\n'), exitCode };
}

async function runBatches(url: string, script: string, stops: boolean): Promise<ScriptRun> {
  const { hosts, user = '', password = '', database } = await serverSettings(url);
  const connection = new Connection({
    server: hosts[0]?.host ?? '',
    authentication: { type: 'default', options: { userName: user, password } },
    options: { port: hosts[0]?.port ?? 1433, database, encrypt: false, requestTimeout: 120_000 },
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  const errors: string[] = [];
  for (const batch of splitBatches(script.replace(/^:.*$/gm, ''))) {
    const error = await new Promise<unknown>((resolve) => {
      connection.execSqlBatch(new Request(batch, resolve));
    });
    if (error) errors.push(String(error));
    if (error && stops) break;
  }
  connection.close();
  return { errors, exitCode: errors.length > 0 && stops ? 1 : 0 };
}
