import type { ServicePart } from './plan.js';

/** How a part of an installation is. */
export interface JudgedPart {
  part: ServicePart;
  status: 'pass' | 'warn' | 'fail' | 'skipped';
  /** One sentence without its full stop. */
  summary: string;
  advice?: string;
  installed: boolean;
  /** Whether it starts with the machine, or at its times; null where that cannot be read. */
  enabled: boolean | null;
  running: boolean;
  /** Of the endpoint: since when it has been as it is. Of a job: when it last ended. */
  since: Date | null;
  /** Of a job: its last exit code, and when it runs next. */
  lastExitCode: number | null;
  nextAt: Date | null;
  /** Of the program that wrote the units. */
  version: string | null;
}

/** A part that is not there. */
export const NOT_INSTALLED: Omit<JudgedPart, 'part'> = {
  status: 'skipped',
  summary: 'not installed',
  installed: false,
  enabled: false,
  running: false,
  since: null,
  lastExitCode: null,
  nextAt: null,
  version: null,
};

/** Whether an exit code says that a job did its work and has findings. */
export const isOfFindings = (exitCode: number): boolean => exitCode === 4 || exitCode === 5;

/** The worst of the parts that are there; an installation without any is none. */
export function worstOf(parts: readonly JudgedPart[]): 'pass' | 'warn' | 'fail' {
  if (parts.every(({ installed }) => !installed)) return 'fail';
  const order = ['fail', 'warn'] as const;
  return order.find((status) => parts.some((part) => part.status === status)) ?? 'pass';
}
