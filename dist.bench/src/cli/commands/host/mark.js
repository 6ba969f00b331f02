import { markHosting } from '../../../core/installation.js';
import { DRY_RUN, sayDone } from '../shared.js';
export const mark = {
    name: 'mark',
    summary: 'Say whether this installation is on-premises or cloud-hosted',
    description: 'Marks the installation. SCIM provisioning is for on-premises installations only: while it is marked as cloud-hosted, IdPs and tokens cannot be added or enabled.',
    options: [
        {
            flags: '--hosting <where>',
            description: 'on-premises or cloud',
            choices: ['on-premises', 'cloud'],
            required: true,
        },
        DRY_RUN,
    ],
    examples: [
        { does: 'refuse SCIM here', command: 'host mark --hosting cloud' },
        { does: 'allow it again', command: 'host mark --hosting on-premises' },
    ],
    rights: { installation: 'SELECT, UPDATE', event: 'SELECT, INSERT' },
    async run(options, context) {
        const marked = await markHosting(await context.core(), options.hosting, options);
        await context.output.one(marked, [{ key: 'hosting', label: 'HOSTING' }]);
        sayDone(context, options, `The installation is marked as ${marked.hosting}.`);
    },
};
