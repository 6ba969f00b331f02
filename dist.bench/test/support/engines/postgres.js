import pg from 'pg';
/** PostgreSQL, through its administrator's URL. */
export function postgresServer(adminUrl) {
    const quoted = (name) => pg.escapeIdentifier(name);
    return {
        async version() {
            const [row] = await query(adminUrl, 'show server_version');
            return `PostgreSQL ${row?.server_version.split(' ')[0]}`;
        },
        async create(name, options = '') {
            await query(adminUrl, `create database ${quoted(name)} ${options}`);
            const url = withDatabase(adminUrl, name);
            return {
                url,
                query: (sql, parameters) => query(url, sql, parameters),
                drop: async () => {
                    await query(adminUrl, `drop database if exists ${quoted(name)} with (force)`);
                },
            };
        },
        async dropAll(prefix) {
            const ours = 'select datname from pg_database where starts_with(datname, $1)';
            for (const { datname } of await query(adminUrl, ours, [prefix])) {
                await query(adminUrl, `drop database if exists ${quoted(datname)} with (force)`);
            }
        },
    };
}
async function query(url, sql, parameters) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    await client.connect();
    try {
        return (await client.query(sql, parameters)).rows;
    }
    finally {
        await client.end();
    }
}
/** The same URL with another database in it. */
export function withDatabase(url, database) {
    const changed = new URL(url);
    changed.pathname = `/${encodeURIComponent(database)}`;
    return changed.href;
}
