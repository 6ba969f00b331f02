import { resolve } from 'node:path';
import { newTokenKeyLine } from '../../../core/tokens/keys.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import type { Column } from '../../output/column.js';
import { prependKey } from '../../output/key-file.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

interface Options {
  id: string;
  keyFile?: string;
  dryRun?: boolean;
}

interface PrintedKey {
  id: string;
  key: string;
}

interface FiledKey {
  id: string;
  keyFile: string;
}

const PRINTED: Column<PrintedKey>[] = [
  { key: 'id', label: 'ID' },
  { key: 'key', label: 'KEY' },
];

const FILED: Column<FiledKey>[] = [
  { key: 'id', label: 'ID' },
  { key: 'keyFile', label: 'KEY FILE' },
];

export const tokenNewKey: Command<Options> = {
  name: 'new-key',
  summary: 'Create a key for keyed token hashes',
  description:
    'Creates a key of 32 random bytes for hashing tokens with HMAC-SHA-256. Prints the line for the key file (tokenKeysFile), or inserts it as the first line of that file. New tokens are hashed with the first key; the other keys are kept for existing tokens. Uses no database.',
  arguments: [{ syntax: '<id>', description: 'id of the new key: 2026-a' }],
  options: [
    {
      flags: '--key-file <file>',
      description: 'insert it as the first line of this file, which only you can read; created if missing',
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'print it, for a secret store', command: 'token new-key 2026-a' },
    { does: 'into the key file', command: 'token new-key 2026-a --key-file token.keys' },
  ],
  async run(options, context) {
    const { id, keyFile, dryRun } = options;
    const line = newTokenKeyLine(id, context.world.random);
    if (keyFile === undefined)
      return dryRun ? sayDone(context, options, 'The key is printed.') : print(context, line);
    const path = resolve(context.world.cwd, keyFile);
    await prependKey(path, { id, line }, context.world, dryRun);
    await context.output.one<FiledKey>({ id, keyFile: path }, FILED);
    sayDone(context, options, `New tokens are hashed with the key ${id} wherever ${path} is the key file.`);
    context.talk.note(
      'Keep a copy of the key, apart from the database backups. If the key is lost, its tokens stop working.',
    );
  },
};

async function print({ output, talk }: Context, line: string): Promise<void> {
  const [id = '', key = ''] = line.split(' ');
  if (output.format === 'table') output.text(`${line}\n`);
  else await output.one<PrintedKey>({ id, key }, PRINTED);
  talk.note('Insert this line as the first line of the key file. It is not shown again.');
}
