import { startServer } from './server.js';
/**
 * The process that keeps the test run's PostgreSQL. Told the options, it starts the server, sends its URL to its
 * parent, halts and resumes it when it is told to, and stops it when the channel to the parent closes. A channel closes however a process
 * ends, so no server outlives its run, not even one that was killed.
 */
const gone = new Promise((resolve) => process.once('disconnect', resolve));
try {
    const server = await startServer(JSON.parse(process.argv[2] ?? '{}'));
    process.send?.({ url: server.url });
    process.on('message', async (order) => {
        try {
            await (order.halt ? server.halt(order.halt) : server.resume());
            process.send?.({});
        }
        catch (error) {
            process.send?.({ error: String(error) });
        }
    });
    await gone;
    await server.stop();
}
catch (error) {
    if (process.connected)
        process.send?.({ error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    if (process.connected)
        process.disconnect();
}
