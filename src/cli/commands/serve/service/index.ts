import type { CommandGroup } from '../../../command.js';
import { SUMMARIES } from '../../summaries.js';
import { servicePrint } from './print.js';

export const service: CommandGroup = {
  name: 'service',
  summary: SUMMARIES.service,
  commands: [servicePrint],
};
