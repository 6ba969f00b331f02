import { type CliResult, type RunningCli, startCli } from '../processes/cli.js';

/** `scimctl serve` as a process of its own. */
export interface Endpoint {
  readonly port: number;
  /** `http://127.0.0.1:PORT/scim/v2`. */
  readonly baseUrl: string;
  readonly process: RunningCli;
  /** One request by one token; the body of the answer parsed, where there is one. */
  send(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Ends it as an administrator would. */
  stop(): Promise<CliResult>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the endpoint said
  body: any;
}

/** Starts the endpoint on a free port and waits until it listens. */
export async function startEndpoint(databaseUrl: string, args: readonly string[] = []): Promise<Endpoint> {
  const process = await startCli(['serve', '--port', '0', '-o', 'json', ...args], {
    env: { SCIMCTL_DATABASE: databaseUrl },
  });
  await process.waitFor(/"port"/);
  const { port } = JSON.parse(process.stdout) as { port: number };
  const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
  return {
    port,
    baseUrl,
    process,
    async send(token, method, path, body) {
      const response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
    stop() {
      process.kill('SIGTERM');
      return process.end();
    },
  };
}
