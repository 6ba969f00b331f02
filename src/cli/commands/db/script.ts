import { installScript } from '../../../database/migrator/script.js';
import { toolVersion } from '../../../installation/version.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { chosenDialect, ENGINE_OPTION } from '../../settings/engine.js';

export const dbScript: Command<{ engine?: string }> = {
  name: 'script',
  summary: 'Print the schema as one SQL file for a DBA to review and run',
  description:
    'Prints one SQL file for psql, or for sqlcmd and SSMS, that does the same as `db migrate`: it installs the schema or upgrades it from any earlier version, records what it applied, and stops at the first error. You can run it again. Needs no database.',
  options: [ENGINE_OPTION, OUT],
  examples: [
    { does: 'for psql', command: 'db script --engine postgres --out scim.sql' },
    { does: 'for sqlcmd and SSMS', command: 'db script --engine mssql --out scim.sql' },
  ],
  async run({ engine }, context) {
    const dialect = await chosenDialect(engine, context);
    const { schema } = await context.settings();
    const text = await installScript(dialect, schema, toolVersion());
    if (context.output.format === 'json') context.output.json({ engine: dialect.name, script: text });
    else context.output.text(text);
  },
};
