import type { TableRights } from '../../database/dialect.js';
import { schemaStatus } from '../../database/migrator/migrate.js';
import { verifySchema } from '../../database/migrator/verify.js';
import { describeHostViews } from '../../database/queries/host-views.js';
import { readHosting } from '../../database/queries/installation.js';
import { fail, type Prerequisite, pass } from './prerequisite.js';

/** What the operator's commands do to each own table. */
const OPERATOR_RIGHTS: readonly TableRights[] = [
  { table: 'schema_history', rights: ['SELECT'] },
  { table: 'installation', rights: ['SELECT', 'UPDATE'] },
  { table: 'service_account', rights: ['SELECT', 'INSERT', 'UPDATE'] },
  { table: 'token', rights: ['SELECT', 'INSERT', 'UPDATE'] },
  { table: 'identity', rights: ['SELECT', 'INSERT', 'UPDATE'] },
  { table: 'event', rights: ['SELECT', 'INSERT'] },
  { table: 'event_seal', rights: ['SELECT', 'INSERT'] },
  { table: 'host_user', rights: ['SELECT'] },
  { table: 'host_sso_provider', rights: ['SELECT'] },
  { table: 'host_licence', rights: ['SELECT'] },
];

export const rights: Prerequisite = {
  name: 'rights',
  about: 'the login may do what the commands need',
  needs: ['database'],
  async run({ database }) {
    const missing = await database.read(({ knex, dialect, schema }) =>
      dialect.missingRights(knex, schema, OPERATOR_RIGHTS),
    );
    if (missing.length === 0) return pass('the login may do what the commands need');
    return fail(`the login lacks ${missing.join(', ')}`, 'Ask the DBA to grant it.', { missing });
  },
};

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
    const { ok, drift, missing, unexpected } = await verifySchema(database);
    if (ok) return pass('installed, current and as it was made', details);
    const count = drift.length + missing.length + unexpected.length;
    const summary = `the schema differs from what this version made, in ${count} place${count === 1 ? '' : 's'}`;
    return fail(summary, 'Run `scimctl db verify` for each, and put it back.', {
      ...details,
      drift,
      missing,
      unexpected,
    });
  },
};

export const hostViews: Prerequisite = {
  name: 'host',
  about: 'the host views are there with the columns they must have',
  needs: ['database'],
  async run({ database }) {
    const views = await database.read(describeHostViews);
    const wrong = views.filter(({ missing }) => missing.length > 0);
    if (wrong.length === 0) return pass('all three host views are there');
    const what = wrong.map(({ name, exists, missing }) =>
      exists ? `${name} lacks ${missing.join(', ')}` : `${name} is missing`,
    );
    return fail(
      what.join('; '),
      "Have the host application's DBA define them; `scimctl host status` says how.",
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
