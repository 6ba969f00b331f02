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
