import { uninstallScript } from '../../../core/rights/uninstall.js';
import { installScript } from '../../../database/migrator/script.js';
import { toolVersion } from '../../../installation/version.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { chosenDialect, ENGINE_OPTION } from '../../settings/engine.js';
import { PUBLIC_KEY, readKeptHead } from '../../shared/kept-head.js';

interface Options {
  engine?: string;
  uninstall?: boolean;
  head?: string;
  publicKey?: string;
}

export const dbScript: Command<Options> = {
  name: 'script',
  summary: 'Print the schema as one SQL file for a DBA to review and run',
  description:
    'Prints one SQL file for psql, or for sqlcmd and SSMS, that does the same as `db migrate`: it installs the schema or upgrades it from any earlier version, records what it applied, and stops at the first error. You can run it again. Needs no database. With --uninstall, the file removes the schema and the roles instead; it refuses to run if the audit trail does not end with the head that --head names.',
  options: [
    ENGINE_OPTION,
    { flags: '--uninstall', description: 'print the script that removes the installation' },
    {
      flags: '--head <file>',
      description: 'with --uninstall: the head of the audit trail, as exported and verified last',
    },
    PUBLIC_KEY,
    OUT,
  ],
  examples: [
    { does: 'for psql', command: 'db script --engine postgres --out scim.sql' },
    { does: 'for sqlcmd and SSMS', command: 'db script --engine mssql --out scim.sql' },
    {
      does: 'to remove the installation',
      command: 'db script --engine mssql --uninstall --head head.json --out uninstall.sql',
    },
  ],
  async run(options, context) {
    assertTogether(options);
    const { engine, head: file, publicKey } = options;
    const dialect = await chosenDialect(engine, context);
    const { schema } = await context.settings();
    const version = toolVersion();
    const text =
      file === undefined
        ? await installScript(dialect, schema, version)
        : await uninstallScript((await readKeptHead(file, publicKey, context)).head, {
            dialect,
            schema,
            toolVersion: version,
          });
    if (context.output.format === 'json') context.output.json({ engine: dialect.name, script: text });
    else context.output.text(text);
  },
};

/** @throws Problem `option-missing`. */
function assertTogether({ uninstall = false, head, publicKey }: Options): void {
  if (uninstall && head === undefined) {
    throw usageProblem('option-missing', 'Add --head with the head of the audit trail.', {
      hint: 'Export and verify the trail first: `scimctl audit export`, `scimctl audit verify`, then `scimctl audit head -o json --out head.json`.',
    });
  }
  if (!uninstall && (head ?? publicKey) !== undefined) {
    throw usageProblem('option-missing', '--head and --public-key belong to --uninstall.', {
      hint: 'Add --uninstall for the script that removes the installation, or leave both options out.',
    });
  }
}
