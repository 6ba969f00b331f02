import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { hostInstallReference } from './install-reference.js';
import { hostMark } from './mark.js';
import { hostRemove } from './remove.js';
import { hostScaffold } from './scaffold.js';
import { hostStatusCommand } from './status.js';

export const host: CommandGroup = {
  name: 'host',
  summary: SUMMARIES.host,
  commands: [hostStatusCommand, hostScaffold, hostRemove, hostInstallReference, hostMark],
};
