import { schemaStatus } from '../../database/migrator/migrate.js';
import { verifySchema } from '../../database/migrator/verify.js';
import { readHosting } from '../../database/queries/installation.js';
import { fail, type Prerequisite, pass, warn } from './prerequisite.js';

export const schema: Prerequisite = {
  name: 'schema',
  about: 'the scimctl schema is installed, current and as it was made',
  needs: ['database'],
  async run({ database }) {
    const status = await schemaStatus(database);
    const details = { version: status.version, latest: status.latest };
    const migrate = 'Run `scimctl db migrate`, or hand the DBA the output of `scimctl db script`.';
    if (status.state === 'missing') return fail('the scimctl schema is not installed', migrate, details);
    if (status.state === 'outdated')
      return fail(`the schema is at version ${status.version} of ${status.latest}`, migrate, details);
    if (status.state === 'newer') {
      return fail(
        `the schema is at version ${status.version}, newer than this scimctl`,
        'Use the newer scimctl.',
        details,
      );
    }
    const { ok, findings } = await verifySchema(database);
    if (ok) return pass('installed, current and as it was made', details);
    const wrong = findings.filter(({ kind }) => kind !== 'hidden');
    const places = (count: number) => `${count} place${count === 1 ? '' : 's'}`;
    if (wrong.length === 0) {
      return warn(
        `the schema is current; whether it is as it was made this login cannot see in ${places(findings.length)}`,
        findings[0]?.advice ?? '',
        { ...details, findings },
      );
    }
    return fail(
      `the schema differs from what this version made, in ${places(wrong.length)}`,
      'Run `scimctl db verify` for what to do about each.',
      { ...details, findings },
    );
  },
};

export const hosting: Prerequisite = {
  name: 'hosting',
  about: 'the installation is on-premises; SCIM is not for cloud-hosted ones',
  needs: ['schema'],
  async run({ database }) {
    if ((await database.read(readHosting)) === 'on-premises') return pass('the installation is on-premises');
    return fail(
      'the installation is marked as cloud-hosted',
      'SCIM is for on-premises installations only; correct a wrong mark with `scimctl host mark`.',
    );
  },
};
