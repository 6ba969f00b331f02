import type { JobName, ServicePlan } from './plan.js';

/** A command that runs at fixed times. */
export interface Job {
  name: JobName;
  about: string;
  /** Its words, behind those that start the program. `file` is where its list goes. */
  words: (plan: ServicePlan, file: string) => string[];
  /** Whether it writes a file. */
  writes: boolean;
  /** When it runs: every hour, or every day. */
  every: 'hour' | 'day';
  hour: number;
  minute: number;
}

/** In the order of their times. Not on the hour, when every other job of the machine begins. */
export const JOBS: readonly Job[] = [
  {
    name: 'pending',
    about: 'users who left and can still sign in',
    // Into a file, since the log of the machine has more readers than the list of leavers may have.
    words: ({ jobs }, file) => [
      ...['users', 'pending', '--older-than', jobs.olderThan, '--fail-on-findings'],
      ...['-o', 'csv', '--out', file],
    ],
    writes: true,
    every: 'day',
    hour: 6,
    minute: 17,
  },
  {
    name: 'check',
    about: 'prerequisites of provisioning',
    words: () => ['check', '--fail-on-findings'],
    writes: false,
    every: 'day',
    hour: 6,
    minute: 27,
  },
  {
    name: 'seal',
    about: 'seal the audit trail',
    words: () => ['audit', 'seal', '-q'],
    writes: false,
    every: 'hour',
    hour: 0,
    minute: 41,
  },
];

/** The jobs that are to be installed. */
export const jobsOf = ({ parts }: ServicePlan): Job[] => JOBS.filter(({ name }) => parts.includes(name));
