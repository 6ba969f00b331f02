import { startServer } from './server.js';

/**
 * The process that keeps the test run's PostgreSQL. It is told no more than the options: it starts the server, sends its URL
 * to its parent, and stops it when the channel to the parent closes. A channel closes however a process
 * ends, so no server outlives its run, not even one that was killed.
 */
const gone = new Promise<void>((resolve) => process.once('disconnect', resolve));

try {
  const server = await startServer(JSON.parse(process.argv[2] ?? '{}'));
  process.send?.({ url: server.url });
  await gone;
  await server.stop();
} catch (error) {
  if (process.connected) process.send?.({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
