import type { CommandGroup } from '../../../command.js';
import { SUMMARIES } from '../../summaries.js';
import { supportBundle } from './bundle.js';

export const support: CommandGroup = {
  name: 'support',
  summary: SUMMARIES.support,
  commands: [supportBundle],
};
