import { exposedWarning, isExposed } from '../../files/exposed-file.js';

/** What reading a connection setting may need besides its text. */
export interface SettingContext {
  env: NodeJS.ProcessEnv;
  homeDirectory: string;
  platform: NodeJS.Platform;
  /** Relative paths inside the setting are relative to this: that of the file the setting stands in. */
  directory: string;
  /** Grows as things are noticed. */
  warnings: string[];
}

/** A warning where all users of the machine can read a file in which the secret is. */
export async function warnOfExposed(
  { platform, warnings }: SettingContext,
  secret: string,
  file: string | undefined,
): Promise<void> {
  if (file !== undefined && (await isExposed(file, platform))) warnings.push(exposedWarning(secret, file));
}
