import { operationProblem } from '../../problem.js';
import type { Database, Session } from '../database.js';
import { readSchemaFiles, readSql } from './files.js';
import { readHistory } from './history.js';
import { run } from './migrate.js';
import { assertCurrent, planSchema } from './plan.js';

/** The tables of the reference host application, in schema `app`, and the host view that is over each. */
const PARTS = [
  { table: 'users', view: 'host_user' },
  { table: 'sy_identityproviders', view: 'host_sso_provider' },
  { table: 'licence_pools', view: 'host_licence' },
];

/**
 * Installs the reference host application with its sample users: schema `app` and the three host views over
 * it, in one transaction under the schema lock. Where all of it is there already, nothing is changed.
 * @throws Problem `host-exists` when any table or view of these names is there that is not, as a whole, the
 *   reference application: somebody's real host application must never be touched.
 */
export const installReferenceHost = (database: Database): Promise<{ installed: boolean }> =>
  database.transaction(installReferenceHostIn);

/** The same inside the caller's transaction. */
export async function installReferenceHostIn(session: Session): Promise<{ installed: boolean }> {
  const { name } = session.dialect;
  const [script, { migrations }] = await Promise.all([
    readSql(`reference-host/${name}.sql`),
    readSchemaFiles(name),
  ]);
  await session.dialect.lockSchema(session.knex, session.schema);
  assertCurrent(planSchema(migrations, await readHistory(session)));
  const found = await findParts(session);
  const foreign = found.filter((part) => part.state === 'foreign');
  if (foreign.length === 0 && found.every((part) => part.state === 'ours')) return { installed: false };
  const inTheWay = found.filter((part) => part.state !== 'absent');
  if (inTheWay.length > 0) throw hostExists(inTheWay.map((part) => part.name));
  await run(session, script);
  return { installed: true };
}

interface FoundPart {
  /** `scim.host_user`, `app.users`. */
  name: string;
  state: 'absent' | 'ours' | 'foreign';
}

/** Each table and view of the reference application: is it there, and is a view over the table it should be? */
async function findParts({ knex, schema }: Session): Promise<FoundPart[]> {
  const query = knex.raw.bind(knex);
  // Capitals and no quotes: a case-sensitive SQL Server knows INFORMATION_SCHEMA by no other spelling.
  const tables = rowsOf<{ name: string }>(
    await query(`select TABLE_NAME as name from INFORMATION_SCHEMA.TABLES where TABLE_SCHEMA = 'app'`),
  );
  const views = rowsOf<{ name: string; definition: string | null }>(
    await query(
      'select t.TABLE_NAME as name, v.VIEW_DEFINITION as definition from INFORMATION_SCHEMA.TABLES t ' +
        'left join INFORMATION_SCHEMA.VIEWS v on v.TABLE_SCHEMA = t.TABLE_SCHEMA and v.TABLE_NAME = t.TABLE_NAME ' +
        'where t.TABLE_SCHEMA = ?',
      [schema],
    ),
  );
  return PARTS.flatMap(({ table, view }): FoundPart[] => {
    const tableThere = tables.some(({ name }) => name.toLowerCase() === table);
    const viewThere = views.find(({ name }) => name.toLowerCase() === view);
    return [
      { name: `app.${table}`, state: tableThere ? 'ours' : 'absent' },
      {
        name: `${schema}.${view}`,
        state: !viewThere ? 'absent' : isOver(viewThere.definition, table) ? 'ours' : 'foreign',
      },
    ];
  });
}

/** Whether a view's text reads from `app.<table>`; a text the login may not see counts as somebody else's. */
const isOver = (definition: string | null, table: string) =>
  new RegExp(`\\bapp\\s*\\.\\s*${table}\\b`, 'i').test((definition ?? '').replace(/["[\]]/g, ''));

/** PostgreSQL's driver hands over an object with rows, SQL Server's the rows. */
const rowsOf = <T>(result: unknown): T[] => (Array.isArray(result) ? result : (result as { rows: T[] }).rows);

const hostExists = (names: string[]) =>
  operationProblem(
    'host-exists',
    `The sample host application was not installed: ${names.join(', ')} already exist${names.length === 1 ? 's' : ''} and must not be overwritten.`,
    {
      hint: 'Use an empty database for the sample host application. `scimctl host status` shows which application is bound here.',
    },
  );
