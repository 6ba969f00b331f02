import { installReference as install } from '../../../core/host/install-reference.js';
import { DRY_RUN, sayDone } from '../shared.js';
export const installReference = {
    name: 'install-reference',
    summary: 'Install the reference host application with sample users',
    description: 'Creates a small host application in schema app, with users, SAML providers and licence pools, and the host views over it: for trying things out and for tests. Never touches host views that are over something else.',
    options: [DRY_RUN],
    examples: [
        { does: 'in a database for tests', command: 'host install-reference' },
        { does: 'whether it was new', command: 'host install-reference -o json' },
    ],
    rights: { schema: 'change', database: 'create schema' },
    async run(options, context) {
        const report = await install(await context.core(), options);
        await context.output.one(report, [{ key: 'installed', label: 'INSTALLED' }]);
        if (report.installed)
            sayDone(context, options, 'The reference host application is installed.');
        else
            context.talk.done('It was there already; nothing was changed.');
    },
};
