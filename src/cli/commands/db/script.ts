import { installScript } from '../../../database/migrator/script.js';
import { toolVersion } from '../../../version.js';
import type { Command } from '../../command.js';
import { chosenDialect, ENGINE_OPTION } from '../../engine.js';
import { OUT } from '../../input/list-options.js';

export const script: Command<{ engine?: string }> = {
  name: 'script',
  summary: 'The schema as one SQL file for a DBA to review and run',
  description:
    'Prints one file for psql, or for sqlcmd and SSMS, that does what `db migrate` does: installs or upgrades from any earlier version, may be run again, stops at the first error and records itself. Needs no database.',
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
