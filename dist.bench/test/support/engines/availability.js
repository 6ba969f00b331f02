/** The engines that the tests run on, in the order of their starting up. */
export const engineNames = ['embedded', 'postgres', 'mssql'];
const servers = {
    postgres: { label: 'PostgreSQL', variable: 'SCIMCTL_TEST_POSTGRES' },
    mssql: { label: 'SQL Server', variable: 'SCIMCTL_TEST_MSSQL' },
};
/**
 * Which engines the environment offers: `SCIMCTL_TEST_POSTGRES` and `SCIMCTL_TEST_MSSQL` hold administrator
 * URLs; `SCIMCTL_TEST_ENGINES`, where it is set, is a comma-separated choice among the engines.
 */
export function engineAvailability(environment) {
    const wanted = (environment.SCIMCTL_TEST_ENGINES || engineNames.join()).split(',');
    const unknown = wanted.find((name) => !engineNames.includes(name));
    if (unknown !== undefined)
        throw new Error(`SCIMCTL_TEST_ENGINES: there is no engine "${unknown}"`);
    return engineNames.map((name) => {
        const left = wanted.includes(name) ? {} : { skipped: 'left out by SCIMCTL_TEST_ENGINES' };
        if (name === 'embedded')
            return { name, label: 'embedded', ...left };
        const { label, variable } = servers[name];
        const adminUrl = environment[variable];
        return adminUrl
            ? { name, label, adminUrl, ...left }
            : { name, label, skipped: `${variable} is not set`, ...left };
    });
}
