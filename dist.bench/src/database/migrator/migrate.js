import { inSchema, readSchemaFiles } from './files.js';
import { readHistory, recordSql } from './history.js';
import { assertKnown, planSchema } from './plan.js';
/**
 * Brings the schema to the newest version: all pending files in one transaction, under the schema lock, so
 * that of several at once one applies and the others find nothing to do, and a crash leaves nothing behind.
 * @throws Problem `schema-newer` or `schema-drift`, and nothing is changed.
 */
export async function migrate(database, toolVersion, files) {
    const { bootstrap, migrations } = files ?? (await readSchemaFiles(database.dialect.name));
    return database.transaction(async (session) => {
        const { dialect, schema } = session;
        await dialect.lockSchema(session.knex, schema);
        await dialect.actAsSchemaOwner(session.knex, schema);
        await run(session, bootstrap);
        const plan = planSchema(migrations, await readHistory(session));
        assertKnown(plan);
        for (const migration of plan.pending) {
            await run(session, migration.sql);
            await run(session, recordSql(migration, session, toolVersion));
        }
        const applied = plan.pending.map(({ version, name, checksum }) => ({ version, name, checksum }));
        return { applied, version: plan.latest };
    });
}
/** Runs a script of ours as it stands, batch by batch. */
export async function run(session, sql) {
    for (const batch of session.dialect.splitScript(inSchema(sql, session.schema)))
        await session.knex.raw(batch);
}
/** What is applied and what is not. Changes nothing. */
export async function schemaStatus(database, files) {
    const { migrations } = files ?? (await readSchemaFiles(database.dialect.name));
    const applied = await database.read(readHistory);
    return { ...planSchema(migrations, applied), applied };
}
