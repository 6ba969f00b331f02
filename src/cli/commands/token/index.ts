import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { tokenCreate } from './create.js';
import { tokenList } from './list.js';
import { tokenNewKey } from './new-key.js';
import { tokenPrune } from './prune.js';
import { tokenRevoke } from './revoke.js';
import { tokenRotate } from './rotate.js';
import { tokenShow } from './show.js';
import { tokenVerify } from './verify.js';

export const token: CommandGroup = {
  name: 'token',
  summary: SUMMARIES.token,
  commands: [
    tokenCreate,
    tokenList,
    tokenShow,
    tokenRotate,
    tokenRevoke,
    tokenVerify,
    tokenNewKey,
    tokenPrune,
  ],
};
