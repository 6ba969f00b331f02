import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readAsciiFile } from '../../../files/text-file.js';
import type { SettingContext } from '../context.js';

export interface PasswordQuestion {
  hosts: { host: string; port?: number }[];
  database: string;
  user: string;
  /** The `passfile` parameter or PGPASSFILE. */
  file: string | undefined;
}

/**
 * The password of the first matching line of libpq's password file; undefined where there is none. A file
 * that others can read is ignored with a warning, as libpq does.
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function findPostgresPassword(
  question: PasswordQuestion,
  context: SettingContext,
): Promise<string | undefined> {
  const { platform, warnings } = context;
  const file = question.file ?? defaultFile(context);
  const status = await stat(file).catch(() => undefined);
  if (!status?.isFile()) return undefined;
  if (platform !== 'win32' && (status.mode & 0o077) !== 0) {
    warnings.push(
      `The password file ${file} was ignored because other users can read it. Run \`chmod 600 ${file}\`.`,
    );
    return undefined;
  }
  const lines = (await readAsciiFile(file)).split(/\r\n?|\n/).map(fieldsOf);
  const is = (field: string | undefined, ...values: string[]) =>
    field === '*' || values.includes(field ?? '');
  for (const { host, port } of question.hosts) {
    // The socket of this machine goes by `localhost` in the file.
    const names = host.startsWith('/') ? [host, 'localhost'] : [host];
    const line = lines.find(
      (fields) =>
        fields.length === 5 &&
        is(fields[0], ...names) &&
        is(fields[1], String(port ?? 5432)) &&
        is(fields[2], question.database) &&
        is(fields[3], question.user),
    );
    if (line?.[4]) return line[4];
  }
  return undefined;
}

const defaultFile = ({ env, homeDirectory, platform }: SettingContext) =>
  platform === 'win32' && env.APPDATA
    ? join(env.APPDATA, 'postgresql', 'pgpass.conf')
    : join(homeDirectory, '.pgpass');

/** `host:port:database:user:password`, where `\` takes the meaning from `:` and `\`. */
function fieldsOf(line: string): string[] {
  if (line.startsWith('#')) return [];
  const fields: string[] = [''];
  for (const [, escaped, plain] of line.matchAll(/\\([:\\])|([\s\S])/g)) {
    if (plain === ':' && fields.length < 5) fields.push('');
    else fields[fields.length - 1] += escaped ?? plain ?? '';
  }
  return fields;
}
