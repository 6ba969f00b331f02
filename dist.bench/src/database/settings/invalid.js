import { configurationProblem } from '../../problem.js';
/**
 * The connection setting cannot be understood, or asks for what the driver cannot do. The message never
 * quotes the setting itself: anything in it may be a password.
 */
export const invalidSetting = (message, hint, cause) => configurationProblem('connection-setting-invalid', message, { hint, cause });
