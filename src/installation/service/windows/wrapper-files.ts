import { win32 } from 'node:path';
import { markedText } from '../mark.js';
import { type ServiceFile, type ServicePlan, serveWords, stopSeconds } from '../plan.js';
import { inXml, windowsCommandLine } from './command-line.js';
import { type WindowsLayout, type Wrapper, windowsLayout } from './layout.js';

const DISPLAY_NAME = 'SCIM endpoint (scimctl)';
export const displayName = ({ name }: ServicePlan): string =>
  name === 'scimctl' ? DISPLAY_NAME : `${DISPLAY_NAME}: ${name}`;

/** What the wrapper reads to start the endpoint. */
export function wrapperConfiguration(plan: ServicePlan, wrapper: Wrapper): ServiceFile {
  const layout = windowsLayout(plan, wrapper);
  const name = win32.basename(layout.configuration);
  return { name, text: wrapper.kind === 'winsw' ? winsw(plan, layout) : own(plan, layout) };
}

const commandOf = (plan: ServicePlan): [program: string, args: string] => {
  const [program = '', ...before] = plan.program;
  return [program, windowsCommandLine([...before, ...serveWords(plan), '--config', plan.serve.config])];
};

/** A setting a line, `name=value`; the wrapper's own source describes it. */
function own(plan: ServicePlan, { logs }: WindowsLayout): string {
  const [program, args] = commandOf(plan);
  const lines = [
    '# Written by scimctl service.',
    `service=${plan.name}`,
    `program=${program}`,
    `arguments=${args}`,
    `log=${win32.join(logs, `${plan.name}.log`)}`,
    `stopseconds=${stopSeconds(plan)}`,
  ];
  return markedText(plan.version, lines.map((line) => `${line}\n`).join(''));
}

/** @see https://github.com/winsw/winsw/blob/v3/docs/xml-config-file.md; WinSW 2 has all of these as well. */
function winsw(plan: ServicePlan, { logs }: WindowsLayout): string {
  const [program, args] = commandOf(plan);
  return [
    '<service>',
    `  <!-- Written by scimctl service ${plan.version}. -->`,
    `  <id>${plan.name}</id>`,
    `  <name>${inXml(displayName(plan))}</name>`,
    '  <description>Provisioning of users by Entra ID or Okta</description>',
    `  <executable>${inXml(program)}</executable>`,
    `  <arguments>${inXml(args)}</arguments>`,
    `  <stoptimeout>${stopSeconds(plan)} sec</stoptimeout>`,
    '  <onfailure action="restart" delay="5 sec"/>',
    '  <startmode>Automatic</startmode>',
    `  <logpath>${inXml(logs)}</logpath>`,
    '  <log mode="roll-by-size">',
    '    <sizeThreshold>10240</sizeThreshold>',
    '    <keepFiles>8</keepFiles>',
    '  </log>',
    '</service>',
  ]
    .map((line) => `${line}\r\n`)
    .join('');
}
