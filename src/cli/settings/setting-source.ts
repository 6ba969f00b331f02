import type { World } from '../../world.js';
import type { Prompts } from '../input/prompts.js';
import type { Talk } from '../output/talk.js';
import type { Settings } from './config-settings.js';

/** What reading a setting needs: where it may stand, whom to warn, and whom to ask. */
export interface SettingSource {
  readonly world: World;
  readonly talk: Talk;
  readonly prompts: Prompts;
  /** The config file and environment, read once. */
  settings(): Promise<Settings>;
}
