import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { onPath } from './on-path.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The path of a Chromium on this machine; undefined where there is none. */
export const chromiumPath = (): string | undefined => onPath(...NAMES);

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}

/** A page in a headless Chromium, driven by its DevTools protocol over a pipe, so that no port is open. */
export class Browser {
  /** What the console said, what the page threw, and what its policy forbade. */
  readonly complaints: string[] = [];
  /** The addresses that the page asked for. */
  readonly requests: string[] = [];
  #last = 0;
  #rest = '';
  #session: string | undefined;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #loaded: (() => void) | undefined;

  private constructor(private readonly process: ChildProcess) {
    (process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const [rest, ...messages] = (this.#rest + text).split('\0').reverse();
      this.#rest = rest ?? '';
      for (const message of messages.reverse()) this.#hear(JSON.parse(message));
    });
  }

  static async open(path: string, directory: string): Promise<Browser> {
    const child = spawn(
      path,
      [
        ...['--headless=new', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${directory}`],
        // As root, as in a container, there is no sandbox.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const browser = new Browser(child);
    const { targetId } = await browser.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.#send('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await browser.#send(`${domain}.enable`);
    return browser;
  }

  /** Loads an address in a window of this width, in pixels, until the page has loaded. */
  async load(url: string, width = 1280, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    await this.#send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height: 900, deviceScaleFactor: 1, mobile: width < 600 },
    });
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.#send('Emulation.setEmulatedMedia', { features });
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.#send('Page.navigate', { url });
    await loaded;
  }

  /** The value of an expression in the page; a promise is waited for. */
  async value<T>(expression: string): Promise<T> {
    const answer = await this.#send('Runtime.evaluate', {
      ...{ expression, awaitPromise: true, returnByValue: true },
    });
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return (answer.result as { value: T }).value;
  }

  /** The page as it prints on A4: a PDF. */
  async pdf(): Promise<Buffer> {
    const { data } = await this.#send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('close', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }

  #send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) };
    (this.process.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result = {}, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
    });
  }

  #hear(message: Message): void {
    const { id, method, params = {} } = message;
    if (id !== undefined) {
      this.#waiting.get(id)?.(message);
      this.#waiting.delete(id);
    } else if (method === 'Page.loadEventFired') this.#loaded?.();
    else if (method === 'Network.requestWillBeSent') {
      this.requests.push((params.request as { url: string }).url);
    } else if (method && /^(Log\.entryAdded|Runtime\.(exceptionThrown|consoleAPICalled))$/.test(method)) {
      this.complaints.push(JSON.stringify(params));
    }
  }
}
