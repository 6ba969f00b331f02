import { type Job, jobsOf } from '../jobs.js';
import { type ServiceFile, type ServicePlan, serveWords, stopSeconds } from '../plan.js';
import { credentialLines } from './credentials.js';
import { hardening } from './hardening.js';
import { jobListFile } from './unit-names.js';
import { commandText, type Section, unitText, withoutSpecifiers } from './unit-text.js';

/** The first version of systemd that has all that the units use: `%d`, 2021. */
export const LEAST_SYSTEMD = 250;

/** Every unit of an installation, those first that others start. */
export function systemdUnits(plan: ServicePlan): ServiceFile[] {
  const { name, parts } = plan;
  const written = (file: string, sections: Section[]) => ({
    name: file,
    text: unitText(plan.version, sections),
  });
  const isServed = parts.includes('serve');
  const isWatched = isServed && plan.serve.files.length > 0;
  return [
    ...(isServed ? [written(`${name}.service`, endpoint(plan))] : []),
    ...(isWatched ? [written(`${name}-restart.service`, restart(plan))] : []),
    ...(isWatched ? [written(`${name}-restart.path`, watch(plan))] : []),
    ...jobsOf(plan).flatMap((job) => [
      written(`${name}-${job.name}.service`, oneRun(plan, job)),
      written(`${name}-${job.name}.timer`, timer(job)),
    ]),
  ];
}

/** The units that are enabled: those that nothing else starts. */
export const enabledUnits = (plan: ServicePlan): string[] =>
  systemdUnits(plan)
    .filter(({ text }) => text.includes('\n[Install]\n'))
    .map(({ name }) => name);

/** Databases on the same machine start first; the order means nothing where there is none. */
const AFTER = 'After=network-online.target postgresql.service mssql-server.service';

const onFailureOf = ({ onFailure }: ServicePlan) => onFailure !== undefined && `OnFailure=${onFailure}`;

const endpoint = (plan: ServicePlan): Section[] => [
  [
    'Unit',
    [
      'Description=SCIM endpoint (scimctl)',
      'Wants=network-online.target',
      AFTER,
      onFailureOf(plan),
      // It is tried again for as long as it takes: a leaver must not stay because of an outage at night.
      'StartLimitIntervalSec=0',
    ],
  ],
  [
    'Service',
    [
      'Type=exec',
      `ExecStart=${commandText([...plan.program, ...serveWords(plan)])}`,
      ...credentialLines(plan.serve),
      'Restart=on-failure',
      'RestartSec=5',
      // Wrong options: the next try would end in the same way.
      'RestartPreventExitStatus=2',
      `TimeoutStopSec=${stopSeconds(plan)}`,
      ...hardening(plan, 'serve'),
    ],
  ],
  ['Install', ['WantedBy=multi-user.target']],
];

/** Credentials are copies, made at the start: a new certificate or password takes a restart. */
const restart = ({ name }: ServicePlan): Section[] => [
  ['Unit', ['Description=SCIM endpoint (scimctl): restart after a change of its files']],
  [
    'Service',
    [
      'Type=oneshot',
      // A certificate and its key are rarely written at the same moment.
      'ExecStartPre=/bin/sleep 5',
      `ExecStart=/bin/systemctl try-restart ${name}.service`,
    ],
  ],
];

const watch = ({ serve }: ServicePlan): Section[] => [
  ['Unit', ['Description=SCIM endpoint (scimctl): watch the files that it has read']],
  [
    'Path',
    // Not the config file: a restart in the middle of an edit would end the endpoint.
    serve.files.map(({ path }) => `PathChanged=${withoutSpecifiers(path)}`),
  ],
  ['Install', ['WantedBy=multi-user.target']],
];

const oneRun = (plan: ServicePlan, job: Job): Section[] => [
  ['Unit', [`Description=scimctl: ${job.about}`, 'Wants=network-online.target', AFTER, onFailureOf(plan)]],
  [
    'Service',
    [
      'Type=oneshot',
      `ExecStart=${commandText([...plan.program, ...job.words(plan, jobListFile(plan.name, job.name))])}`,
      ...credentialLines(plan.jobs),
      'TimeoutStartSec=1h',
      ...(job.writes ? [`StateDirectory=${plan.name}`, 'StateDirectoryMode=0700'] : []),
      ...hardening(plan, 'job'),
    ],
  ],
];

const timer = (job: Job): Section[] => {
  const minute = String(job.minute).padStart(2, '0');
  const hour = job.every === 'hour' ? '*' : String(job.hour).padStart(2, '0');
  return [
    ['Unit', [`Description=scimctl: ${job.about}`]],
    ['Timer', [`OnCalendar=*-*-* ${hour}:${minute}`, 'Persistent=true']],
    ['Install', ['WantedBy=timers.target']],
  ];
};
