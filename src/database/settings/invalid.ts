import { configurationProblem, type Problem } from '../../problem.js';

/**
 * The connection setting cannot be understood, or asks for what the driver cannot do. The message never
 * quotes the setting itself: anything in it may be a password.
 */
export const invalidSetting = (message: string, hint: string, cause?: unknown): Problem =>
  configurationProblem('connection-setting-invalid', message, { hint, cause });
