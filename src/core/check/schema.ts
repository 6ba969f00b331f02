import { schemaStatus } from '../../database/migrator/migrate.js';
import { verifySchema } from '../../database/migrator/verify.js';
import { readHosting } from '../../database/queries/installation.js';
import { fail, type Prerequisite, pass, warn } from './prerequisite.js';

export const schema: Prerequisite = {
  name: 'schema',
  about: 'the scimctl schema is installed, up to date and unchanged',
  needs: ['database'],
  async run({ database }) {
    const status = await schemaStatus(database);
    const details = { version: status.version, latest: status.latest };
    const migrate = 'Run `scimctl db migrate`, or have the DBA run the output of `scimctl db script`.';
    if (status.state === 'missing') return fail('the scimctl schema is not installed', migrate, details);
    if (status.state === 'outdated')
      return fail(`the schema is at version ${status.version} of ${status.latest}`, migrate, details);
    if (status.state === 'newer') {
      return fail(
        `the schema is at version ${status.version}, which is newer than this version of scimctl knows`,
        'Use the newer version of scimctl that installed it.',
        details,
      );
    }
    const { ok, findings } = await verifySchema(database);
    if (ok) return pass('installed, up to date and unchanged', details);
    const wrong = findings.filter(({ kind }) => kind !== 'hidden');
    const places = (count: number) => `${count} place${count === 1 ? '' : 's'}`;
    if (wrong.length === 0) {
      return warn(
        `the schema is up to date, but this login cannot see whether it was changed in ${places(findings.length)}`,
        findings[0]?.advice ?? '',
        { ...details, findings },
      );
    }
    return fail(
      `the schema was changed after installation, in ${places(wrong.length)}`,
      '`scimctl db verify` shows what to do about each difference.',
      { ...details, findings },
    );
  },
};

export const hosting: Prerequisite = {
  name: 'hosting',
  about: 'the installation is on-premises, which SCIM provisioning requires',
  needs: ['schema'],
  async run({ database }) {
    if ((await database.read(readHosting)) === 'on-premises') return pass('the installation is on-premises');
    return fail(
      'the installation is marked as cloud-hosted',
      'SCIM is available only for on-premises installations. If the mark is wrong, correct it with `scimctl host mark --hosting on-premises`.',
    );
  },
};
