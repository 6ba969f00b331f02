import type { Database } from '../../database/database.js';
import { type SchemaVerification, verifySchema } from '../../database/migrator/verify.js';
import { excessInWords, excessRights } from './excess.js';

/**
 * The schema held against what this version installs, and the rights in it against the lines of the roles. Changes
 * nothing.
 * @throws Problem as `verifySchema` does.
 */
export async function verifyInstallation(database: Database): Promise<SchemaVerification> {
  const { findings } = await verifySchema(database);
  const rights = (await excessRights(database)).map((excess) => ({
    kind: 'excess' as const,
    object: `rights of ${excess.who}`,
    found: excessInWords(excess),
    advice: `Have the schema owner or a DBA run: ${excess.statement}`,
  }));
  const all = [...findings, ...rights];
  return { ok: all.length === 0, findings: all };
}
