import { describe, it } from 'node:test';
import { SERVE_SETTINGS } from '../../src/cli/commands/serve/declared.js';
import { assertGenerated, table } from './generated.js';

describe('the page on the endpoint', () => {
  it('has every setting of serve, in its three places', async () => {
    const rows = SERVE_SETTINGS.map(({ flags, env, name, description }) => [
      `\`${flags}\``,
      `\`${env}\``,
      `\`${name}\``,
      description,
    ]);
    await assertGenerated(
      'docs/endpoint.md',
      'serve',
      table(['option', 'environment', 'in "serve"', 'meaning'], rows),
    );
  });
});
