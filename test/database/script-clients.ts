import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Connection, Request } from 'tedious';
import { splitBatches } from '../../src/database/mssql/split-batches.js';
import { serverSettings } from '../support/attempt-connection.js';
import { tieToThisProcess } from '../support/children.js';
import type { EngineName } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';

/** A program with which a DBA runs a script. */
export interface ScriptClient {
  name: string;
  engine: EngineName;
  /** Why it cannot be used here. */
  absent?: string;
  /** Runs a script to its end, or as far as this client goes. Returns the errors it showed. */
  run(url: string, script: string): Promise<string[]>;
}

export const scriptClients: ScriptClient[] = [
  {
    name: 'psql',
    engine: 'postgres',
    ...(isInstalled('psql', '--version') ? {} : { absent: 'psql is not installed' }),
    async run(url, script) {
      const file = join(await temporaryDirectory('script'), 'install.sql');
      await writeFile(file, script);
      const output = await outputOf('psql', ['--no-psqlrc', '--quiet', '--dbname', url, '--file', file]);
      return output.filter((line) => /ERROR:|FATAL:/.test(line));
    },
  },
  // FreeTDS's client; it goes on after an error, and knows `GO` but no command of sqlcmd.
  {
    name: 'tsql',
    engine: 'mssql',
    ...(isInstalled('tsql', '-C') ? {} : { absent: 'tsql (FreeTDS) is not installed' }),
    async run(url, script) {
      const { hosts, user = '', password = '', database } = await serverSettings(url);
      const server = ['-H', hosts[0]?.host ?? '', '-p', String(hosts[0]?.port ?? 1433)];
      const args = [...server, '-U', user, '-P', password, '-D', database, '-o', 'q'];
      const output = await outputOf('tsql', args, script);
      return output.filter((line, at) => /^Msg \d+/.test(line) && !isDirective(output[at + 1]));
    },
  },
  // Stands for sqlcmd: one session, batch by batch, and an error ends it.
  { name: 'the driver', engine: 'mssql', run: runBatches },
];

/** The complaint about `:on error exit`, which only sqlcmd and SSMS understand. */
const isDirective = (message = '') => /near '(:|on)'/.test(message);

function isInstalled(program: string, argument: string): boolean {
  return spawnSync(program, [argument]).status === 0;
}

async function outputOf(program: string, args: string[], input = ''): Promise<string[]> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } });
  tieToThisProcess(child);
  child.stdin.end(input);
  const ended = new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return `${out}\n${errors}`.split('\n');
}

async function runBatches(url: string, script: string): Promise<string[]> {
  const { hosts, user = '', password = '', database } = await serverSettings(url);
  const connection = new Connection({
    server: hosts[0]?.host ?? '',
    authentication: { type: 'default', options: { userName: user, password } },
    options: { port: hosts[0]?.port ?? 1433, database, encrypt: false, requestTimeout: 120_000 },
  });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  try {
    for (const batch of splitBatches(script.replace(/^:.*$/gm, ''))) {
      await new Promise<void>((resolve, reject) => {
        connection.execSqlBatch(new Request(batch, (error) => (error ? reject(error) : resolve())));
      });
    }
    return [];
  } catch (error) {
    return [String(error)];
  } finally {
    connection.close();
  }
}
