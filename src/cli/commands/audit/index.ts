import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { auditExport } from './export.js';
import { auditFollow } from './follow.js';
import { auditHead } from './head.js';
import { auditList } from './list.js';
import { auditNewKey } from './new-key.js';
import { auditPrune } from './prune.js';
import { auditSeal } from './seal.js';
import { auditVerify } from './verify.js';
import { auditVoid } from './void.js';

export const audit: CommandGroup = {
  name: 'audit',
  summary: SUMMARIES.audit,
  commands: [
    auditList,
    auditVerify,
    auditExport,
    auditSeal,
    auditHead,
    auditFollow,
    auditNewKey,
    auditVoid,
    auditPrune,
  ],
};
