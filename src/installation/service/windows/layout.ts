import { win32 } from 'node:path';
import type { ServicePlan } from '../plan.js';

/** Where things are on Windows: programs where only administrators write, everything else beside the config file. */
export interface WindowsLayout {
  /** The directory of the config file. */
  settings: string;
  logs: string;
  reports: string;
  /** The wrapper, which Windows starts as the service, and its configuration beside it. */
  installed: string;
  configuration: string;
}

export function windowsLayout({ name, serve }: ServicePlan, { kind }: Wrapper): WindowsLayout {
  const settings = win32.dirname(serve.config);
  // Not in the directory of the program, which an upgrade replaces.
  const programs = 'C:\\Program Files\\scimctl-service';
  return {
    settings,
    logs: win32.join(settings, 'logs'),
    reports: win32.join(settings, 'reports'),
    installed: win32.join(programs, `${name}.exe`),
    configuration: win32.join(programs, `${name}.${kind === 'winsw' ? 'xml' : 'conf'}`),
  };
}

/** The program that Windows starts as the service: ours, or WinSW 2 or 3. */
export interface Wrapper {
  kind: 'own' | 'winsw';
  /** Where it is copied from; absolute. */
  file: string;
}
