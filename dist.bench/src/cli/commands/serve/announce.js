import { tenantUrlOf } from '../../../core/service-accounts/sheet.js';
/** Says where it listens: for people on stderr, with `-o json` as one line on stdout, for scripts. */
export async function announce(context, { url, port, metricsUrl }, settings, log) {
    const { output, world, talk } = context;
    const { host, baseUrl, behindProxy, logFormat } = settings;
    const tenantUrl = tenantUrlOf(baseUrl ?? url);
    const where = { url, host, port, tenantUrl, ...(metricsUrl !== undefined && { metricsUrl }) };
    if (output.format === 'json')
        output.text(`${JSON.stringify(where)}\n`);
    log.line('info', 'listening', where, `Listening at ${url}`);
    // The log's line first, which is written at the end of this turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (logFormat === 'json' && world.stderr.isTTY !== true)
        return;
    talk.note(`\nTenant URL for the IdP:  ${tenantUrl}`);
    if (baseUrl === undefined && behindProxy) {
        talk.note('  As the proxy is reached from outside; say so with --base-url.');
    }
    talk.note('What to type into it:    scimctl idp sheet NAME');
    talk.note(`Is it well:              ${url}/readyz`);
    talk.note('Ctrl-C ends it once what is under way is done.\n');
}
