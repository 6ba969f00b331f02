import type { InstallScript } from '../dialect/dialect.js';
import { splitBatches } from './driver/split-batches.js';
import {
  BEGIN_SCRIPT,
  guarded,
  joinBatches,
  NOTHING_CHANGED,
  SET_OPTIONS,
  STOP_AT_ERRORS,
} from './script-parts.js';

/** The resource that sp_getapplock locks while the schema is changed. */
export const schemaLock = (schema: string): string => `scimctl schema ${schema}`;

/**
 * For sqlcmd and SSMS. A condition cannot span `GO`, so every batch looks for itself whether its step is
 * still missing; the record is a step's last batch, so the answer holds until then. An error ends the
 * transaction (XACT_ABORT), and without one no later batch does anything: the script installs all or nothing
 * even in a client that goes on after an error and does not know `:on error exit`.
 */
export function mssqlInstallScript({ schema, bootstrap, steps, title }: InstallScript): string {
  const history = `${schema}.schema_history`;
  const newest = steps.at(-1)?.version ?? 0;
  return joinBatches([
    [...title.map((line) => `-- ${line}`), ...STOP_AT_ERRORS].join('\n'),
    `${SET_OPTIONS}
set transaction isolation level read committed;`,
    // In one batch with BEGIN: without a transaction, no later batch does anything.
    `${BEGIN_SCRIPT}
declare @result int;
exec @result = sp_getapplock @Resource = N'${schemaLock(schema)}', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
if @result < 0
begin
  throw 50001, 'scimctl: another session is changing the schema', 1;
end`,
    ...splitBatches(bootstrap).map((batch) => guarded(batch)),
    `if exists (select 1 from ${history} where version > ${newest})
begin
  throw 50002, 'scimctl: the schema is newer than this script; nothing was changed', 1;
end`,
    ...steps.flatMap(({ version, name, sql, record }) => {
      const isMissing = `not exists (select 1 from ${history} where version = ${version})`;
      const [first, ...rest] = [...splitBatches(sql), record.trim()].map((batch) =>
        guarded(batch, isMissing),
      );
      return [`-- ${String(version).padStart(4, '0')} ${name}\n${first}`, ...rest];
    }),
    `if @@trancount = 0
begin
  throw ${NOTHING_CHANGED};
end
commit transaction;
print N'scimctl: the schema is at version ' + cast((select max(version) from ${history}) as nvarchar(10)) + N'.';`,
  ]);
}
