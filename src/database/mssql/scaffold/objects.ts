import { HOST_VIEW_NAMES } from '../../../words/host-views.js';
import type { Runner } from '../../pool/runner.js';
import { type HostObject, type Mark, markText, parseMark, sha256, stateOf } from '../../scaffold/mark.js';
import type { Ownership } from '../../scaffold/scaffold.js';
import {
  BEGIN_SCRIPT,
  bracketed,
  joinBatches,
  NOTHING_CHANGED,
  SET_OPTIONS,
  STOP_AT_ERRORS,
} from '../script-parts.js';

interface Row {
  name: string;
  type: string;
  owner: string | null;
  definition: string | null;
}

const VIEWS = HOST_VIEW_NAMES.map((name) => `'${name}'`).join(', ');

/** The host views, and every trigger on them. */
export async function mssqlHostObjects(
  { rows }: Pick<Runner, 'rows'>,
  schema: string,
): Promise<HostObject[]> {
  const found = await rows<Row>(
    `select o.name as name, o.type as type, coalesce(user_name(o.principal_id), user_name(s.principal_id)) as owner,
            m.definition as definition
       from sys.objects o
       join sys.schemas s on s.schema_id = o.schema_id
       left join sys.sql_modules m on m.object_id = o.object_id
       left join sys.objects p on p.object_id = o.parent_object_id
      where s.name = ?
        and (o.type in ('U', 'V') and o.name in (${VIEWS})
          or o.type = 'TR' and p.name in (${VIEWS}))
      order by o.type desc, o.name`,
    [schema],
  );
  return found.map(({ name, type, owner, definition }) => {
    const { mark, rest } = withoutMark(definition ?? '');
    return {
      kind: kindOf(type.trim()),
      ...{ name, owner: owner ?? '', definition: definition ?? '', state: stateOf(mark, sha256(rest)) },
      ...(mark && { mark }),
    };
  });
}

const kindOf = (type: string): HostObject['kind'] =>
  type === 'V' ? 'view' : type === 'TR' ? 'trigger' : 'table';

/** The mark stands behind the AS of the definition: SQL Server keeps comments there. */
function withoutMark(definition: string): { mark?: Mark; rest: string } {
  const text = definition.replaceAll('\r\n', '\n').trim();
  const [whole, comment] = /^\/\* (scimctl \{[^\n]*\}) \*\/\n/m.exec(text) ?? [];
  if (whole === undefined || comment === undefined) return { rest: text };
  const mark = parseMark(comment);
  return { ...(mark && { mark }), rest: text.replace(whole, '') };
}

export const mssqlMarked = (
  statements: readonly string[],
  _schema: string,
  mark: Omit<Mark, 'digest'>,
): string[] =>
  statements.map((statement) => {
    const text = statement.trim();
    const comment = `/* ${markText({ ...mark, digest: sha256(text) })} */`;
    return text.replace(/ as\n/, (found) => `${found}${comment}\n`);
  });

/** Triggers first: Babelfish does not take them away with their views. */
export const mssqlDrop = (existing: readonly HostObject[], schema: string): string[] =>
  [...existing]
    .sort((a, b) => Number(b.kind === 'trigger') - Number(a.kind === 'trigger'))
    .map(({ kind, name }) => `drop ${kind} ${bracketed(schema)}.${bracketed(name)};`);

export async function mssqlOwnership({ rows }: Pick<Runner, 'rows'>, schema: string): Promise<Ownership> {
  const [found] = await rows<{ owner: string | null }>(
    'select user_name(s.principal_id) as owner from sys.schemas s where s.name = ?',
    [schema],
  );
  return { schemaOwner: found?.owner ?? '', isPowerful: false, followsSchema: true };
}

/**
 * All or nothing, also in a client that goes on after an error. A view and a trigger must be alone in their batch, and a
 * DBA reads them more easily as they are than as text for EXEC. So no batch looks whether one before it has failed, but
 * each is in a transaction, in another one if an error has ended the first: that one alone has the lock, and the last
 * batch commits only under it.
 */
export const mssqlScript = (statements: readonly string[], title: readonly string[]): string =>
  joinBatches([
    [...title.map((line) => `-- ${line}`), ...STOP_AT_ERRORS].join('\n'),
    SET_OPTIONS,
    `${BEGIN_SCRIPT}
declare @result int;
exec @result = sp_getapplock @Resource = ${WHOLE}, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
if @result < 0
  throw 50001, N'scimctl: another session is making host views', 1;`,
    ...statements.flatMap((statement) => [STAY, statement.trim()]),
    `if applock_mode(N'public', ${WHOLE}, N'Transaction') = N'NoLock'
begin
  if @@trancount > 0 rollback transaction;
  throw ${NOTHING_CHANGED};
end
commit transaction;
print N'scimctl: created the host views.';`,
  ]);

const WHOLE = "N'scimctl host views'";

const STAY = `-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;`;
