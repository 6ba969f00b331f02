import type { CommandGroup } from '../../../command.js';
import { SUMMARIES } from '../../summaries.js';
import { serviceInstall } from './install.js';
import { servicePrint } from './print.js';
import { serviceStatus } from './status.js';
import { serviceUninstall } from './uninstall.js';

export const service: CommandGroup = {
  name: 'service',
  summary: SUMMARIES.service,
  commands: [serviceInstall, serviceUninstall, serviceStatus, servicePrint],
};
