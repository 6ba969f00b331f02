import type { Dialect } from '../../database/dialect/dialect.js';
import { readSchemaFiles } from '../../database/migrator/files.js';
import { usageProblem } from '../../problem.js';
import type { KeptHead } from '../audit/evidence/trail-head.js';
import { ROLES, roleName } from './roles.js';

/**
 * What takes an installation out of a database, as one reviewed file for psql, or for sqlcmd and SSMS. Touches no
 * database. Since the audit trail goes with it, the script is for the trail that ends with this head, and no other.
 * @throws Problem `head-invalid` for a head from before the first seal, which confirms nothing.
 */
export async function uninstallScript(
  head: KeptHead,
  { dialect, schema, toolVersion }: { dialect: Dialect; schema: string; toolVersion: string },
): Promise<string> {
  if (head.sealNo === 0) {
    throw usageProblem('head-invalid', 'The head is from before the first seal, and confirms no event.', {
      hint: 'Run `scimctl audit seal`, then `scimctl audit head` again.',
    });
  }
  const { migrations } = await readSchemaFiles(dialect.name);
  return dialect.uninstallScript({
    schema,
    version: migrations.at(-1)?.version ?? 0,
    head: {
      sealNo: head.sealNo,
      lastSeq: BigInt(head.lastSeq),
      digest: Buffer.from(head.digest, 'hex'),
    },
    roles: ROLES.map((role) => roleName(role, schema)),
    title: [
      `scimctl ${toolVersion}: uninstalls the schema "${schema}" for ${dialect.label}`,
      'All or nothing. The objects of the application stay as they are.',
      `For the audit trail that ends with seal ${head.sealNo}, digest ${head.digest}`,
    ],
  });
}
