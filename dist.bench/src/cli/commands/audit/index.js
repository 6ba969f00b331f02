import { exportEvents } from './export.js';
import { head } from './head.js';
import { list } from './list.js';
import { seal } from './seal.js';
import { verify } from './verify.js';
export const audit = {
    name: 'audit',
    summary: 'The trail of every change',
    commands: [list, verify, exportEvents, seal, head],
};
