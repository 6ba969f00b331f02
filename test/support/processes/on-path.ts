import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of the first of these programs that this machine has; undefined where it has none. */
export function onPath(...names: readonly string[]): string | undefined {
  const files = process.platform === 'win32' ? names.map((name) => `${name}.exe`) : names;
  const paths = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((one) => files.map((file) => join(one, file)));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** For the `skip` option of a test. Windows has tar.exe from Server 2019 on; Server 2016 and Wine have none. */
export const tarMissing: string | false =
  process.platform === 'win32' && !onPath('tar') && 'this Windows has no tar.exe';
