/** Programs of Windows that make and remove a service. */
export type ServiceProgram = 'sc' | 'icacls' | 'schtasks' | 'reg' | 'net' | 'takeown' | 'fsutil';

/** A program of Windows with its arguments. */
export interface WindowsCommand {
  program: ServiceProgram;
  args: readonly string[];
  /** Whether it may fail because what it stops or takes away is not there. */
  mayFail?: boolean;
  /** Run if it fails, because what it makes is there already. */
  otherwise?: WindowsCommand;
  /** Ends the work if the program succeeds, because it found something that must not be there; one or more sentences. */
  refusal?: string;
}

export const icacls = (...args: string[]): WindowsCommand => ({ program: 'icacls', args });
