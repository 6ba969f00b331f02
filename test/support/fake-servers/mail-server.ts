import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A server for mail (RFC 5321) that keeps what it is given. */
export class MailServer {
  /** The messages with their headers, as they were sent. */
  readonly messages: string[] = [];
  readonly #server = createServer((socket) => this.#serve(socket));

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as { port: number }).port;
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let message: string[] | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      if (message) {
        if (line !== '.') return void message.push(line.replace(/^\.\./, '.'));
        this.messages.push(message.join('\n'));
        message = undefined;
        say('250 kept');
      } else if (/^DATA$/i.test(line)) {
        message = [];
        say('354 go on');
      } else if (/^QUIT$/i.test(line)) socket.end('221 bye\r\n');
      else say('250 mail.example.com');
    });
    say('220 mail.example.com');
  }
}
