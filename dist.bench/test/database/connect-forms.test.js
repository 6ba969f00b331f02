import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { openDatabase } from '../../src/database/open.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
/** The parts of a test server's URL, as they are written in other forms. */
function partsOf(url) {
    const { hostname: host, port, username, password, pathname, searchParams } = new URL(url);
    const encrypt = searchParams.get('encrypt') ?? 'false';
    const trust = searchParams.get('trustServerCertificate') ?? 'false';
    return {
        host,
        port,
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        database: decodeURIComponent(pathname.slice(1)),
        tls: `Encrypt=${encrypt};TrustServerCertificate=${trust}`,
        query: `encrypt=${encrypt}&trustServerCertificate=${trust}`,
    };
}
const adoNet = ({ host, port, user, password, database, tls }) => `Server=tcp:${host},${port};Database=${database};User Id=${user};Password=${password};${tls}`;
const npgsql = ({ host, port, user, password, database }) => `Host=${host};Port=${port};Database=${database};Username=${user};Password=${password}`;
const webConfig = (connection) => `<configuration><connectionStrings><add name="Main" connectionString="${connection}" /></connectionStrings></configuration>`;
const appSettings = (connection) => JSON.stringify({ ConnectionStrings: { Main: connection } });
const MSSQL = {
    'ADO.NET': { text: adoNet },
    'ADO.NET with an instance, over which the port wins': {
        text: (parts) => adoNet(parts).replace(',', '\\NOSUCH,').replace('tcp:', ''),
    },
    'ADO.NET with what a cluster needs': {
        text: (parts) => `${adoNet(parts)};Application Name=Forms;MultiSubnetFailover=True;ApplicationIntent=ReadOnly;Connect Timeout=20`,
    },
    ODBC: {
        text: ({ host, port, user, password, database }) => `Driver={ODBC Driver 18 for SQL Server};Server=${host},${port};Database=${database};UID=${user};PWD={${password}};Encrypt=yes;TrustServerCertificate=yes`,
    },
    'a URL': {
        text: ({ host, port, user, password, database, query }) => `mssql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?${query}`,
    },
    'a URL that asks for encryption': {
        text: ({ host, port, user, password, database }) => `mssql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?encrypt=true&trustServerCertificate=true`,
    },
    'appsettings.json': {
        text: () => 'appsettings.json#ConnectionStrings:Main',
        files: (parts) => ({ 'appsettings.json': appSettings(adoNet(parts)) }),
    },
    'web.config': {
        text: () => 'web.config#Main',
        files: (parts) => ({ 'web.config': webConfig(adoNet(parts)) }),
    },
};
const POSTGRES = {
    'a URL': {
        text: ({ host, port, user, password, database }) => `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?sslmode=prefer&application_name=forms`,
    },
    'keywords of libpq': {
        text: ({ host, port, user, password, database }) => `host=${host} port=${port} dbname=${database} user=${user} password='${password}'`,
    },
    'variables of libpq': {
        text: () => 'postgresql://',
        env: ({ host, port, user, password, database }) => ({
            PGHOST: host,
            PGPORT: port,
            PGUSER: user,
            PGPASSWORD: password,
            PGDATABASE: database,
        }),
    },
    'a service file, and the password in PGPASSFILE': {
        text: () => 'service=main',
        files: ({ host, port, user, password, database }) => ({
            'services.conf': `[main]\nhost=${host}\nport=${port}\ndbname=${database}\nuser=${user}\n`,
            'my.pgpass': `${host}:${port}:*:${user}:${password}\n`,
        }),
        env: (_, directory) => ({
            PGSERVICEFILE: join(directory, 'services.conf'),
            PGPASSFILE: join(directory, 'my.pgpass'),
        }),
    },
    Npgsql: { text: npgsql },
    'appsettings.json': {
        text: () => 'appsettings.json#ConnectionStrings:Main',
        files: (parts) => ({ 'appsettings.json': appSettings(npgsql(parts)) }),
    },
    'web.config': {
        text: () => 'web.config#Main',
        files: (parts) => ({ 'web.config': webConfig(npgsql(parts)) }),
    },
};
forEachEngine('a setting as people have it leads to the database:', (engine) => {
    for (const [name, form] of Object.entries(engine.name === 'mssql' ? MSSQL : POSTGRES)) {
        it(name, async () => {
            const parts = partsOf((await engine.freshDatabase()).url);
            const directory = await temporaryDirectory('forms');
            for (const [file, content] of Object.entries(form.files?.(parts) ?? {})) {
                await writeFile(join(directory, file), content, { mode: 0o600 });
            }
            const { settings, warnings } = await parseConnectionSetting(form.text(parts), {
                cwd: directory,
                env: form.env?.(parts, directory) ?? {},
                homeDirectory: directory,
            });
            const database = await openDatabase(settings, { schema: 'scim', jitter: () => 0 });
            const info = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
            await database.close();
            assert.equal(info.database, parts.database);
            assert.deepEqual(warnings, []);
        });
    }
}, { only: ['postgres', 'mssql'] });
