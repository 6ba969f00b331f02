import { join } from 'node:path';
import { type SettingContext, warnOfExposed } from '../context.js';
import { invalidSetting } from '../invalid.js';
import type { KeyValue } from '../key-values.js';
import { readSettingFile } from '../sources/files.js';
import { readPostgresParameters } from './postgres-parameters.js';

/**
 * The parameters of a named service, from PGSERVICEFILE or `~/.pg_service.conf`, then from
 * `pg_service.conf` in PGSYSCONFDIR.
 * @throws Problem `connection-setting-invalid`
 * @see https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export async function readService(name: string, context: SettingContext): Promise<Map<string, string>> {
  const { env, homeDirectory, platform, warnings } = context;
  const ownFile =
    platform === 'win32' && env.APPDATA
      ? join(env.APPDATA, 'postgresql', '.pg_service.conf')
      : join(homeDirectory, '.pg_service.conf');
  const files = [env.PGSERVICEFILE ?? ownFile, env.PGSYSCONFDIR && join(env.PGSYSCONFDIR, 'pg_service.conf')];
  for (const file of files) {
    if (!file) continue;
    const text = await readSettingFile(file).catch(() => undefined);
    const pairs = text === undefined ? undefined : sectionOf(text, name);
    if (!pairs) continue;
    if (pairs.some(({ key }) => key === 'password')) await warnOfExposed(context, 'password', file);
    return readPostgresParameters(pairs, warnings);
  }
  throw invalidSetting(
    'The PostgreSQL service that the connection setting names is in no service file.',
    'Define it in ~/.pg_service.conf, or set PGSERVICEFILE to the file that defines it.',
  );
}

function sectionOf(text: string, name: string): KeyValue[] | undefined {
  let pairs: KeyValue[] | undefined;
  for (const line of text.split('\n').map((one) => one.trim())) {
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      if (pairs) return pairs;
      if (section === name) pairs = [];
      continue;
    }
    const [, key, value] = /^([^#=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (pairs && key !== undefined && value !== undefined) pairs.push({ key, value });
  }
  return pairs;
}
