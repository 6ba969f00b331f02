import { installReference } from './install-reference.js';
import { mark } from './mark.js';
import { status } from './status.js';
export const host = {
    name: 'host',
    summary: 'The host application: its views, its hosting, the reference installation',
    commands: [status, installReference, mark],
};
