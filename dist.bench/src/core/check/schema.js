import { schemaStatus } from '../../database/migrator/migrate.js';
import { verifySchema } from '../../database/migrator/verify.js';
import { describeHostViews } from '../../database/queries/host-views.js';
import { readHosting } from '../../database/queries/installation.js';
import { fail, pass, warn } from './prerequisite.js';
export const schema = {
    name: 'schema',
    about: 'the scimctl schema is installed, current and as it was made',
    needs: ['database'],
    async run({ database }) {
        const status = await schemaStatus(database);
        const details = { version: status.version, latest: status.latest };
        const migrate = 'Run `scimctl db migrate`, or hand the DBA the output of `scimctl db script`.';
        if (status.state === 'missing')
            return fail('the scimctl schema is not installed', migrate, details);
        if (status.state === 'outdated')
            return fail(`the schema is at version ${status.version} of ${status.latest}`, migrate, details);
        if (status.state === 'newer') {
            return fail(`the schema is at version ${status.version}, newer than this scimctl`, 'Use the newer scimctl.', details);
        }
        const { ok, findings } = await verifySchema(database);
        if (ok)
            return pass('installed, current and as it was made', details);
        const wrong = findings.filter(({ kind }) => kind !== 'hidden');
        const places = (count) => `${count} place${count === 1 ? '' : 's'}`;
        if (wrong.length === 0) {
            return warn(`the schema is current; whether it is as it was made this login cannot see in ${places(findings.length)}`, findings[0]?.advice ?? '', { ...details, findings });
        }
        return fail(`the schema differs from what this version made, in ${places(wrong.length)}`, 'Run `scimctl db verify` for what to do about each.', { ...details, findings });
    },
};
export const hostViews = {
    name: 'host',
    about: 'the host views are there with the columns they must have',
    needs: ['database'],
    async run({ database }) {
        const views = await database.read(describeHostViews);
        const wrong = views.filter(({ missing }) => missing.length > 0);
        if (wrong.length === 0)
            return pass('all three host views are there');
        const what = wrong.map(({ name, exists, missing }) => exists ? `${name} lacks ${missing.join(', ')}` : `${name} is missing`);
        return fail(what.join('; '), "Have the host application's DBA define them; `scimctl host status` says how.");
    },
};
export const hosting = {
    name: 'hosting',
    about: 'the installation is on-premises; SCIM is not for cloud-hosted ones',
    needs: ['schema'],
    async run({ database }) {
        if ((await database.read(readHosting)) === 'on-premises')
            return pass('the installation is on-premises');
        return fail('the installation is marked as cloud-hosted', 'SCIM is for on-premises installations only; correct a wrong mark with `scimctl host mark`.');
    },
};
