import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdviceCase, Stage } from '../advice-case.js';

/** A program that no test needs to have where it says. */
const HERE = '--program /opt/scimctl/current/bin/scimctl.js --node /usr/bin/node';
const HERE_ON_WINDOWS = ['--program', 'C:\\Program Files\\scimctl\\scimctl.exe'];
const PRINT = 'service print --platform linux';

const put = ({ directory }: Stage, name: string, text: string) => writeFile(join(directory, name), text);

/** What is wrong with a service before it is written down. */
export const SERVICES_ADVICE: AdviceCase[] = [
  {
    code: 'service-name-invalid',
    words: `${PRINT} ${HERE} --name Sync`,
    says: /: ([a-z-]+)\.$/,
    follow: ([, name]) => ({ words: `${PRINT} ${HERE} --name ${name}` }),
  },
  {
    code: 'service-name-invalid',
    about: 'of another unit',
    words: `${PRINT} ${HERE} --on-failure mail`,
    says: /: (\S+)\.$/,
    follow: ([, unit]) => ({ words: `${PRINT} ${HERE} --on-failure ${unit}` }),
  },
  {
    code: 'service-account-invalid',
    words: ['service', 'print', '--platform', 'linux', ...HERE.split(' '), '--user', 'CONTOSO\\anna'],
    says: /Leave --user out/,
    follow: () => ({ words: `${PRINT} ${HERE}` }),
  },
  {
    code: 'service-option-secret',
    words: `${PRINT} ${HERE} --on-pending https://hooks.example.com/secret`,
    says: /config file/,
    follow: () => ({ words: `${PRINT} ${HERE}` }),
  },
  {
    code: 'service-path-relative',
    words: 'service print --platform windows --parts check --config config.json',
    says: /: (\S+)$/,
    // The system of the test must not be the one that is printed for.
    ...(process.platform === 'win32' && {
      words: 'service print --platform linux --parts check --config config.json',
    }),
    follow: ([, path = '']) => ({
      words: [
        ...['service', 'print', '--platform', process.platform === 'win32' ? 'linux' : 'windows'],
        ...['--parts', 'check', '--config', path],
      ],
    }),
  },
  {
    code: 'service-directory-foreign',
    words: ['service', 'print', '--platform', 'windows', ...HERE_ON_WINDOWS, '--config', 'D:\\scimctl.json'],
    says: /: (C:\S+)$/,
    follow: ([, path = '']) => ({
      words: ['service', 'print', '--platform', 'windows', ...HERE_ON_WINDOWS, '--config', path],
    }),
  },
  {
    code: 'service-text-invalid',
    words: [...PRINT.split(' '), '--program', '/opt/a\nUser=root'],
    says: /without line breaks/,
    follow: () => ({ words: `${PRINT} ${HERE}` }),
  },
  {
    code: 'service-program-hidden',
    words: `${PRINT} --program /var/tmp/scimctl/bin/scimctl.js --node /usr/bin/node`,
    says: /--node and --program/,
    follow: () => ({ words: `${PRINT} ${HERE}` }),
  },
  {
    code: 'service-program-exposed',
    words: [
      ...['service', 'print', '--platform', 'windows', '--parts', 'check'],
      ...['--program', 'C:\\Users\\anna\\scimctl\\scimctl.exe'],
      ...['--config', 'C:\\ProgramData\\scimctl\\config.json'],
    ],
    says: /below (C:\\Program Files)/,
    follow: ([, directory = '']) => ({
      words: [
        ...['service', 'print', '--platform', 'windows', '--parts', 'check'],
        ...['--program', `${directory}\\scimctl\\scimctl.exe`],
        ...['--config', 'C:\\ProgramData\\scimctl\\config.json'],
      ],
    }),
  },
  {
    code: 'service-database-unsuitable',
    given: (stage) => put(stage, 'c.json', '{ "database": "env:IQM" }'),
    words: `service print --parts check --config c.json ${HERE}`,
    says: /"database": "@(FILE)"/,
    follow: async (_, stage) => {
      await put(stage, 'c.json', '{ "database": "@db.txt" }');
      await put(stage, 'db.txt', 'postgresql://scim@db01.example.com/iqm');
    },
  },
  {
    code: 'service-database-unsuitable',
    about: 'with a relative path',
    given: (stage) => put(stage, 'c.json', '{ "database": "postgresql://scim@db01/iqm?sslrootcert=ca.pem" }'),
    words: `service print --parts check --config c.json ${HERE}`,
    says: /Write the whole path/,
    follow: (_, stage) =>
      put(stage, 'c.json', '{ "database": "postgresql://scim@db01/iqm?sslrootcert=/etc/ssl/ca.pem" }'),
  },
  {
    code: 'service-database-unsuitable',
    about: 'with an embedded database',
    given: (stage) => put(stage, 'c.json', '{ "database": "embedded:./data" }'),
    words: `service print --parts check --config c.json ${HERE}`,
    says: /PostgreSQL or SQL Server/,
    follow: (_, stage) => put(stage, 'c.json', '{ "database": "mssql://scim@sql01/iqm" }'),
  },
];
