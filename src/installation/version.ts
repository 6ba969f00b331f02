import { installedText, isExecutable } from './files.js';

/** The version of this package, from its package.json. */
export const toolVersion = (): string =>
  (JSON.parse(installedText('package.json')) as { version: string }).version;

/** What `--version` prints. The single executable contains a Node.js, which has faults and updates of its own. */
export const versionLine = (): string =>
  isExecutable() ? `${toolVersion()} (Node.js ${process.versions.node})` : toolVersion();
