import { migrate } from '../../src/database/migrator/migrate.js';
import { openAt } from './open-test-database.js';
// A process that migrates one database: `migrate-child.js URL TOOL_VERSION`. Prints the versions it applied.
const [url = '', toolVersion = ''] = process.argv.slice(2);
const database = await openAt(url);
try {
    const { applied } = await migrate(database, toolVersion);
    console.log(JSON.stringify(applied.map(({ version }) => version)));
}
finally {
    await database.close();
}
