import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { hostInstallReference } from './install-reference.js';
import { hostMark } from './mark.js';
import { hostStatusCommand } from './status.js';

export const host: CommandGroup = {
  name: 'host',
  summary: SUMMARIES.host,
  commands: [hostStatusCommand, hostInstallReference, hostMark],
};
