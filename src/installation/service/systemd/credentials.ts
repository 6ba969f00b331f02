import type { Configured, NeededFile } from '../plan.js';
import { environmentLine, withoutSpecifiers } from './unit-text.js';

/**
 * systemd reads the files as root, and gives the service copies of its own in a directory that only it can read: the
 * files can stay root's, and no path or content is an argument. `%d` is that directory. @see systemd.exec(5), "Credentials"
 */
export const credentialLines = ({ config, files }: Configured): string[] => {
  const all: NeededFile[] = [{ id: 'config.json', path: config, variable: 'SCIMCTL_CONFIG' }, ...files];
  return all.flatMap(({ id, path, variable, before = '', after = '' }) => [
    `LoadCredential=${id}:${withoutSpecifiers(path)}`,
    environmentLine(variable, `${before}%d/${id}${withoutSpecifiers(after)}`),
  ]);
};
