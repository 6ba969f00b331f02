/** What can be installed: the endpoint, and the jobs that run at fixed times. */
export const SERVICE_PARTS = ['serve', 'pending', 'check', 'seal'] as const;
export type ServicePart = (typeof SERVICE_PARTS)[number];
export type JobName = Exclude<ServicePart, 'serve'>;

export type ServicePlatform = 'linux' | 'windows';

/** The config file of a service, unless another one is named. */
export const DEFAULT_CONFIG: Readonly<Record<ServicePlatform, string>> = {
  linux: '/etc/scimctl/config.json',
  windows: 'C:\\ProgramData\\scimctl\\config.json',
};

/** A file that the service reads when it starts, and the variable that names it to the program. */
export interface NeededFile {
  /** Lower-case letters and hyphens: the name of the credential. */
  id: string;
  /** Absolute. */
  path: string;
  variable: string;
  /** Around the path in the variable: `@PATH#name`. */
  before?: string;
  after?: string;
}

/** A config file, and the files that it or the options name. */
export interface Configured {
  /** Absolute path. */
  config: string;
  files: readonly NeededFile[];
}

/** Everything that is known of an installation before it is written down for one system. */
export interface ServicePlan {
  /** Of the service, and the beginning of the names of the jobs. */
  name: string;
  /** Of the program. */
  version: string;
  parts: readonly ServicePart[];
  /** What starts scimctl: its path, after that of Node.js if it needs one. Absolute paths. */
  program: readonly string[];
  /** The account; without one, an account that the system makes for the service. */
  user?: string;
  serve: Configured & {
    /** Options and values, without those that name `files`. */
    words: readonly string[];
    /** How long open requests may take at the end, in milliseconds. */
    stopTimeoutMs: number;
    /** Whether it listens below 1024, which Linux allows only with a right of its own. */
    needsLowPort: boolean;
  };
  jobs: Configured & {
    /** How long an account may be pending before the job reports it: `7d`. */
    olderThan: string;
  };
  /** A unit of systemd that is started when one of ours fails. */
  onFailure?: string;
}

/** A file of the installation. */
export interface ServiceFile {
  name: string;
  text: string;
}

/** Milliseconds after `stopTimeoutMs` until the system ends the endpoint: closing the database takes a moment. */
const GRACE_MS = 15_000;

/** Seconds that the system has to wait for the end of the endpoint. */
export const stopSeconds = ({ serve }: ServicePlan): number =>
  Math.ceil((serve.stopTimeoutMs + GRACE_MS) / 1000);

/** The words of the endpoint, behind those that start the program. It may be started before its database is. */
export const serveWords = ({ serve }: ServicePlan): string[] => [
  'serve',
  ...serve.words,
  ...(serve.words.includes('--wait') ? [] : ['--wait', '5m']),
];
