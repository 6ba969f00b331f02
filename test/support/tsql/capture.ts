/**
 * Loaded by `--import` into every process of a run, the command line's included: writes down each statement that
 * the driver sends to SQL Server, once for each process, as a line of JSON in the file that `?into=` names.
 */
import { appendFileSync } from 'node:fs';
import Module from 'node:module';
import { basename } from 'node:path';
import type { TsqlText } from './judge.js';

/** What we see of tedious. */
interface Driver {
  prototype: { makeRequest: MakeRequest };
}
type MakeRequest = (this: { config: Config }, request: Sent, packetType: number, payload: unknown) => void;
interface Sent {
  /** Absent where a transaction is begun or ended. */
  sqlTextOrProcedure?: string;
}
interface Config {
  options: { database?: string };
}

const into = new URL(import.meta.url).searchParams.get('into');
const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
const load = loader._load;
if (into) loader._load = loadListening;

/** The driver is listened to as soon as somebody loads it, and not loaded for that. */
function loadListening(this: unknown, request: string, ...rest: unknown[]): unknown {
  const loaded = load.call(this, request, ...rest);
  // By its name, or resolved; the package mssql has a file of that name, too.
  if (request !== 'tedious' && !/tedious[/\\]lib[/\\]tedious\.js$/.test(request)) return loaded;
  loader._load = load;
  listenTo((loaded as { Connection: Driver }).Connection);
  return loaded;
}

function listenTo({ prototype }: Driver): void {
  const makeRequest = prototype.makeRequest;
  // Should a later driver name it differently, nobody must think that there was nothing to hear.
  if (typeof makeRequest !== 'function') throw new Error('This version of tedious cannot be listened to');
  prototype.makeRequest = function (request, ...rest) {
    hear(request.sqlTextOrProcedure ?? '', this.config.options.database ?? '');
    makeRequest.call(this, request, ...rest);
  };
}

const heard = new Set<string>();

function hear(text: string, database: string): void {
  // A procedure that is called by its name alone.
  if (!/\s/.test(text.trim())) return;
  const sql = text.replace(/scimctl_test_\w+/g, 'scimctl_test');
  // What makes tables is part of what a database is; everything else is the same in all of them.
  const line = {
    name: sender(),
    sql,
    database: /\b(create|alter|drop)\s/i.test(sql) ? database : 'any',
  } satisfies TsqlText;
  const key = `${line.database} ${sql}`;
  if (heard.has(key)) return;
  heard.add(key);
  appendFileSync(into ?? '', `${JSON.stringify(line)}\n`);
}

/** `core/groups.test.js`, `scimctl token create`. */
function sender(): string {
  const [, program = '', ...args] = process.argv;
  const words = args.slice(0, 2).filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'));
  if (basename(program) === 'scimctl.js') return ['scimctl', ...words].join(' ');
  return program.replaceAll('\\', '/').split('/').slice(-2).join('/');
}
