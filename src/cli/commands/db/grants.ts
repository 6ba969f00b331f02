import { type GrantedRole, grantRoles, grantScript } from '../../../core/rights/grant.js';
import { ROLES, type Role } from '../../../core/rights/roles.js';
import { toolVersion } from '../../../installation/version.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';
import { chosenDialect, ENGINE_OPTION } from '../../settings/engine.js';
import { sayDone } from '../../shared/dry-run.js';

interface Options {
  role?: Role[];
  to?: string;
  apply?: boolean;
  dryRun?: boolean;
  engine?: string;
}

const COLUMNS: Column<GrantedRole>[] = [
  { key: 'role', label: 'ROLE' },
  { key: 'name', label: 'IN THE DATABASE' },
  { key: 'members', label: 'MEMBERS', show: ({ members }) => members.join(', ') },
  { key: 'changesSchema', label: 'CHANGES SCHEMA' },
  {
    key: 'rights',
    label: 'RIGHTS',
    wide: true,
    show: ({ rights }) => rights.map(({ on, rights: each }) => `${each.join(', ')} on ${on}`).join('; '),
  },
];

export const dbGrants: Command<Options> = {
  name: 'grants',
  summary: 'Create the least-privilege roles, or print the script for them',
  description:
    'Prints one SQL file for psql, or for sqlcmd and SSMS, that creates the roles installer, operator, endpoint and auditor and grants each role exactly its rights. With --apply, runs it instead. You can run it again, for example after an upgrade or after the host views were created. Printing needs no database; --apply needs a login that can create roles, usually a DBA.',
  options: [
    {
      flags: '--role <role...>',
      description: 'only these roles (default: all)',
      choices: ROLES,
    },
    { flags: '--to <login>', description: 'also add this login to the roles' },
    { flags: '--apply', description: 'apply the script instead of printing it' },
    { flags: '--dry-run', description: 'with --apply: roll everything back at the end' },
    ENGINE_OPTION,
    OUT,
  ],
  examples: [
    { does: 'for a DBA to run', command: 'db grants --engine mssql --out roles.sql' },
    { does: 'before the first installation', command: 'db grants --role installer --to scim_setup --apply' },
    { does: 'for a scheduled job', command: 'db grants --role auditor --to nightly --apply' },
  ],
  rights: { database: 'create role' },
  async run({ role: roles, to: login, apply, dryRun, engine }, context) {
    if (login !== undefined && !roles) {
      throw usageProblem('role-not-given', 'Without --role, the login would be added to every role.', {
        hint: `Add --role with one of these roles: ${ROLES.join(', ')}.`,
      });
    }
    const wish = { roles: roles ?? [...ROLES], login };
    if (!apply) {
      const dialect = await chosenDialect(engine, context);
      const { schema } = await context.settings();
      const script = await grantScript(wish, { dialect, schema, toolVersion: toolVersion() });
      if (context.output.format === 'json') context.output.json({ engine: dialect.name, script });
      else context.output.text(script);
      return;
    }
    const database = await context.database();
    const { clock, random, actor } = context.world;
    const granted = await grantRoles({ database, clock, random, actor }, wish, { dryRun });
    await context.output.list(granted, COLUMNS, '');
    sayDone(context, { dryRun }, 'Each role now has exactly its rights.');
  },
};
