import { disable } from './disable.js';
import { list } from './list.js';
import { pending } from './pending.js';
import { show } from './show.js';
export const users = {
    name: 'users',
    summary: 'Linked users, and those pending manual disable',
    commands: [pending, list, show, disable],
};
