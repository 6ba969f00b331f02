/** Where the settings lead, for error messages and logs. Never holds the password. */
export function describeSettings(settings) {
    if (settings.engine === 'embedded')
        return `the embedded database in ${settings.directory}`;
    const parts = [`${engineLabel(settings)} at ${describeServer(settings)}`, `database ${settings.database}`];
    if (settings.user !== undefined)
        parts.push(`user ${describeUser(settings)}`);
    return parts.join(', ');
}
/** The directory of an embedded database, or the hosts of a server. */
export const describePlace = (settings) => settings.engine === 'embedded' ? settings.directory : describeServer(settings);
/** For people: `PostgreSQL`, `SQL Server`. */
export const engineLabel = ({ engine }) => (engine === 'mssql' ? 'SQL Server' : 'PostgreSQL');
/** `db1:5432`, `[::1]:5432`, `SQL01\INST`, `SQL01,1533` spelt `SQL01:1533`; several with commas. */
export const describeServer = ({ hosts, instance }) => hosts
    .map(({ host, port }) => {
    const name = host.includes(':') ? `[${host}]` : host;
    if (port !== undefined)
        return `${name}:${port}`;
    return instance === undefined ? name : `${name}\\${instance}`;
})
    .join(', ');
/** `joe`, or `CORP\joe` where a Windows domain is given. */
export const describeUser = ({ user, domain }) => domain === undefined ? (user ?? '') : `${domain}\\${user ?? ''}`;
