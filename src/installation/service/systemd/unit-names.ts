import { JOBS } from '../jobs.js';
import type { JobName } from '../plan.js';

/** Every unit that an installation of this name may have; which of them there are depends on its parts and files. */
export const unitNames = (name: string): string[] => [
  `${name}.service`,
  `${name}-restart.path`,
  `${name}-restart.service`,
  ...JOBS.flatMap((job) => [`${name}-${job.name}.timer`, `${name}-${job.name}.service`]),
];

/** Where a job writes its list. */
export const jobListFile = (name: string, job: JobName): string => `/var/lib/${name}/${job}.csv`;
