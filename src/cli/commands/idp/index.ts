import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { idpAdd } from './add.js';
import { idpDisable } from './disable.js';
import { idpEnable } from './enable.js';
import { idpList } from './list.js';
import { idpRelease } from './release.js';
import { idpRemove } from './remove.js';
import { idpSheet } from './sheet.js';
import { idpShow } from './show.js';
import { idpUpdate } from './update.js';

export const idp: CommandGroup = {
  name: 'idp',
  summary: SUMMARIES.idp,
  commands: [idpAdd, idpList, idpShow, idpUpdate, idpEnable, idpDisable, idpRelease, idpRemove, idpSheet],
};
