import { win32 } from 'node:path';
import type { Job } from '../jobs.js';
import type { ServiceFile, ServicePlan } from '../plan.js';
import { inXml, windowsCommandLine } from './command-line.js';
import type { WindowsLayout } from './layout.js';
import { LOCAL_SERVICE } from './sid.js';

export const taskName = ({ name }: ServicePlan, job: Job): string => `${name}-${job.name}`;

/** The first words of what a task is described with, by which ours are known. */
export const DESCRIBED = '<Description>scimctl ';

/** Whether a definition is of a task that scimctl made. */
export const isOurTask = (definition: string): boolean => new RegExp(`${DESCRIBED}\\S+: `).test(definition);

/** The account of a task that is not one of Windows' own, which Task Scheduler logs on with a password. */
export const taskUser = (definition: string): string | undefined =>
  definition.includes('<LogonType>Password</LogonType>')
    ? /<UserId>([^<]+)<\/UserId>/.exec(definition)?.[1]?.replaceAll('&amp;', '&')
    : undefined;

/**
 * A task for `schtasks /create /xml`. Without an account, it runs as LOCAL SERVICE with the identifier of the task, so
 * that files can be opened to this task and to nothing else that runs under that account.
 * @see https://learn.microsoft.com/en-us/windows/win32/taskschd/task-scheduler-schema
 */
export function scheduledTask(plan: ServicePlan, job: Job, { reports }: WindowsLayout): ServiceFile {
  const [program = '', ...before] = plan.program;
  const words = job.words(plan, win32.join(reports, `${job.name}.csv`));
  const args = windowsCommandLine([...before, ...words, '--config', plan.jobs.config]);
  const time = `${String(job.hour).padStart(2, '0')}:${String(job.minute).padStart(2, '0')}`;
  const principal =
    plan.user === undefined
      ? [`<UserId>${LOCAL_SERVICE}</UserId>`, '<ProcessTokenSidType>unrestricted</ProcessTokenSidType>']
      : [`<UserId>${inXml(plan.user)}</UserId>`, '<LogonType>Password</LogonType>'];
  const lines = [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo>',
    `    ${DESCRIBED}${plan.version}: ${job.about}</Description>`,
    '  </RegistrationInfo>',
    '  <Triggers>',
    '    <CalendarTrigger>',
    ...(job.every === 'hour'
      ? ['      <Repetition><Interval>PT1H</Interval><Duration>P1D</Duration></Repetition>']
      : []),
    // Without a zone: the time of the machine.
    `      <StartBoundary>2026-01-01T${time}:00</StartBoundary>`,
    '      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>',
    '    </CalendarTrigger>',
    '  </Triggers>',
    '  <Principals>',
    '    <Principal id="Author">',
    ...principal.map((line) => `      ${line}`),
    '    </Principal>',
    '  </Principals>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <ExecutionTimeLimit>PT1H</ExecutionTimeLimit>',
    '  </Settings>',
    '  <Actions Context="Author">',
    '    <Exec>',
    `      <Command>${inXml(program)}</Command>`,
    `      <Arguments>${inXml(args)}</Arguments>`,
    '    </Exec>',
    '  </Actions>',
    '</Task>',
  ];
  return { name: `${taskName(plan, job)}.xml`, text: lines.map((line) => `${line}\r\n`).join('') };
}
