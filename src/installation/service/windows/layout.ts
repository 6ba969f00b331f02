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

/** Our wrapper in an unpacked archive, beside the program that it starts; `packaging/windows-service` is its source. */
export const WRAPPER_IN_ARCHIVE = 'service/scimctl-service.exe';

/** Where our wrapper is. @param program what starts scimctl, as in the plan. */
export function ownWrapper(program: readonly string[]): Wrapper {
  const file = program.at(-1) ?? '';
  const directory = program.length > 1 ? win32.dirname(win32.dirname(file)) : win32.dirname(file);
  return { kind: 'own', file: win32.join(directory, ...WRAPPER_IN_ARCHIVE.split('/')) };
}
